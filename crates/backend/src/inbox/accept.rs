//! Accepting: the next epoch for named persons. One wins.

use std::collections::{BTreeMap, BTreeSet};

use crypto::epoch::{EpochRecord, Member, MemberRole, Reason};
use crypto::trust::{Manifest, Policy};
use crypto::{Digest, Signed, Unverified};
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{Command, ConversationRow, MemberId, State};
use domain::id::{AccountId, AgencyId, ConversationId};
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
    let at = found.inbox.unwrap_or(found.agency);
    actor.may(Action::AcceptEnquiry, Object::Agency(at))?;
    if found.state.after(Command::Accept).is_err() {
        return accepted_before(inner, by, &found).await;
    }
    // Wraps that must go must not take along those that come.
    purge(inner).await?;
    let id = request.conversation;
    let acceptance = match Acceptance::check(inner, by, found, &request).await {
        Ok(acceptance) => acceptance,
        // Somebody was faster while it was checked: what the inbox was given is gone.
        Err(error) => return unless_accepted(inner, by, id, error).await,
    };
    let batch = Dice(inner.random.as_ref()).bytes();
    let (new_wraps, acceptance) = acceptance.with_batch(batch);
    wraps::insert(&inner.wraps, id, batch, new_wraps).await?;
    let stored = inner
        .store
        .write(move |tx| Box::pin(async move { acceptance.store(tx).await }))
        .await;
    if let Err(error) = stored {
        wraps::delete_batch(&inner.wraps, batch).await?;
        return unless_accepted(inner, by, id, error).await;
    }
    purge(inner).await?;
    rows::one(inner, by, id).await
}

/// What went wrong, unless it did because somebody has it meanwhile.
async fn unless_accepted(
    inner: &Inner,
    by: AccountId,
    id: ConversationId,
    error: Error,
) -> Result<ConversationRow, Error> {
    match conversation::find(inner.store.read(), id).await? {
        Some(found) if found.accepted_by.is_some() => accepted_before(inner, by, &found).await,
        _ => Err(error),
    }
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
    /// The agency where it waited.
    at: AgencyId,
    record: Signed<EpochRecord>,
    /// Who was a member before.
    before: Vec<Member>,
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
        let at = found.inbox.ok_or(Refusal::WrongState)?;
        let agency = agency::find(db, at).await?;
        let manifest = agency.and_then(|agency| agency.manifest_hash);
        let epochs = epoch::of(db, &[found.id]).await?;
        let newest = epochs.iter().find(|epoch| epoch.epoch == found.epoch);
        let newest = newest.ok_or(Refusal::WrongState)?;
        let record =
            Unverified::<EpochRecord>::decode(request.epoch.as_slice()).map_err(malformed)?;
        let own = account::find(db, by).await?.ok_or(Refusal::NotSignedIn)?;
        let own = identity(platform, &own.identity)?;
        let record = record.verify(platform, &own).map_err(unbelievable)?;
        agrees(
            record.conversation == found.id
                && Some(record.epoch) == found.epoch.checked_add(1)
                && record.prev_hash == Digest::of(&newest.record)
                && record.agency == at
                && record.reason == Reason::Accept
                && record.consent_hash.is_zero()
                && !record.has_inbox(),
        )?;
        let author = record.author().ok_or(Refusal::SignatureInvalid)?;
        agrees(author.role == MemberRole::Counsellor)?;
        let ids = accounts(&record.members).map(|(id, _)| id);
        let identities = identities(inner, ids).await?;
        let before = epoch::listing(db, found.id, found.epoch).await?;
        check_seeker(&found, &before, &record, &identities)?;
        let newest_record =
            Unverified::<EpochRecord>::decode(&newest.record).map_err(platform_fault)?;
        let staff = Staff {
            found: &found,
            at,
            before: &before,
            lowest: (found.agency == at).then(|| newest_record.claimed_manifest()),
        };
        staff.check(inner, &record, &identities).await?;
        let batches: Vec<_> = epochs.iter().map(|epoch| epoch.batch).collect();
        let given = given(inner, &found, at, &batches).await?;
        let is_new = |member: &Member| before.iter().all(|was| was.id != member.id);
        let may_have = |member: &Member, epoch: u32| {
            let had = member.history_from <= epoch;
            epoch == record.epoch || given.contains(&epoch) && (is_new(member) || had)
        };
        let wraps = check_wraps(&record, &request.wraps, key_of(&identities), may_have)?;
        let has = |id, epoch| {
            let to = MemberId::Account(id);
            wraps
                .iter()
                .any(|wrap| wrap.to == to && wrap.epoch == epoch)
        };
        for (id, member) in accounts(&record.members) {
            // Who was a member before has the keys of then.
            let has_given = given.iter().all(|epoch| has(id, *epoch));
            formed(has(id, record.epoch) && (has_given || !is_new(member)))?;
        }
        Ok(Self {
            found,
            by,
            at,
            record,
            before,
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
        let agency = agency::find_unchanging(db, self.at).await?;
        if agency.and_then(|agency| agency.manifest_hash) != self.manifest {
            return Err(Refusal::ManifestOutdated.into());
        }
        if !conversation::set_accepted(db, id, self.by, self.at).await? {
            let now = conversation::find(db, id).await?;
            let by = now
                .and_then(|now| now.accepted_by)
                .ok_or(Refusal::WrongState)?;
            return Err(Refusal::AlreadyAccepted { by }.into());
        }
        // Given back, and accepted again, meanwhile: that is another one.
        let now = conversation::find(db, id).await?;
        if now.is_none_or(|now| now.epoch != found.epoch) {
            return Err(Refusal::EpochOutdated.into());
        }
        let new = Epoch {
            conversation: id,
            epoch: self.record.epoch,
            record: self.record.as_bytes().to_vec(),
            batch: self.batch,
        };
        epoch::insert(db, association, new, &self.record.members).await?;
        epoch::set_newest(db, id, self.record.epoch, tx.now()).await?;
        for was in &self.before {
            if self.record.find(&was.id).is_none() {
                conversation::insert_purge(db, id, association, was.id).await?;
            }
        }
        let began = Event::Epoch {
            conversation: id,
            state: State::Active,
            epoch: self.record.as_bytes().into(),
        };
        // Who is a member no more hears of it, too, and finds the conversation gone.
        let members = accounts(&self.before).chain(accounts(&self.record.members));
        let members: BTreeSet<_> = members.map(|(account, _)| account).collect();
        tx.emit(members, Some(association), &began)?;
        let taken = Event::EnquiryTaken {
            conversation: id,
            by: self.by,
        };
        let readers = manifests::inbox_of(db, self.at).await?;
        tx.emit(readers, Some(association), &taken)
    }
}

/// The epochs whose keys the inbox was given.
async fn given(
    inner: &Inner,
    found: &Conversation,
    at: AgencyId,
    batches: &[wraps::Batch],
) -> Result<BTreeSet<u32>, Error> {
    let wraps = wraps::of_member(&inner.wraps, MemberId::Inbox(at), &[found.id]).await?;
    let known = wraps.iter().filter(|wrap| batches.contains(&wrap.batch));
    Ok(known.map(|wrap| wrap.epoch).collect())
}

/// The seeker stays in the first slot, as whom the epoch before named, and nobody else is a seeker.
fn check_seeker(
    found: &Conversation,
    before: &[Member],
    record: &EpochRecord,
    identities: &Identities,
) -> Result<(), Error> {
    let (seeker, others) = record
        .members
        .split_first()
        .ok_or(Refusal::SignatureInvalid)?;
    let own = identity_of(identities, seeker).ok_or(Refusal::SignatureInvalid)?;
    agrees(own.account == found.seeker && before.first() == Some(seeker))?;
    agrees(others.iter().all(|member| needed(member.role).is_some()))
}

/// What is known of those who could be there.
struct Staff<'a> {
    found: &'a Conversation,
    at: AgencyId,
    before: &'a [Member],
    /// The manifest below which none may be; none where another agency had it before.
    lowest: Option<Digest>,
}

impl Staff<'_> {
    /// Everybody but the seeker is listed, under the shown identity and with a fitting role, both in the
    /// manifest that the record names (not older than the one before) and in the current one.
    async fn check(
        &self,
        inner: &Inner,
        record: &EpochRecord,
        identities: &Identities,
    ) -> Result<(), Error> {
        let db = inner.store.read();
        let lowest = match self.lowest {
            Some(hash) => {
                let seen = manifests::manifest(db, self.at, hash.as_bytes()).await?;
                seen.ok_or(Refusal::ManifestOutdated)?.0
            }
            None => 0,
        };
        let named = manifests::manifest(db, self.at, record.manifest_hash.as_bytes()).await?;
        let (seq, named) = named.ok_or(Refusal::ManifestOutdated)?;
        if seq < lowest {
            return Err(Refusal::ManifestOutdated.into());
        }
        let named = Unverified::<Manifest>::decode(&named).map_err(platform_fault)?;
        let root = named.claimed_root();
        let named = named
            .verify(&inner.trust.platform_id, &self.at, &root)
            .map_err(platform_fault)?;
        let current: BTreeMap<_, _> = manifests::listed(db, self.at).await?.into_iter().collect();
        let author = record.author().map(|author| author.id);
        let author = accounts(&record.members).find(|(_, member)| Some(member.id) == author);
        let (author, _) = author.ok_or(Refusal::SignatureInvalid)?;
        let is_peer = named
            .staff(&author)
            .is_some_and(|staff| staff.roles.has(Roles::PEER));
        check_policy(record, named.policy, is_peer)?;
        // Volunteers take what was given to them.
        let assigned = self.found.assigned.map(|assigned| assigned.to);
        if is_peer && assigned != Some(author) {
            return Err(Refusal::NotAllowed.into());
        }
        let inbox = MemberId::Inbox(self.at);
        let inbox = self.before.iter().find(|was| was.id == inbox);
        let inbox = inbox.ok_or(Refusal::WrongState)?;
        for (id, member) in accounts(&record.members).filter(|(id, _)| *id != self.found.seeker) {
            let listed = named.staff(&id).ok_or(Refusal::SignatureInvalid)?;
            let own = identity_of(identities, member).ok_or(Refusal::SignatureInvalid)?;
            agrees(listed.identity_hash == own.digest())?;
            let was = self.before.iter().find(|was| was.id == member.id);
            agrees(
                member.history_from == was.unwrap_or(inbox).history_from
                    && fits_here(member.role, listed.roles, named.policy),
            )?;
            let still = current
                .get(&id)
                .is_some_and(|current| fits_here(member.role, *current, named.policy));
            if !still {
                return Err(Refusal::ManifestOutdated.into());
            }
        }
        Ok(())
    }
}

/// One counsellor, whom somebody accompanies if a volunteer, and a deputy only where the agency's rules name one: no client believes more,
/// and the inbox's wrap goes with this acceptance.
fn check_policy(record: &EpochRecord, policy: Policy, is_peer: bool) -> Result<(), Error> {
    let count = |role| {
        let members = record.members.iter();
        members.filter(|member| member.role == role).count()
    };
    agrees(
        count(MemberRole::Counsellor) == 1
            && count(MemberRole::CoCounsellor) == usize::from(is_peer)
            && count(MemberRole::Deputy) <= usize::from(policy.named_deputy),
    )
}

/// Whether a listing allows a role at an acceptance under these rules: who counsels takes it from
/// the inbox.
fn fits_here(role: MemberRole, listed: Roles, policy: Policy) -> bool {
    let takes = role != MemberRole::Counsellor || listed.has(Roles::INBOX);
    takes && fits(role, listed, policy)
}
