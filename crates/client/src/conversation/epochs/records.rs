//! The epochs that this client begins; the commitment is filled in when one is signed.

use crypto::consent::{Consent, ConsentTo};
use crypto::epoch::{EpochRecord, Member, MemberId, MemberRole, Reason};
use crypto::trust::Manifest;
use crypto::{Digest, Signed};
use domain::agency::Roles;
use domain::id::{AccountId, AgencyId};

use super::{goes_on, may_write, role_fits};

/// Epoch 0 of a new conversation.
pub(crate) fn enquiry_record(
    conversation: domain::id::ConversationId,
    agency: AgencyId,
    manifest_hash: Digest,
    seeker: AccountId,
    seeker_identity: Digest,
) -> EpochRecord {
    EpochRecord {
        conversation,
        epoch: 0,
        prev_hash: Digest::ZERO,
        commit: Digest::ZERO,
        agency,
        manifest_hash,
        consent_hash: Digest::ZERO,
        author_slot: 0,
        reason: Reason::Enquiry,
        members: vec![
            Member {
                id: MemberId::Account(seeker),
                identity_hash: seeker_identity,
                role: MemberRole::Seeker,
                history_from: 0,
            },
            inbox_member(agency, 0),
        ],
    }
}

/// Who accepts, and whom else the author names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Acceptance {
    /// A deputy, among those listed; without one the next after the author is named.
    pub(crate) deputy: Option<AccountId>,
    /// Who accompanies a volunteer who accepts.
    pub(crate) companion: Option<AccountId>,
}

/// The epoch in which `author` accepts: the seeker, the author, a named deputy, who accompanies a
/// volunteer, and visible readers as the manifest's rules say. `None` if somebody who was named is no
/// such one (any more): whom the author confirmed is never replaced silently.
pub(crate) fn acceptance_record(
    before: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
    author: AccountId,
    named: Acceptance,
) -> Option<EpochRecord> {
    let seeker = before.seeker()?.clone();
    let (_, inbox) = before.inbox()?;
    let me = manifest.staff(&author)?;
    // Who was a member before keeps what they could read.
    let listed = |staff: &crypto::trust::Staff, role| {
        let id = MemberId::Account(staff.account);
        Member {
            id,
            identity_hash: staff.identity_hash,
            role,
            history_from: before
                .find(&id)
                .map_or(inbox.history_from, |(_, was)| was.history_from),
        }
    };
    let mut members = vec![seeker, listed(me, MemberRole::Counsellor)];
    if me.roles.has(Roles::PEER) {
        let companion = manifest.staff(&named.companion?)?;
        let fits = role_fits(MemberRole::CoCounsellor, companion.roles, manifest);
        members.push(fits.then(|| listed(companion, MemberRole::CoCounsellor))?);
    }
    let policy = manifest.policy;
    if named.deputy.is_some() && !policy.named_deputy {
        return None;
    }
    if policy.named_deputy {
        let others = || {
            manifest
                .staff_with(Roles::DEPUTY)
                .filter(|staff| staff.account != author && Some(staff.account) != named.companion)
        };
        let chosen = match named.deputy {
            Some(deputy) => Some(others().find(|staff| staff.account == deputy)?),
            None => others()
                .find(|staff| staff.serial > me.serial)
                .or_else(|| others().next()),
        };
        members.extend(chosen.map(|staff| listed(staff, MemberRole::Deputy)));
    }
    for staff in &manifest.staff {
        let is_member = members
            .iter()
            .any(|member| member.id == MemberId::Account(staff.account));
        if !is_member && role_fits(MemberRole::Reader, staff.roles, manifest) {
            members.push(listed(staff, MemberRole::Reader));
        }
    }
    Some(EpochRecord {
        agency: manifest.agency,
        author_slot: 1,
        reason: Reason::Accept,
        ..next(before, manifest, members)?
    })
}

/// The record after `before`, but for its author and its reason.
fn next(
    before: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
    members: Vec<Member>,
) -> Option<EpochRecord> {
    Some(EpochRecord {
        conversation: before.conversation,
        epoch: before.epoch.checked_add(1)?,
        prev_hash: before.digest(),
        commit: Digest::ZERO,
        agency: before.agency,
        manifest_hash: manifest.digest(),
        consent_hash: Digest::ZERO,
        author_slot: 0,
        reason: Reason::Rotate,
        members,
    })
}

/// Those who are still members, in their order.
fn staying(before: &EpochRecord, manifest: &Manifest) -> Vec<Member> {
    let members = before.members.iter();
    members
        .filter(|member| goes_on(before, member, manifest))
        .cloned()
        .collect()
}

/// The place of an author who may write.
fn slot_of(members: &[Member], author: AccountId) -> Option<u16> {
    let author = MemberId::Account(author);
    let mut members = members.iter();
    let at = members.position(|member| member.id == author && may_write(member))?;
    u16::try_from(at).ok()
}

/// The epoch after `before`, under a new key: those who are still listed, in their order. `None` if
/// `author` may not write there, or if nobody who counsels would be left.
pub(crate) fn rotation_record(
    before: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
    author: AccountId,
) -> Option<EpochRecord> {
    let members = staying(before, manifest);
    let author_slot = slot_of(&members, author)?;
    let counsels = |member: &Member| member.role != MemberRole::Seeker && may_write(member);
    if !members.iter().any(counsels) {
        return None;
    }
    Some(EpochRecord {
        author_slot,
        reason: if members.len() < before.members.len() {
            Reason::Leave
        } else {
            Reason::Rotate
        },
        ..next(before, manifest, members)?
    })
}

/// The epoch in which the agency's inbox is a member again; its members may read the first epoch, and
/// from `history_from` on.
pub(crate) fn return_record(
    before: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
    author: AccountId,
    history_from: u32,
) -> Option<EpochRecord> {
    let mut members = staying(before, manifest);
    let author_slot = slot_of(&members, author)?;
    members.push(inbox_member(before.agency, history_from));
    let record = EpochRecord {
        author_slot,
        reason: Reason::Return,
        ..next(before, manifest, members)?
    };
    (!before.has_inbox()).then_some(record)
}

/// The epoch in which somebody joins to whom the seeker agreed: a person, who counsels from now on, or
/// an agency's inbox.
pub(crate) fn handover_record(
    before: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
    author: AccountId,
    consent: &Signed<Consent>,
) -> Option<EpochRecord> {
    let mut members = staying(before, manifest);
    let author_slot = slot_of(&members, author)?;
    let history_from = consent.epoch_from.min(before.epoch.checked_add(1)?);
    match consent.to {
        ConsentTo::Account(account) => {
            for member in &mut members {
                if member.role == MemberRole::Counsellor {
                    member.role = MemberRole::CoCounsellor;
                }
            }
            members.push(Member {
                id: MemberId::Account(account),
                identity_hash: manifest.staff(&account)?.identity_hash,
                role: MemberRole::Counsellor,
                history_from,
            });
        }
        ConsentTo::Agency(agency) => members.push(inbox_member(agency, history_from)),
    }
    Some(EpochRecord {
        author_slot,
        consent_hash: consent.digest(),
        reason: Reason::Handover,
        ..next(before, manifest, members)?
    })
}

const fn inbox_member(agency: AgencyId, history_from: u32) -> Member {
    Member {
        id: MemberId::Inbox(agency),
        identity_hash: Digest::ZERO,
        role: MemberRole::Inbox,
        history_from,
    }
}

/// The same, and its author enters with another identity than `before`, if it is another one.
pub(crate) fn with_identity(mut record: EpochRecord, now: Digest) -> EpochRecord {
    let author = record.members.get_mut(usize::from(record.author_slot));
    let renewed =
        author.filter(|author| author.role == MemberRole::Seeker && author.identity_hash != now);
    if let Some(author) = renewed {
        author.identity_hash = now;
        record.reason = Reason::KeyChange;
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{AGENCY, PLATFORM, account, key, manifest};
    use crypto::epoch::EpochKey;
    use crypto::random::SystemRandom;
    use domain::id::ConversationId;

    #[test]
    fn a_deputy_who_was_confirmed_is_never_another() {
        let seeker = account(1);
        let conversation = ConversationId::from_bytes([4; 16]);
        let key = key(1);
        let accepts = Roles::COUNSELLOR.and(Roles::INBOX);
        let staff = [
            (2, 1, accepts),
            (3, 2, Roles::DEPUTY),
            (4, 3, Roles::DEPUTY),
            (5, 4, Roles::COUNSELLOR),
        ];
        let manifest = manifest(1, 0, &staff);
        let first = enquiry_record(
            conversation,
            AGENCY,
            manifest.digest(),
            seeker,
            Digest::of(&[1]),
        );
        let epoch_key = EpochKey::make(&mut SystemRandom);
        let first = Signed::author(first, &epoch_key, &PLATFORM, &key).unwrap();
        let named = |deputy| Acceptance {
            deputy,
            companion: None,
        };
        let deputy = |wish| {
            let record = acceptance_record(&first, &manifest, account(2), named(wish))?;
            let mut members = record.members.into_iter();
            members.find(|member| member.role == MemberRole::Deputy)
        };
        let id = |who| Some(MemberId::Account(account(who)));
        assert_eq!(deputy(None).map(|member| member.id), id(3));
        assert_eq!(deputy(Some(account(4))).map(|member| member.id), id(4));
        for no_deputy in [2, 5, 6] {
            let record = acceptance_record(
                &first,
                &manifest,
                account(2),
                named(Some(account(no_deputy))),
            );
            assert_eq!(record, None, "{no_deputy}");
        }
    }
}
