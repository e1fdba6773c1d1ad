//! Beginning the next epoch: the same members under a new key, but for those who have left, and with
//! whom its reason lets in ([`super::joining`]).

use std::collections::BTreeSet;

use crypto::epoch::{EpochRecord, Member, MemberRole, Reason};
use crypto::trust::Manifest;
use crypto::{Digest, Signed, Unverified};
use domain::Refusal;
use domain::conversation::{ConversationRow, MemberId, RotateEpoch, State};
use domain::id::AccountId;
use domain::live::Event;
use domain::policy::Action;

use super::epoch::{accounts, check_wraps, fits, identities, identity_of, key_of};
use super::joining::{self, Joins};
use super::{own, purge, rows};
use crate::Inner;
use crate::actor::Actor;
use crate::check::{agrees, formed, malformed, platform_fault, unbelievable};
use crate::config::Dice;
use crate::error::Error;
use crate::store::conversation::{self, Conversation};
use crate::store::epoch::{self as epochs, Epoch};
use crate::store::{Tx, account, agency, manifest as manifests, wraps};

pub(super) async fn rotate(
    inner: &Inner,
    actor: &Actor,
    request: RotateEpoch,
) -> Result<ConversationRow, Error> {
    let id = request.conversation;
    let by = actor.account()?;
    let db = inner.store.read();
    let (found, _) = own(db, actor, Action::WriteConversation, id).await?;
    if is_newest(inner, &found, &request).await? {
        return rows::one(inner, by, id).await;
    }
    inner.limits.message(by)?;
    // Wraps that must go must not take along those that come.
    purge(inner).await?;
    let (rotation, new_wraps) = Rotation::check(inner, by, found, &request).await?;
    let batch = rotation.batch;
    wraps::insert(&inner.wraps, id, batch, new_wraps).await?;
    let stored = inner
        .store
        .write(move |tx| Box::pin(async move { rotation.store(tx).await }))
        .await;
    if let Err(error) = stored {
        wraps::delete_batch(&inner.wraps, batch).await?;
        return Err(error);
    }
    purge(inner).await?;
    rows::one(inner, by, id).await
}

/// Whether this very record was stored before.
async fn is_newest(
    inner: &Inner,
    found: &Conversation,
    request: &RotateEpoch,
) -> Result<bool, Error> {
    let epochs = epochs::of(inner.store.read(), &[found.id]).await?;
    let newest = epochs.last().ok_or(Refusal::WrongState)?;
    Ok(newest.record == request.epoch.as_slice())
}

/// A rotation whose every part has been checked.
struct Rotation {
    found: Conversation,
    record: Signed<EpochRecord>,
    /// The members of the epoch before.
    before: Vec<Member>,
    joins: Option<Joins>,
    batch: wraps::Batch,
}

impl Rotation {
    async fn check(
        inner: &Inner,
        by: AccountId,
        found: Conversation,
        request: &RotateEpoch,
    ) -> Result<(Self, Vec<wraps::NewWrap>), Error> {
        // Whoever accepts a waiting enquiry begins its next epoch.
        if found.state == State::Waiting {
            return Err(Refusal::WrongState.into());
        }
        let db = inner.store.read();
        let record =
            Unverified::<EpochRecord>::decode(request.epoch.as_slice()).map_err(malformed)?;
        if record.claimed_epoch() <= found.epoch {
            return Err(Refusal::EpochOutdated.into());
        }
        agrees(record.claimed_author() == Some(by))?;
        let before = epochs::listing(db, found.id, found.epoch).await?;
        let new = record.claimed_accounts();
        let ids = accounts(&before).map(|(id, _)| id).chain(new);
        let identities = identities(inner, ids).await?;
        let was = before
            .iter()
            .find(|member| member.id == MemberId::Account(by));
        // Who has another identity since signs with the one that the epoch before names.
        let own = was.and_then(|was| identity_of(&identities, was));
        let record = record
            .verify(
                &inner.trust.platform_id,
                own.ok_or(Refusal::SignatureInvalid)?,
            )
            .map_err(unbelievable)?;
        let epochs = epochs::of(db, &[found.id]).await?;
        // Somebody may have been faster since: then the write finds that out.
        let newest = epochs.iter().find(|epoch| epoch.epoch == found.epoch);
        let newest = newest.ok_or(Refusal::WrongState)?;
        agrees(
            record.conversation == found.id
                && Some(record.epoch) == found.epoch.checked_add(1)
                && record.prev_hash == Digest::of(&newest.record)
                && record.agency == found.agency,
        )?;
        let manifest = current(inner, &found, record.manifest_hash).await?;
        let newest = Unverified::<EpochRecord>::decode(&newest.record).map_err(platform_fault)?;
        let goes_on = |member: &&Member| {
            is_still_one(member, &manifest) && !hands_over(&newest, &before, member)
        };
        let mut stay: Vec<_> = before.iter().filter(goes_on).cloned().collect();
        let joins = if joining::LETS_IN.contains(&record.reason) {
            let joins = Joins::check(inner, &found, &record, &manifest).await?;
            stay = joins.expected(&record, stay);
            agrees(record.members == stay)?;
            Some(joins)
        } else {
            let now = account::find(db, by).await?.ok_or(Refusal::NotSignedIn)?;
            let now = Digest::of(&now.identity);
            let reason = reason(by, now, &before, &mut stay);
            agrees(
                record.members == stay && record.reason == reason && record.consent_hash.is_zero(),
            )?;
            // With the seeker alone nobody would read what is written.
            if !stay.iter().any(counsels) {
                return Err(Refusal::WrongState.into());
            }
            None
        };
        let wraps = match &joins {
            None => {
                let own = |_: &Member, epoch| epoch == record.epoch;
                check_wraps(&record, &request.wraps, key_of(&identities), own)?
            }
            Some(joins) => joins.wraps(&record, &request.wraps, &identities)?,
        };
        let has_new = |member: &Member| {
            let mut wraps = wraps.iter();
            wraps.any(|wrap| wrap.to == member.id && wrap.epoch == record.epoch)
        };
        formed(stay.iter().all(has_new))?;
        let rotation = Self {
            found,
            record,
            before,
            joins,
            batch: Dice(inner.random.as_ref()).bytes(),
        };
        Ok((rotation, wraps))
    }

    async fn store(self, tx: &Tx) -> Result<(), Error> {
        let db = tx.db();
        let record = &self.record;
        let (id, association) = (self.found.id, self.found.association);
        let agency = agency::find_unchanging(db, self.found.agency).await?;
        let manifest = agency.and_then(|agency| agency.manifest_hash);
        if manifest.as_ref() != Some(record.manifest_hash.as_bytes()) {
            return Err(Refusal::ManifestOutdated.into());
        }
        let now = conversation::find_locked(db, id).await?;
        let now = now.ok_or(Refusal::NotFound)?;
        if now.epoch != self.found.epoch {
            return Err(Refusal::EpochOutdated.into());
        }
        let new = Epoch {
            conversation: id,
            epoch: record.epoch,
            record: record.as_bytes().to_vec(),
            batch: self.batch,
        };
        epochs::insert(db, association, new, &record.members).await?;
        epochs::set_newest(db, id, record.epoch, tx.now()).await?;
        let state = match &self.joins {
            Some(joins) => joins.store(tx, &now, record).await?,
            None => now.state,
        };
        for (account, member) in accounts(&self.before) {
            if record.find(&member.id).is_none() {
                let gone = MemberId::Account(account);
                conversation::insert_purge(db, id, association, gone).await?;
            }
        }
        let began = Event::Epoch {
            conversation: id,
            state,
            epoch: record.as_bytes().into(),
        };
        // Who is left out hears of it, too, and finds the conversation gone.
        let members = accounts(&self.before).chain(accounts(&record.members));
        let members: BTreeSet<_> = members.map(|(account, _)| account).collect();
        tx.emit(members, Some(association), &began)
    }
}

/// Why an epoch with these members begins; a seeker who has another identity since enters with it.
fn reason(by: AccountId, now: Digest, before: &[Member], stay: &mut [Member]) -> Reason {
    let renewed = stay.iter_mut().find(|member| {
        member.role == MemberRole::Seeker
            && member.id == MemberId::Account(by)
            && member.identity_hash != now
    });
    if let Some(seeker) = renewed {
        seeker.identity_hash = now;
        Reason::KeyChange
    } else if stay.len() < before.len() {
        Reason::Leave
    } else {
        Reason::Rotate
    }
}

/// Whether a member of the newest epoch has handed over to a person in it: the next is without them.
fn hands_over(newest: &Unverified<EpochRecord>, before: &[Member], member: &Member) -> bool {
    let has_inbox = before.iter().any(|one| one.role == MemberRole::Inbox);
    let is_author = newest.claimed_author().map(MemberId::Account) == Some(member.id);
    newest.claimed_reason() == Reason::Handover
        && !has_inbox
        && (is_author || member.role == MemberRole::CoCounsellor)
}

/// The agency's manifest in force, which the record must name.
pub(super) async fn current(
    inner: &Inner,
    found: &Conversation,
    named: Digest,
) -> Result<Signed<Manifest>, Error> {
    let db = inner.store.read();
    let agency = agency::find(db, found.agency).await?;
    let hash = agency.and_then(|agency| agency.manifest_hash);
    if hash.as_ref() != Some(named.as_bytes()) {
        return Err(Refusal::ManifestOutdated.into());
    }
    let stored = manifests::manifest(db, found.agency, named.as_bytes()).await?;
    let (_, stored) = stored.ok_or(Refusal::ManifestOutdated)?;
    let manifest = Unverified::<Manifest>::decode(&stored).map_err(platform_fault)?;
    let root = manifest.claimed_root();
    manifest
        .verify(&inner.trust.platform_id, &found.agency, &root)
        .map_err(platform_fault)
}

/// The seeker, and staff who are listed under the same identity with a role that fits.
pub(super) fn is_still_one(member: &Member, manifest: &Manifest) -> bool {
    let MemberId::Account(account) = member.id else {
        return false;
    };
    member.role == MemberRole::Seeker
        || manifest.staff(&account).is_some_and(|listed| {
            listed.identity_hash == member.identity_hash
                && fits(member.role, listed.roles, manifest.policy)
        })
}

const fn counsels(member: &Member) -> bool {
    matches!(
        member.role,
        MemberRole::Counsellor | MemberRole::CoCounsellor | MemberRole::Deputy
    )
}
