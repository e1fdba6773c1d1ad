//! Accepting: epoch 1 for named persons. One wins.

use std::collections::BTreeMap;

use crypto::epoch::{EpochRecord, MemberRole, Reason};
use crypto::trust::{Manifest, Policy};
use crypto::{Digest, Signed, Unverified};
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{Command, ConversationRow, MemberId, State};
use domain::id::AccountId;
use domain::inbox::AcceptEnquiry;
use domain::live::Event;
use domain::policy::{Action, Object};

use crate::Inner;
use crate::actor::Actor;
use crate::check::{agrees, formed, identity, malformed, platform_fault, unbelievable};
use crate::config::Dice;
use crate::conversation::epoch::{
    Identities, accounts, check_wraps, fits, identities, identity_of, key_of, needed,
};
use crate::conversation::{purge, rows};
use crate::error::Error;
use crate::store::conversation::{self, Conversation};
use crate::store::epoch::{self, Epoch};
use crate::store::{Tx, account, agency, manifest as manifests, wraps};

pub(super) async fn accept(
    inner: &Inner,
    actor: &Actor,
    request: AcceptEnquiry,
) -> Result<ConversationRow, Error> {
    let by = actor.account()?;
    let db = inner.store.read();
    let found = conversation::find(db, request.conversation).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    actor.may(Action::AcceptEnquiry, Object::Agency(found.agency))?;
    if found.state.after(Command::Accept).is_err() {
        return accepted_before(inner, by, &found).await;
    }
    let acceptance = Acceptance::check(inner, by, found, &request).await?;
    let batch = Dice(inner.random.as_ref()).bytes();
    let id = request.conversation;
    let (new_wraps, acceptance) = acceptance.with_batch(batch);
    wraps::insert(&inner.wraps, id, batch, new_wraps).await?;
    let stored = inner
        .store
        .write(move |tx| Box::pin(async move { acceptance.store(tx).await }))
        .await;
    if let Err(error) = stored {
        wraps::delete_batch(&inner.wraps, batch).await?;
        return match conversation::find(db, id).await? {
            Some(found) if found.accepted_by.is_some() => accepted_before(inner, by, &found).await,
            _ => Err(error),
        };
    }
    purge(inner).await?;
    rows::one(inner, by, id).await
}

/// Somebody has it already: the others are told who, the same person is answered alike.
async fn accepted_before(
    inner: &Inner,
    by: AccountId,
    found: &Conversation,
) -> Result<ConversationRow, Error> {
    match found.accepted_by {
        Some(first) if first == by => rows::one(inner, by, found.id).await,
        Some(first) => Err(Refusal::AlreadyAccepted { by: first }.into()),
        None => Err(Refusal::WrongState.into()),
    }
}

/// An acceptance whose every part has been checked.
struct Acceptance {
    found: Conversation,
    by: AccountId,
    record: Signed<EpochRecord>,
    /// The manifest in force when it was checked.
    manifest: Option<[u8; 32]>,
    wraps: Vec<wraps::NewWrap>,
    batch: wraps::Batch,
}

impl Acceptance {
    async fn check(
        inner: &Inner,
        by: AccountId,
        found: Conversation,
        request: &AcceptEnquiry,
    ) -> Result<Self, Error> {
        let db = inner.store.read();
        let platform = &inner.trust.platform_id;
        let agency = agency::find(db, found.agency).await?;
        let manifest = agency.and_then(|agency| agency.manifest_hash);
        let epochs = epoch::of(db, &[found.id]).await?;
        let first = epochs.first().ok_or(Refusal::WrongState)?;
        let record =
            Unverified::<EpochRecord>::decode(request.epoch.as_slice()).map_err(malformed)?;
        let own = account::find(db, by).await?.ok_or(Refusal::NotSignedIn)?;
        let own = identity(platform, &own.identity)?;
        let record = record.verify(platform, &own).map_err(unbelievable)?;
        agrees(
            record.conversation == found.id
                && record.epoch == 1
                && record.prev_hash == Digest::of(&first.record)
                && record.agency == found.agency
                && record.reason == Reason::Accept
                && record.consent_hash.is_zero()
                && !record.has_inbox(),
        )?;
        let author = record.author().ok_or(Refusal::SignatureInvalid)?;
        agrees(author.role == MemberRole::Counsellor)?;
        let ids = accounts(&record.members).map(|(id, _)| id);
        let identities = identities(inner, ids).await?;
        let first = Unverified::<EpochRecord>::decode(&first.record).map_err(platform_fault)?;
        check_seeker(&found, &first, &record, &identities)?;
        check_staff(inner, &found, &first, &record, &identities).await?;
        let wraps = check_wraps(&record, &request.wraps, key_of(&identities))?;
        let has = |id, epoch| {
            let to = MemberId::Account(id);
            wraps
                .iter()
                .any(|wrap| wrap.to == to && wrap.epoch == epoch)
        };
        for (id, _) in accounts(&record.members) {
            // The seeker has made the first key, and a wrap of it.
            formed(has(id, 1) && (has(id, 0) || id == found.seeker))?;
        }
        Ok(Self {
            found,
            by,
            record,
            manifest,
            wraps,
            batch: [0; 16],
        })
    }

    fn with_batch(mut self, batch: wraps::Batch) -> (Vec<wraps::NewWrap>, Self) {
        self.batch = batch;
        (std::mem::take(&mut self.wraps), self)
    }

    async fn store(self, tx: &Tx) -> Result<(), Error> {
        let db = tx.db();
        let found = &self.found;
        let (id, association) = (found.id, found.association);
        let agency = agency::find_unchanging(db, found.agency).await?;
        if agency.and_then(|agency| agency.manifest_hash) != self.manifest {
            return Err(Refusal::ManifestOutdated.into());
        }
        if !conversation::set_accepted(db, id, self.by).await? {
            let now = conversation::find(db, id).await?;
            let by = now
                .and_then(|now| now.accepted_by)
                .ok_or(Refusal::WrongState)?;
            return Err(Refusal::AlreadyAccepted { by }.into());
        }
        let new = Epoch {
            conversation: id,
            epoch: 1,
            record: self.record.as_bytes().to_vec(),
            batch: self.batch,
        };
        epoch::insert(db, association, new, &self.record.members).await?;
        epoch::set_newest(db, id, 1, tx.now()).await?;
        let inbox = MemberId::Inbox(found.agency);
        conversation::insert_purge(db, id, association, inbox).await?;
        let began = Event::Epoch {
            conversation: id,
            state: State::Active,
            epoch: self.record.as_bytes().into(),
        };
        let members = accounts(&self.record.members).map(|(account, _)| account);
        tx.emit(members, Some(association), &began)?;
        let taken = Event::EnquiryTaken {
            conversation: id,
            by: self.by,
        };
        let readers = manifests::inbox_of(db, found.agency).await?;
        tx.emit(readers, Some(association), &taken)
    }
}

/// The seeker stays in the first slot, as whom the enquiry named, and nobody else is a seeker.
fn check_seeker(
    found: &Conversation,
    first: &Unverified<EpochRecord>,
    record: &EpochRecord,
    identities: &Identities,
) -> Result<(), Error> {
    let (seeker, others) = record
        .members
        .split_first()
        .ok_or(Refusal::SignatureInvalid)?;
    let own = identity_of(identities, seeker).ok_or(Refusal::SignatureInvalid)?;
    agrees(
        own.account == found.seeker
            && first.claimed_author_identity() == Some(own.digest())
            && seeker.role == MemberRole::Seeker
            && seeker.history_from == 0,
    )?;
    agrees(others.iter().all(|member| needed(member.role).is_some()))
}

/// Everybody else is listed, under the shown identity and with a fitting role, both in the
/// manifest that the record names (not older than the enquiry's) and in the current one.
async fn check_staff(
    inner: &Inner,
    found: &Conversation,
    first: &Unverified<EpochRecord>,
    record: &EpochRecord,
    identities: &Identities,
) -> Result<(), Error> {
    let db = inner.store.read();
    let seen = manifests::manifest(db, found.agency, first.claimed_manifest().as_bytes()).await?;
    let named = manifests::manifest(db, found.agency, record.manifest_hash.as_bytes()).await?;
    let ((lowest, _), (seq, named)) = seen.zip(named).ok_or(Refusal::ManifestOutdated)?;
    if seq < lowest {
        return Err(Refusal::ManifestOutdated.into());
    }
    let named = Unverified::<Manifest>::decode(&named).map_err(platform_fault)?;
    let root = named.claimed_root();
    let named = named
        .verify(&inner.trust.platform_id, &found.agency, &root)
        .map_err(platform_fault)?;
    let current: BTreeMap<_, _> = manifests::listed(db, found.agency)
        .await?
        .into_iter()
        .collect();
    check_policy(record, named.policy)?;
    for (id, member) in accounts(&record.members).filter(|(id, _)| *id != found.seeker) {
        let listed = named.staff(&id).ok_or(Refusal::SignatureInvalid)?;
        let own = identity_of(identities, member).ok_or(Refusal::SignatureInvalid)?;
        agrees(listed.identity_hash == own.digest())?;
        agrees(member.history_from == 0 && fits_here(member.role, listed.roles, named.policy))?;
        let still = current
            .get(&id)
            .is_some_and(|current| fits_here(member.role, *current, named.policy));
        if !still {
            return Err(Refusal::ManifestOutdated.into());
        }
    }
    Ok(())
}

/// One counsellor, and a deputy only where the agency's rules name one: no client believes more,
/// and the inbox's wrap goes with this acceptance.
fn check_policy(record: &EpochRecord, policy: Policy) -> Result<(), Error> {
    let count = |role| {
        let members = record.members.iter();
        members.filter(|member| member.role == role).count()
    };
    agrees(
        count(MemberRole::Counsellor) == 1
            && count(MemberRole::CoCounsellor) == 0
            && count(MemberRole::Deputy) <= usize::from(policy.named_deputy),
    )
}

/// Whether a listing allows a role at an acceptance under these rules: who counsels takes it from
/// the inbox.
fn fits_here(role: MemberRole, listed: Roles, policy: Policy) -> bool {
    let takes = role != MemberRole::Counsellor || listed.has(Roles::INBOX);
    takes && fits(role, listed, policy)
}
