//! What waits at agencies, and accepting it.

mod accept;
mod assign;

use std::collections::{BTreeSet, HashMap};

use domain::agency::Roles;
use domain::conversation::{ConversationRow, MemberId};
use domain::id::AgencyId;
use domain::inbox::{AcceptEnquiry, AssignEnquiry, ListInbox, WaitingEnquiry};
use domain::policy::{Action, Object, Subject};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;
use crate::store::{conversation, epoch, handover, identity, message, wraps};

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
        let mut epochs = HashMap::<_, Vec<_>>::new();
        for epoch in epoch::of(db, &ids).await? {
            epochs.entry(epoch.conversation).or_default().push(epoch);
        }
        let persons = epoch::persons(db, &ids).await?;
        let accounts: BTreeSet<_> = persons.iter().map(|(_, account)| *account).collect();
        let mut known = HashMap::<_, Vec<_>>::new();
        for (id, identity) in identity::all(db, accounts).await? {
            known.entry(id).or_default().push(identity);
        }
        let mut consents = HashMap::<_, Vec<_>>::new();
        for (id, consent) in handover::all(db, &ids).await? {
            consents.entry(id).or_default().push(consent.into());
        }
        let mut messages = HashMap::<_, Vec<_>>::new();
        for (id, message) in message::of_waiting(db, &ids).await? {
            messages.entry(id).or_default().push(message);
        }
        let mut given = HashMap::<_, Vec<_>>::new();
        for agency in agencies {
            let inbox = MemberId::Inbox(agency);
            for wrap in wraps::of_member(&self.0.wraps, inbox, &ids).await? {
                let here = given.entry((wrap.conversation, agency)).or_default();
                here.push((wrap.batch, wrap.body));
            }
        }
        let mut listed = Vec::with_capacity(waiting.len());
        for one in waiting {
            // Accepted since the first look: it waits no more.
            let Some(epochs) = epochs.remove(&one.id) else {
                continue;
            };
            let newest = epochs.last().map(|epoch| epoch.epoch);
            let Some(at) = one.inbox.filter(|_| newest == Some(one.epoch)) else {
                continue;
            };
            // Wraps of a batch that no epoch names were refused, or are not written yet.
            let wraps = given.remove(&(one.id, at)).unwrap_or_default();
            let wraps: Vec<_> = wraps
                .into_iter()
                .filter(|(batch, _)| epochs.iter().any(|epoch| epoch.batch == *batch))
                .map(|(_, wrap)| wrap.into())
                .collect();
            if wraps.is_empty() {
                continue;
            }
            let members = persons.iter().filter(|(id, _)| *id == one.id);
            let identities = members
                .filter_map(|(_, account)| known.get(account))
                .flatten();
            listed.push(WaitingEnquiry {
                conversation: one.id,
                agency: at,
                topic: one.topic,
                wish: one.wish,
                received: one.created,
                identities: identities
                    .map(|identity| identity.as_slice().into())
                    .collect(),
                epochs: epochs
                    .into_iter()
                    .map(|epoch| epoch.record.into())
                    .collect(),
                wraps,
                consents: consents.remove(&one.id).unwrap_or_default(),
                messages: messages.remove(&one.id).unwrap_or_default(),
                assigned: one.assigned,
            });
        }
        Ok(listed)
    }

    /// Answers [`AssignEnquiry`].
    ///
    /// # Errors
    /// [`domain::Refusal::NotFound`] for what does not wait where the actor reads the inbox or leads,
    /// [`domain::Refusal::NotAllowed`] for somebody who could not take it there.
    pub async fn assign(&self, actor: &Actor, request: AssignEnquiry) -> Result<(), Error> {
        actor.may(Action::AssignEnquiry, Object::None)?;
        assign::assign(self.0, actor, request).await
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
