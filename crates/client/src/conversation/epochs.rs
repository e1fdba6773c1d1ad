//! Whether an epoch's record may follow the one before (crypto.md 3.7).
//!
//! Each epoch is judged by the manifest that it names, never by today's.

use crypto::Signed;
use crypto::epoch::{EpochRecord, Member, MemberId, MemberRole, Reason};
use crypto::trust::Manifest;
use domain::agency::Roles;

use crate::error::Untrusted;

mod records;

pub(crate) use records::{acceptance_record, enquiry_record, rotation_record, with_identity};

/// An epoch that was judged, as far as the next one needs it.
#[derive(Clone, Copy)]
pub(crate) struct Before<'a> {
    pub(crate) record: &'a Signed<EpochRecord>,
    pub(crate) manifest: &'a Signed<Manifest>,
}

/// Judges a record whose signature holds. `manifest` is the verified one that it names.
///
/// # Errors
/// [`Untrusted::Epoch`] for whatever the rules do not allow.
pub(crate) fn judge(
    before: Option<Before<'_>>,
    record: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
) -> Result<(), Untrusted> {
    let named = record.manifest_hash == manifest.digest() && record.agency == manifest.agency;
    // Handover and its consents come with a later version: a record that names one is refused.
    let allowed = named
        && record.consent_hash.is_zero()
        && match before {
            None => is_enquiry(record),
            Some(before) => follows(before, record, manifest),
        };
    if allowed {
        Ok(())
    } else {
        Err(Untrusted::Epoch)
    }
}

/// Epoch 0: the seeker, who wrote it, and the agency's inbox.
fn is_enquiry(record: &EpochRecord) -> bool {
    let [seeker, inbox] = record.members.as_slice() else {
        return false;
    };
    record.epoch == 0
        && record.reason == Reason::Enquiry
        && record.author_slot == 0
        && seeker.role == MemberRole::Seeker
        && matches!(seeker.id, MemberId::Account(_))
        && inbox.role == MemberRole::Inbox
        && inbox.id == MemberId::Inbox(record.agency)
        && record.members.iter().all(|member| member.history_from == 0)
}

fn follows(before: Before<'_>, record: &EpochRecord, manifest: &Signed<Manifest>) -> bool {
    let same_agency = record.agency == before.record.agency;
    record.conversation == before.record.conversation
        && Some(record.epoch) == before.record.epoch.checked_add(1)
        && record.prev_hash == before.record.digest()
        && same_agency
        && not_lower(before.manifest, manifest)
        && seeker_stays(before.record, record)
        && staff_is_listed(record, manifest)
        && author_may(before.record, record, manifest)
        && history_is_kept(before.record, record)
        && newcomers_may(before.record, record, manifest)
        && nobody_is_left_out(before.record, record, manifest)
}

/// Both are of one chain; the chain itself was verified when they were loaded.
fn not_lower(before: &Signed<Manifest>, now: &Signed<Manifest>) -> bool {
    now.seq > before.seq || now.digest() == before.digest()
}

/// Nobody takes the seeker's place or adds a second one; and only the seeker, with the keys before,
/// enters with new ones, and does nothing else then.
fn seeker_stays(before: &EpochRecord, record: &EpochRecord) -> bool {
    let place = |record: &EpochRecord| {
        let mut seekers = record
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.role == MemberRole::Seeker)
            .map(|(slot, member)| (slot, member.id, member.identity_hash));
        let only = seekers.next();
        seekers.next().map_or(only, |_| None)
    };
    let (Some((slot, id, was)), Some((now_slot, now_id, now))) = (place(before), place(record))
    else {
        return false;
    };
    let renewed = record.reason == Reason::KeyChange;
    (slot, id) == (now_slot, now_id)
        && (was != now) == renewed
        && (!renewed || usize::from(record.author_slot) == slot)
}

/// Every person beside the seeker is listed with this identity and a role that fits.
fn staff_is_listed(record: &EpochRecord, manifest: &Manifest) -> bool {
    record.members.iter().all(|member| match member.id {
        MemberId::Inbox(agency) => agency == record.agency,
        MemberId::Account(_) => is_still_one(member, manifest),
    })
}

fn role_fits(role: MemberRole, roles: Roles, manifest: &Manifest) -> bool {
    let policy = manifest.policy;
    match role {
        MemberRole::Counsellor | MemberRole::CoCounsellor => roles.has(Roles::COUNSELLOR),
        MemberRole::Deputy => roles.has(Roles::DEPUTY),
        MemberRole::Reader => {
            policy.team_reading && roles.has(Roles::COUNSELLOR)
                || policy.supervision && roles.has(Roles::SUPERVISOR)
        }
        // Groups come with a later version.
        MemberRole::Seeker
        | MemberRole::Inbox
        | MemberRole::Moderator
        | MemberRole::Participant => false,
    }
}

/// A writing member of the epoch before, or somebody who accepts from its inbox.
fn author_may(before: &EpochRecord, record: &EpochRecord, manifest: &Manifest) -> bool {
    let Some(author) = record.author() else {
        return false;
    };
    let MemberId::Account(account) = author.id else {
        return false;
    };
    if record.reason == Reason::Accept {
        let accepts = Roles::INBOX.and(Roles::COUNSELLOR);
        return before.has_inbox()
            && !record.has_inbox()
            && author.role == MemberRole::Counsellor
            && manifest
                .staff(&account)
                .is_some_and(|staff| staff.roles.has(accepts));
    }
    let was = before.find(&author.id);
    // Of new keys it was judged before that they are the seeker's.
    let renewed = record.reason == Reason::KeyChange;
    was.is_some_and(|(_, member)| {
        may_write(member) && (renewed || member.identity_hash == author.identity_hash)
    }) && (renewed
        || matches!(
            record.reason,
            Reason::Rotate | Reason::Leave | Reason::Join | Reason::Handover
        ))
}

/// Who stays keeps the agreed history; nobody is given more of it later.
fn history_is_kept(before: &EpochRecord, record: &EpochRecord) -> bool {
    record.members.iter().all(|member| {
        before
            .find(&member.id)
            .is_none_or(|(_, was)| was.history_from == member.history_from)
    })
}

/// Who is new was named by the seeker, or comes by acceptance: the author, one deputy if the
/// agency's rules name one, and its visible readers.
fn newcomers_may(before: &EpochRecord, record: &EpochRecord, manifest: &Manifest) -> bool {
    let new: Vec<&Member> = record
        .members
        .iter()
        .filter(|member| before.find(&member.id).is_none())
        .collect();
    let by_seeker = record
        .author()
        .is_some_and(|author| author.role == MemberRole::Seeker);
    let by_seeker = by_seeker && record.reason != Reason::KeyChange;
    if new.is_empty() || by_seeker {
        return true;
    }
    let count = |role| new.iter().filter(|member| member.role == role).count();
    let deputies = usize::from(manifest.policy.named_deputy);
    record.reason == Reason::Accept
        && count(MemberRole::Counsellor) <= 1
        && count(MemberRole::CoCounsellor) == 0
        && count(MemberRole::Deputy) <= deputies
}

/// A new key alone takes nobody out; with reason *leave* or *key change* only those go who are not listed
/// any more.
fn nobody_is_left_out(before: &EpochRecord, record: &EpochRecord, manifest: &Manifest) -> bool {
    let mut gone = before
        .members
        .iter()
        .filter(|member| record.find(&member.id).is_none());
    match record.reason {
        Reason::Rotate => gone.next().is_none(),
        Reason::Leave | Reason::KeyChange => gone.all(|member| !is_still_one(member, manifest)),
        _ => true,
    }
}

/// The seeker, and staff who are listed under the same identity with a role that fits.
fn is_still_one(member: &Member, manifest: &Manifest) -> bool {
    let MemberId::Account(account) = member.id else {
        return false;
    };
    member.role == MemberRole::Seeker
        || manifest.staff(&account).is_some_and(|staff| {
            staff.identity_hash == member.identity_hash
                && role_fits(member.role, staff.roles, manifest)
        })
}

/// Whether a member writes at all; in epoch 0 only the seeker is a person.
pub(crate) const fn may_write(member: &Member) -> bool {
    matches!(
        member.role,
        MemberRole::Seeker
            | MemberRole::Counsellor
            | MemberRole::CoCounsellor
            | MemberRole::Deputy
            | MemberRole::Moderator
            | MemberRole::Participant
    )
}

#[cfg(test)]
mod renewal;
#[cfg(test)]
mod rules;
