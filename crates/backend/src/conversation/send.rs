//! Sending a message: once, to the newest epoch.

use crypto::message::Message;
use domain::Refusal;
use domain::conversation::{Command, SendMessage, Sent, State, StoredMessage};
use domain::live::Event;
use domain::policy::Action;

use super::persons;
use crate::Inner;
use crate::actor::Actor;
use crate::check::{agrees, formed, malformed};
use crate::error::Error;
use crate::store::conversation::{self, Conversation};
use crate::store::epoch::{self, Listed};
use crate::store::{Tx, manifest as manifests, message as messages};

pub(super) async fn send(
    inner: &Inner,
    actor: &Actor,
    request: &SendMessage,
) -> Result<Sent, Error> {
    inner.limits.message(actor.account()?)?;
    let message = Message::decode(request.message.as_slice()).map_err(malformed)?;
    let actor = actor.clone();
    inner
        .store
        .write(move |tx| Box::pin(async move { store(tx, &actor, &message).await }))
        .await
}

async fn store(tx: &Tx, actor: &Actor, message: &Message) -> Result<Sent, Error> {
    let db = tx.db();
    let id = message.conversation();
    // Places are given one after the other: nobody else may write here meanwhile.
    let found = conversation::find_locked(db, id).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let members = super::members(db, actor, Action::WriteConversation, &found).await?;
    let sender = actor.account()?;
    if let Some(before) = messages::find_message(db, id, message.id()).await? {
        // Not the bytes: whoever lost the answer may have had to seal again.
        let listed = epoch::members(db, id, before.epoch).await?;
        let mut authors = persons(&listed).filter(|(_, listed)| listed.slot == before.slot);
        return match authors.next() {
            Some((author, _)) if author == sender => Ok(before.sent),
            _ => Err(Refusal::IdTaken.into()),
        };
    }
    if message.epoch() != found.epoch {
        return Err(Refusal::EpochOutdated.into());
    }
    if found.is_epoch_over(tx.now()) {
        return Err(Refusal::EpochDue.into());
    }
    let slot = persons(&members).find(|(account, _)| *account == sender);
    formed(slot.is_some_and(|(_, listed)| listed.slot == message.sender_slot()))?;
    let state = found.state.after(Command::Write)?;
    let position = found.messages.saturating_add(1);
    agrees(position > found.messages)?;
    let received = tx.now();
    let stored = StoredMessage {
        position,
        received,
        message: message.as_bytes().into(),
    };
    let row = messages::Message::new(message, stored.clone());
    messages::insert_messages(db, id, found.association, vec![row]).await?;
    conversation::set_written(db, id, position, state).await?;
    tell(tx, &found, &members, state, stored).await?;
    Ok(Sent { position, received })
}

/// All members hear of it, and who reads the inbox while the enquiry waits.
async fn tell(
    tx: &Tx,
    found: &Conversation,
    members: &[Listed],
    state: State,
    stored: StoredMessage,
) -> Result<(), Error> {
    let event = Event::Message {
        conversation: found.id,
        state,
        stored,
    };
    let association = Some(found.association);
    let recipients = persons(members).map(|(account, _)| account);
    tx.emit(recipients, association, &event)?;
    if state == State::Waiting {
        let readers = manifests::inbox_of(tx.db(), found.agency).await?;
        tx.emit(readers, association, &event)?;
    }
    Ok(())
}
