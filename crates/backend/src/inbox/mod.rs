//! What waits at agencies, and accepting it.

mod accept;

use std::collections::HashMap;

use crypto::epoch::EpochRecord;
use crypto::{Digest, Unverified};
use domain::agency::Roles;
use domain::conversation::{ConversationRow, MemberId};
use domain::id::AgencyId;
use domain::inbox::{AcceptEnquiry, ListInbox, WaitingEnquiry};
use domain::policy::{Action, Object, Subject};

use crate::Inner;
use crate::actor::Actor;
use crate::check::platform_fault;
use crate::error::Error;
use crate::store::{conversation, epoch, identity, message, wraps};

/// The most enquiries in one answer, the oldest first.
const LISTED_MAX: u64 = 200;

/// What waits at agencies.
#[derive(Debug, Clone, Copy)]
pub struct Inbox<'a>(pub(crate) &'a Inner);

impl Inbox<'_> {
    /// Answers [`ListInbox`]: the oldest first, at most 200.
    ///
    /// # Errors
    /// [`domain::Refusal::NotAllowed`] for who reads no inbox.
    pub async fn list(&self, actor: &Actor, _: ListInbox) -> Result<Vec<WaitingEnquiry>, Error> {
        actor.may(Action::ReadInbox, Object::None)?;
        let agencies = inboxes(actor.subject());
        let db = self.0.store.read();
        let waiting = conversation::waiting_at(db, &agencies, LISTED_MAX).await?;
        let ids: Vec<_> = waiting.iter().map(|waiting| waiting.id).collect();
        let mut epochs: HashMap<_, _> = epoch::of(db, &ids)
            .await?
            .into_iter()
            .map(|epoch| (epoch.conversation, epoch))
            .collect();
        let seekers = waiting.iter().map(|waiting| waiting.seeker);
        let seekers: HashMap<_, _> = identity::all(db, seekers)
            .await?
            .into_iter()
            .map(|(_, identity)| (Digest::of(&identity), identity))
            .collect();
        let mut messages = HashMap::<_, Vec<_>>::new();
        for (id, message) in message::all_messages(db, &ids).await? {
            messages.entry(id).or_default().push(message);
        }
        let mut given = HashMap::new();
        for agency in agencies {
            let inbox = MemberId::Inbox(agency);
            for wrap in wraps::of_member(&self.0.wraps, inbox, &ids).await? {
                given.insert((wrap.conversation, wrap.batch), wrap.body);
            }
        }
        let mut listed = Vec::with_capacity(waiting.len());
        for one in waiting {
            // Accepted since the first look: it waits no more.
            let Some(epoch) = epochs.remove(&one.id).filter(|epoch| epoch.epoch == 0) else {
                continue;
            };
            let wrap = given.remove(&(one.id, epoch.batch));
            // The one that the record names: the account may have another one meanwhile.
            let record =
                Unverified::<EpochRecord>::decode(&epoch.record).map_err(platform_fault)?;
            let seeker = record
                .claimed_author_identity()
                .and_then(|named| seekers.get(&named));
            let Some((wrap, seeker)) = wrap.zip(seeker.cloned()) else {
                continue;
            };
            listed.push(WaitingEnquiry {
                conversation: one.id,
                agency: one.agency,
                topic: one.topic,
                wish: one.wish,
                received: one.created,
                epoch: epoch.record.into(),
                wrap: wrap.into(),
                seeker: seeker.into(),
                messages: messages.remove(&one.id).unwrap_or_default(),
            });
        }
        Ok(listed)
    }

    /// Answers [`AcceptEnquiry`]; again by the same person with the same record: alike.
    ///
    /// # Errors
    /// [`domain::Refusal`]: `NotFound` where the actor does not read the inbox, `NotAllowed` for
    /// who does not counsel, `AlreadyAccepted`, `ManifestOutdated`, `Malformed`, `SignatureInvalid`.
    pub async fn accept(
        &self,
        actor: &Actor,
        request: AcceptEnquiry,
    ) -> Result<ConversationRow, Error> {
        actor.may(Action::AcceptEnquiry, Object::None)?;
        accept::accept(self.0, actor, request).await
    }
}

/// The agencies whose inbox the subject reads.
fn inboxes(subject: &Subject) -> Vec<AgencyId> {
    let Subject::Account { grants, .. } = subject else {
        return Vec::new();
    };
    let readable = grants.iter().filter(|grant| grant.roles.has(Roles::INBOX));
    readable.map(|grant| grant.agency).collect()
}
