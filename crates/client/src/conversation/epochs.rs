//! Whether an epoch's record may follow the one before (crypto.md 3.7).
//!
//! Each epoch is judged by the manifest that it names, never by today's.

use crypto::consent::{Consent, ConsentTo};
use crypto::epoch::{EpochRecord, Member, MemberId, MemberRole, Reason};
use crypto::trust::Manifest;
use crypto::{Digest, Signed};
use domain::agency::Roles;

use crate::error::Untrusted;

mod records;

pub(crate) use records::{
    Acceptance, acceptance_record, enquiry_record, handover_record, return_record, rotation_record,
    with_identity,
};

/// An epoch that was judged, as far as the next one needs it.
#[derive(Clone, Copy)]
pub(crate) struct Before<'a> {
    pub(crate) record: &'a Signed<EpochRecord>,
    pub(crate) manifest: &'a Signed<Manifest>,
}

/// Judges a record whose signature holds. `manifest` is the verified one that it names, `consent` the
/// seeker's verified statement that it names, if it names one that no epoch named before.
///
/// # Errors
/// [`Untrusted::Epoch`] for whatever the rules do not allow.
pub(crate) fn judge(
    before: Option<Before<'_>>,
    record: &Signed<EpochRecord>,
    manifest: &Signed<Manifest>,
    consent: Option<&Signed<Consent>>,
) -> Result<(), Untrusted> {
    let named = record.manifest_hash == manifest.digest() && record.agency == manifest.agency;
    let consent_named = consent.map_or(Digest::ZERO, Signed::digest);
    let allowed = named
        && record.consent_hash == consent_named
        && match before {
            None => is_enquiry(record),
            Some(before) => follows(before, record, manifest, consent),
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
        && record.consent_hash.is_zero()
        && record.author_slot == 0
        && seeker.role == MemberRole::Seeker
        && matches!(seeker.id, MemberId::Account(_))
        && inbox.role == MemberRole::Inbox
        && inbox.id == MemberId::Inbox(record.agency)
        && record.members.iter().all(|member| member.history_from == 0)
}

fn follows(
    before: Before<'_>,
    record: &EpochRecord,
    manifest: &Signed<Manifest>,
    consent: Option<&Signed<Consent>>,
) -> bool {
    record.conversation == before.record.conversation
        && Some(record.epoch) == before.record.epoch.checked_add(1)
        && record.prev_hash == before.record.digest()
        && agency_may(before, record, manifest)
        && seeker_stays(before.record, record)
        && staff_is_listed(record, manifest)
        && author_may(before.record, record, manifest)
        && roles_are_kept(before.record, record)
        && history_is_kept(before.record, record)
        && newcomers_may(before.record, record, manifest, consent)
        && nobody_is_left_out(before.record, record, manifest)
}

/// The agency stays and its manifest is not lower, or it is the one whose inbox it is accepted from
/// ([`author_may`]): what is pinned of that one was compared when it was loaded.
fn agency_may(before: Before<'_>, record: &EpochRecord, manifest: &Signed<Manifest>) -> bool {
    if record.agency == before.record.agency {
        not_lower(before.manifest, manifest)
    } else {
        record.reason == Reason::Accept
    }
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

/// Every person beside the seeker is listed with this identity and a role that fits. Which inbox may
/// be there says who may be new.
fn staff_is_listed(record: &EpochRecord, manifest: &Manifest) -> bool {
    record
        .members
        .iter()
        .all(|member| is_still_one(member, manifest))
}

fn role_fits(role: MemberRole, roles: Roles, manifest: &Manifest) -> bool {
    let policy = manifest.policy;
    match role {
        MemberRole::Counsellor => roles.has(Roles::COUNSELLOR),
        // Whoever accompanies a volunteer is none.
        MemberRole::CoCounsellor => roles.has(Roles::COUNSELLOR) && !roles.has(Roles::PEER),
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
        return before.inbox().map(|(agency, _)| agency) == Some(record.agency)
            && !record.has_inbox()
            && author.role == MemberRole::Counsellor
            && manifest
                .staff(&account)
                .is_some_and(|staff| staff.roles.has(accepts));
    }
    // Of new keys it was judged before that they are the seeker's.
    let renewed = record.reason == Reason::KeyChange;
    let writes = before.find(&author.id).is_some_and(|(_, member)| {
        may_write(member) && (renewed || member.identity_hash == author.identity_hash)
    });
    let is_seeker = author.role == MemberRole::Seeker;
    writes
        && match record.reason {
            Reason::Rotate | Reason::Leave | Reason::KeyChange | Reason::Return => true,
            Reason::Join => is_seeker,
            Reason::Handover => !is_seeker,
            Reason::Enquiry | Reason::Accept => false,
        }
}

/// Who stays does what they did before, unless somebody accepts anew. Who hands over to a person goes
/// on as one who counsels too, until the next epoch.
fn roles_are_kept(before: &EpochRecord, record: &EpochRecord) -> bool {
    let kept = |member: &Member, was: &Member| match record.reason {
        Reason::Accept => (member.role == MemberRole::Seeker) == (was.role == MemberRole::Seeker),
        _ => member.role == role_in(record, was),
    };
    record.members.iter().all(|member| {
        before
            .find(&member.id)
            .is_none_or(|(_, was)| kept(member, was))
    })
}

/// What a member of the epoch before does in one that is no acceptance.
fn role_in(record: &EpochRecord, was: &Member) -> MemberRole {
    let to_person = record.reason == Reason::Handover && !record.has_inbox();
    match was.role {
        MemberRole::Counsellor if to_person => MemberRole::CoCounsellor,
        role => role,
    }
}

/// Whether somebody of this epoch has handed over to a person: the next one is without them.
pub(crate) fn hands_over(record: &EpochRecord, member: &Member) -> bool {
    record.reason == Reason::Handover
        && !record.has_inbox()
        && (member.role == MemberRole::CoCounsellor
            || record.author().is_some_and(|author| author.id == member.id))
}

/// Whether the next epoch is due because somebody has handed over to a person.
pub(crate) fn is_handed_over(record: &EpochRecord) -> bool {
    let mut members = record.members.iter();
    members.any(|member| hands_over(record, member))
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
/// agency's rules name one, whoever accompanies a volunteer, and its visible readers.
fn newcomers_may(
    before: &EpochRecord,
    record: &EpochRecord,
    manifest: &Manifest,
    consent: Option<&Signed<Consent>>,
) -> bool {
    let new: Vec<&Member> = record
        .members
        .iter()
        .filter(|member| before.find(&member.id).is_none())
        .collect();
    let by_seeker = record
        .author()
        .is_some_and(|author| author.role == MemberRole::Seeker);
    // What the seeker signed is for one thing alone.
    if consent.is_some() && record.reason != Reason::Handover {
        return false;
    }
    match (record.reason, new.as_slice()) {
        (Reason::Accept, new) => may_accept(before, record, manifest, new),
        (Reason::Join, new) => {
            by_seeker
                && new
                    .iter()
                    .all(|member| matches!(member.id, MemberId::Account(_)))
        }
        // Back to the inbox: its members get the first key and the new one. The seeker may give more.
        (Reason::Return, [inbox]) => {
            !before.has_inbox()
                && inbox.id == MemberId::Inbox(record.agency)
                && (by_seeker || inbox.history_from == record.epoch)
        }
        (Reason::Handover, [one]) => {
            !before.has_inbox()
                && consent.is_some_and(|consent| is_agreed(one, consent, record, manifest))
        }
        (Reason::Return | Reason::Handover, _) => false,
        (_, new) => new.is_empty(),
    }
}

/// One counsels, who wrote it; all who are new read from where the inbox did.
fn may_accept(
    before: &EpochRecord,
    record: &EpochRecord,
    manifest: &Manifest,
    new: &[&Member],
) -> bool {
    let members = || record.members.iter();
    let count = |role| members().filter(|member| member.role == role).count();
    let author = record.author().map(|author| author.id);
    let is_peer = match author {
        Some(MemberId::Account(account)) => manifest
            .staff(&account)
            .is_some_and(|staff| staff.roles.has(Roles::PEER)),
        _ => false,
    };
    let from = before.inbox().map(|(_, inbox)| inbox.history_from);
    count(MemberRole::Counsellor) == 1
        && count(MemberRole::CoCounsellor) == usize::from(is_peer)
        && count(MemberRole::Deputy) <= usize::from(manifest.policy.named_deputy)
        && new.iter().all(|member| Some(member.history_from) == from)
}

/// Whether the seeker agreed to exactly this one, from there on, at a time that can be. That it was
/// used in time the server sees to: a record carries no time but its manifest's day.
fn is_agreed(one: &Member, consent: &Consent, record: &EpochRecord, manifest: &Manifest) -> bool {
    let is_named = match (consent.to, one.id) {
        (ConsentTo::Account(to), MemberId::Account(account)) => {
            let staff = manifest.staff(&account);
            to == account
                && one.role == MemberRole::Counsellor
                && staff.is_some_and(|staff| !staff.roles.has(Roles::PEER))
        }
        (ConsentTo::Agency(to), MemberId::Inbox(agency)) => to == agency && to != record.agency,
        _ => false,
    };
    is_named
        && consent.conversation == record.conversation
        && one.history_from == consent.epoch_from.min(record.epoch)
        && manifest.day <= consent.expires
}

/// A new key alone takes nobody out; otherwise only those go who are not listed any more, or have
/// handed over.
fn nobody_is_left_out(before: &EpochRecord, record: &EpochRecord, manifest: &Manifest) -> bool {
    let mut gone = before
        .members
        .iter()
        .filter(|member| record.find(&member.id).is_none());
    match record.reason {
        Reason::Accept => true,
        Reason::Rotate => gone.next().is_none(),
        _ => gone.all(|member| !goes_on(before, member, manifest)),
    }
}

/// Whether a member of an epoch is one of the next, too.
fn goes_on(before: &EpochRecord, member: &Member, manifest: &Manifest) -> bool {
    is_still_one(member, manifest) && !hands_over(before, member)
}

/// An inbox, the seeker, and staff who are listed under the same identity with a role that fits.
fn is_still_one(member: &Member, manifest: &Manifest) -> bool {
    let MemberId::Account(account) = member.id else {
        return true;
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
