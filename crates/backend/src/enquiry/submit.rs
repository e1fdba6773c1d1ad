//! Submitting an enquiry: everything is checked before anything is written; wraps, then rows.

use crypto::epoch::{EpochRecord, Member, MemberRole, Reason};
use crypto::identity::Identity;
use crypto::message::Message;
use crypto::trust::{AgencyEntry, Manifest};
use crypto::{Digest, Signed, Unverified};
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{MemberId, State, StoredMessage};
use domain::enquiry::{EnquiryReceipt, SubmitEnquiry};
use domain::id::AccountId;
use domain::live::Event;
use domain::time::Timestamp;
use domain::work::Purpose;

use crate::Inner;
use crate::actor::Actor;
use crate::agency::profile;
use crate::check::{agrees, first, formed, identity, malformed, platform_fault, unbelievable};
use crate::config::Dice;
use crate::conversation::epoch::{check_wraps, is_listed_as};
use crate::error::Error;
use crate::store::conversation::{self, Conversation, Rotation};
use crate::store::epoch::{self, Epoch};
use crate::store::{Tx, account, agency, manifest as manifests, message as rows, wraps};
use crate::work::{self, For};

/// The most messages with which an enquiry may come: fields, text, and room for long texts.
const OPENING_MAX: usize = 4;

pub(super) async fn submit(
    inner: &Inner,
    actor: &Actor,
    request: SubmitEnquiry,
) -> Result<EnquiryReceipt, Error> {
    let seeker = actor.account()?;
    if let Some(receipt) = sent_before(inner, seeker, &request).await? {
        return Ok(receipt);
    }
    let db = inner.store.read();
    let own = account::find(db, seeker)
        .await?
        .ok_or(Refusal::NotSignedIn)?;
    let own = identity(&inner.trust.platform_id, &own.identity)?;
    let record = check_record(inner, &own, &request)?;
    let messages = check_messages(&request)?;
    let found = agency::find(db, request.agency)
        .await?
        .ok_or(Refusal::NotFound)?;
    let manifest = check_agency(inner, &found, &request).await?;
    let inbox = MemberId::Inbox(request.agency);
    let to_inbox = request.wraps.iter().find(|wrap| wrap.to == inbox);
    let to_inbox = to_inbox.ok_or(Refusal::Malformed)?;
    let sealed_to = crypto::wrap::EpochWrap::decode(to_inbox.wrap.as_slice())
        .map_err(malformed)?
        .recipient();
    if sealed_to != manifest.inbox_key.digest() {
        return Err(Refusal::InboxKeyOutdated.into());
    }
    if record.manifest_hash != manifest.digest() {
        return Err(Refusal::ManifestOutdated.into());
    }
    formed(request.wraps.len() == 2)?;
    let key_of = |member: &Member| match member.id {
        MemberId::Account(_) => Some(own.kem_key.digest()),
        MemberId::Inbox(_) => Some(manifest.inbox_key.digest()),
    };
    let new_wraps = check_wraps(&record, &request.wraps, key_of, |_, _| true)?;
    let wish = request.wish.filter(|wished| {
        let listed = manifest.staff(wished);
        listed.is_some_and(|staff| staff.roles.has(Roles::COUNSELLOR))
    });

    let (from, to) = (actor.from, Some(request.agency));
    let tries = inner.limits.enquiry(Some(seeker), from, to)?;
    work::check(
        inner,
        For::Ask(Purpose::Enquiry),
        tries,
        request.work.as_ref(),
    )
    .await?;
    inner.limits.begin_enquiry(seeker, from, request.agency);

    let batch = Dice(inner.random.as_ref()).bytes();
    let new = New {
        manifest: manifest.digest(),
        conversation: Conversation {
            id: request.conversation,
            association: found.association,
            agency: request.agency,
            seeker,
            topic: request.topic,
            state: State::Waiting,
            wish,
            accepted_by: None,
            created: Timestamp(0),
            epoch: 0,
            messages: u32::try_from(messages.len()).unwrap_or(u32::MAX),
            opening: u32::try_from(messages.len()).unwrap_or(u32::MAX),
            rotation: Rotation::beginning(Timestamp(0)),
            closed: None,
            inbox: Some(request.agency),
            assigned: None,
        },
        record,
        batch,
        messages,
    };
    wraps::insert(&inner.wraps, request.conversation, batch, new_wraps).await?;
    let stored = inner
        .store
        .write(move |tx| Box::pin(async move { new.store(tx).await }))
        .await;
    match stored {
        Ok(received) => Ok(EnquiryReceipt { received }),
        Err(error) => {
            wraps::delete_batch(&inner.wraps, batch).await?;
            // The same enquiry twice at once: one was first, both are answered alike.
            match sent_before(inner, seeker, &request).await? {
                Some(receipt) => Ok(receipt),
                None => Err(error),
            }
        }
    }
}

/// The answer to an enquiry that came before; [`Refusal::IdTaken`] if its id is something else's.
async fn sent_before(
    inner: &Inner,
    seeker: AccountId,
    request: &SubmitEnquiry,
) -> Result<Option<EnquiryReceipt>, Error> {
    let db = inner.store.read();
    let Some(found) = conversation::find(db, request.conversation).await? else {
        return Ok(None);
    };
    // Not the bytes: whoever lost the answer may have had to seal again.
    if found.seeker == seeker && found.agency == request.agency {
        let received = found.created;
        Ok(Some(EnquiryReceipt { received }))
    } else {
        Err(Refusal::IdTaken.into())
    }
}

/// Epoch record 0: the seeker, then the inbox; signed by the seeker.
fn check_record(
    inner: &Inner,
    own: &Signed<Identity>,
    request: &SubmitEnquiry,
) -> Result<Signed<EpochRecord>, Error> {
    let record = Unverified::<EpochRecord>::decode(request.epoch.as_slice())
        .map_err(malformed)?
        .verify(&inner.trust.platform_id, own)
        .map_err(unbelievable)?;
    let [seeker, inbox] = record.members.as_slice() else {
        return Err(Refusal::SignatureInvalid.into());
    };
    agrees(
        record.conversation == request.conversation
            && record.epoch == 0
            && record.agency == request.agency
            && record.reason == Reason::Enquiry
            && record.author_slot == 0
            && record.consent_hash.is_zero(),
    )?;
    agrees(
        is_listed_as(seeker, own) && seeker.role == MemberRole::Seeker && seeker.history_from == 0,
    )?;
    agrees(
        inbox.id == MemberId::Inbox(request.agency)
            && inbox.role == MemberRole::Inbox
            && inbox.history_from == 0,
    )?;
    Ok(record)
}

/// The messages: in epoch 0 only the seeker writes.
fn check_messages(request: &SubmitEnquiry) -> Result<Vec<Message>, Error> {
    formed(!request.messages.is_empty())?;
    if request.messages.len() > OPENING_MAX {
        return Err(Refusal::TooLarge.into());
    }
    let mut messages: Vec<Message> = Vec::with_capacity(request.messages.len());
    for message in &request.messages {
        let message = Message::decode(message.as_slice()).map_err(malformed)?;
        formed(
            message.conversation() == request.conversation
                && message.epoch() == 0
                && message.sender_slot() == 0
                && messages.iter().all(|other| other.id() != message.id()),
        )?;
        messages.push(message);
    }
    Ok(messages)
}

/// The agency takes enquiries about the topic; gives its current manifest.
async fn check_agency(
    inner: &Inner,
    found: &agency::Agency,
    request: &SubmitEnquiry,
) -> Result<Signed<Manifest>, Error> {
    let db = inner.store.read();
    let hash = found.manifest_hash.ok_or(Refusal::NotFound)?;
    let public = profile(found.profile.as_deref().unwrap_or_default())?;
    if public.offer(request.topic).is_none() {
        return Err(Refusal::NotFound.into());
    }
    let directory = inner.directory.newest(db, &inner.trust).await?;
    let entry: &Signed<AgencyEntry> = directory
        .open_agency(request.agency)
        .ok_or(Refusal::AgencyClosed)?;
    if public.offline {
        return Err(Refusal::AgencyClosed.into());
    }
    let manifest = manifests::manifest(db, request.agency, &hash).await?;
    let (_, manifest) = manifest.ok_or(Refusal::NotFound)?;
    Unverified::<Manifest>::decode(&manifest)
        .map_err(platform_fault)?
        .verify(&inner.trust.platform_id, &request.agency, &entry.root_key)
        .map_err(platform_fault)
}

/// An enquiry whose every part has been checked.
struct New {
    conversation: Conversation,
    record: Signed<EpochRecord>,
    /// The manifest against which it was checked.
    manifest: Digest,
    batch: wraps::Batch,
    messages: Vec<Message>,
}

impl New {
    async fn store(mut self, tx: &Tx) -> Result<Timestamp, Error> {
        let db = tx.db();
        let id = self.conversation.id;
        let association = self.conversation.association;
        let found = agency::find_unchanging(db, self.conversation.agency).await?;
        let current = found.and_then(|found| found.manifest_hash);
        if current.as_ref() != Some(self.manifest.as_bytes()) {
            return Err(Refusal::ManifestOutdated.into());
        }
        self.conversation.created = tx.now();
        self.conversation.rotation = Rotation::beginning(tx.now());
        first(
            conversation::insert(db, &self.conversation).await,
            Refusal::IdTaken,
        )?;
        let epoch = Epoch {
            conversation: id,
            epoch: 0,
            record: self.record.as_bytes().to_vec(),
            batch: self.batch,
        };
        epoch::insert(db, association, epoch, &self.record.members).await?;
        let messages = (1..).zip(&self.messages).map(|(position, message)| {
            let stored = StoredMessage {
                position,
                received: tx.now(),
                message: message.as_bytes().into(),
            };
            rows::Message::new(message, stored)
        });
        rows::insert_messages(db, id, association, messages.collect()).await?;
        self.tell(tx).await?;
        Ok(tx.now())
    }

    async fn tell(&self, tx: &Tx) -> Result<(), Error> {
        let association = Some(self.conversation.association);
        let began = Event::Epoch {
            conversation: self.conversation.id,
            state: State::Waiting,
            epoch: self.record.as_bytes().into(),
        };
        tx.emit([self.conversation.seeker], association, &began)?;
        let arrived = Event::EnquiryArrived {
            conversation: self.conversation.id,
            agency: self.conversation.agency,
        };
        let readers = manifests::inbox_of(tx.db(), self.conversation.agency).await?;
        tx.emit(readers, association, &arrived)
    }
}
