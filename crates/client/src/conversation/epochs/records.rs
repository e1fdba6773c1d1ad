//! The epochs that this client begins; the commitment is filled in when one is signed.

use crypto::epoch::{EpochRecord, Member, MemberId, MemberRole, Reason};
use crypto::trust::Manifest;
use crypto::{Digest, Signed};
use domain::agency::Roles;
use domain::id::{AccountId, AgencyId};

use super::{is_still_one, may_write, role_fits};

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
            Member {
                id: MemberId::Inbox(agency),
                identity_hash: Digest::ZERO,
                role: MemberRole::Inbox,
                history_from: 0,
            },
        ],
    }
}

/// The epoch in which `author` accepts: the seeker, the author, a named deputy and visible readers
/// as the manifest's rules say. Without a `deputy` the next listed after the author; `None` if the
/// one named is no deputy (any more): whom the author confirmed is never replaced silently.
pub(crate) fn acceptance_record(
    before: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
    author: AccountId,
    deputy: Option<AccountId>,
) -> Option<EpochRecord> {
    let seeker = before.seeker()?.clone();
    let me = manifest.staff(&author)?;
    let listed = |staff: &crypto::trust::Staff, role| Member {
        id: MemberId::Account(staff.account),
        identity_hash: staff.identity_hash,
        role,
        history_from: 0,
    };
    let mut members = vec![seeker, listed(me, MemberRole::Counsellor)];
    let policy = manifest.policy;
    if deputy.is_some() && !policy.named_deputy {
        return None;
    }
    if policy.named_deputy {
        let others = || {
            manifest
                .staff_with(Roles::DEPUTY)
                .filter(|staff| staff.account != author)
        };
        let chosen = match deputy {
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
        conversation: before.conversation,
        epoch: before.epoch.checked_add(1)?,
        prev_hash: before.digest(),
        commit: Digest::ZERO,
        agency: before.agency,
        manifest_hash: manifest.digest(),
        consent_hash: Digest::ZERO,
        author_slot: 1,
        reason: Reason::Accept,
        members,
    })
}

/// The epoch after `before`, under a new key: those who are still listed, in their order. `None` if
/// `author` may not write there, or if nobody who counsels would be left.
pub(crate) fn rotation_record(
    before: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
    author: AccountId,
) -> Option<EpochRecord> {
    let stays = |member: &&Member| is_still_one(member, manifest);
    let members: Vec<_> = before.members.iter().filter(stays).cloned().collect();
    let author = MemberId::Account(author);
    let slot = members
        .iter()
        .position(|member| member.id == author && may_write(member))?;
    let counsels = |member: &Member| member.role != MemberRole::Seeker && may_write(member);
    if !members.iter().any(counsels) {
        return None;
    }
    Some(EpochRecord {
        conversation: before.conversation,
        epoch: before.epoch.checked_add(1)?,
        prev_hash: before.digest(),
        commit: Digest::ZERO,
        agency: before.agency,
        manifest_hash: manifest.digest(),
        consent_hash: Digest::ZERO,
        author_slot: u16::try_from(slot).ok()?,
        reason: if members.len() < before.members.len() {
            Reason::Leave
        } else {
            Reason::Rotate
        },
        members,
    })
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
        let deputy = |wish| {
            let record = acceptance_record(&first, &manifest, account(2), wish)?;
            let mut members = record.members.into_iter();
            members.find(|member| member.role == MemberRole::Deputy)
        };
        let id = |who| Some(MemberId::Account(account(who)));
        assert_eq!(deputy(None).map(|member| member.id), id(3));
        assert_eq!(deputy(Some(account(4))).map(|member| member.id), id(4));
        for no_deputy in [2, 5, 6] {
            let record = acceptance_record(&first, &manifest, account(2), Some(account(no_deputy)));
            assert_eq!(record, None, "{no_deputy}");
        }
    }
}
