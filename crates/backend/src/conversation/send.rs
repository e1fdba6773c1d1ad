//! Sending a message: once, to the newest epoch. With it own messages may be taken back.

use crypto::Digest;
use crypto::message::Message;
use domain::Refusal;
use domain::conversation::{Command, DELETES_MAX, SendMessage, Sent, State, StoredMessage};
use domain::id::{AccountId, MessageId};
use domain::live::Event;
use domain::policy::Action;
use sea_orm::ConnectionTrait;

use super::persons;
use crate::Inner;
use crate::actor::Actor;
use crate::check::{agrees, formed, malformed};
use crate::error::Error;
use crate::store::conversation::{self, Conversation};
use crate::store::epoch::{self, Listed};
use crate::store::{Tx, live, manifest as manifests, message as messages};

pub(super) async fn send(
    inner: &Inner,
    actor: &Actor,
    request: &SendMessage,
) -> Result<Sent, Error> {
    inner.limits.message(actor.account()?)?;
    let message = Message::decode(request.message.as_slice()).map_err(malformed)?;
    formed(request.deletes.len() <= DELETES_MAX)?;
    let (actor, request) = (actor.clone(), request.clone());
    inner
        .store
        .write(move |tx| Box::pin(async move { store(tx, &actor, &message, &request).await }))
        .await
}

async fn store(
    tx: &Tx,
    actor: &Actor,
    message: &Message,
    request: &SendMessage,
) -> Result<Sent, Error> {
    let db = tx.db();
    let id = message.conversation();
    // Places are given one after the other: nobody else may write here meanwhile.
    let found = conversation::find_locked(db, id).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let members = super::members(db, actor, Action::WriteConversation, &found).await?;
    let sender = actor.account()?;
    if let Some(before) = messages::find_message(db, id, message.id()).await? {
        // Not the bytes: whoever lost the answer may have had to seal again.
        return if is_by(db, &found, before.epoch, before.slot, sender).await? {
            Ok(before.sent)
        } else {
            Err(Refusal::IdTaken.into())
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
    let is_news = request.deletes.is_empty() && !request.quiet;
    let command = if is_news {
        Command::Write
    } else {
        Command::Amend
    };
    let state = found.state.after(command)?;
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
    if is_news {
        conversation::set_written(db, id, position, state).await?;
    } else {
        conversation::set_amended(db, id, position).await?;
    }
    tell(tx, &found, &members, state, stored).await?;
    for id in &request.deletes {
        let stone = delete(tx, &found, sender, *id, state).await?;
        if let Some(stone) = stone {
            tell(tx, &found, &members, state, stone).await?;
        }
    }
    Ok(Sent { position, received })
}

/// Whether the member in this slot of this epoch is `account`.
async fn is_by(
    db: &impl ConnectionTrait,
    found: &Conversation,
    of: u32,
    slot: u16,
    account: AccountId,
) -> Result<bool, Error> {
    let listed = epoch::members(db, found.id, of).await?;
    let mut authors = persons(&listed).filter(|(_, listed)| listed.slot == slot);
    Ok(authors.next().is_some_and(|(author, _)| author == account))
}

/// Drops the ciphertext of an own message, here and in what outboxes hold, and keeps its hash;
/// none if that was done before.
async fn delete(
    tx: &Tx,
    found: &Conversation,
    sender: AccountId,
    id: MessageId,
    state: State,
) -> Result<Option<StoredMessage>, Error> {
    let db = tx.db();
    let message = messages::find_message(db, found.id, id).await?;
    let message = message.ok_or(Refusal::NotFound)?;
    if !is_by(db, found, message.epoch, message.slot, sender).await? {
        return Err(Refusal::NotAllowed.into());
    }
    let after = message.sent.position.saturating_sub(1);
    let stored = messages::messages_after(db, found.id, after, 1).await?;
    let stored = stored.into_iter().find(|stored| !stored.is_tombstone());
    let Some(mut stone) = stored else {
        return Ok(None);
    };
    let hash = Digest::of(stone.message.as_slice());
    stone.message = hash.as_bytes().to_vec().into();
    messages::set_body(db, found.id, &stone).await?;
    let told = Event::Message {
        conversation: found.id,
        state,
        stored: stone.clone(),
    };
    live::replace_message(db, found.id, stone.position, &told).await?;
    Ok(Some(stone))
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
        let at = found.inbox.unwrap_or(found.agency);
        let readers = manifests::inbox_of(tx.db(), at).await?;
        tx.emit(readers, association, &event)?;
    }
    Ok(())
}
