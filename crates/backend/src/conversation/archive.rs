//! Putting a conversation away, and bringing it back.

use domain::Refusal;
use domain::conversation::{ArchiveConversation, Command, State};
use domain::live::Event;
use domain::policy::Action;

use super::persons;
use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;
use crate::store::Tx;
use crate::store::conversation;

pub(super) async fn archive(
    inner: &Inner,
    actor: &Actor,
    request: ArchiveConversation,
) -> Result<(), Error> {
    actor.account()?;
    let actor = actor.clone();
    inner
        .store
        .write(move |tx| Box::pin(async move { store(tx, &actor, &request).await }))
        .await
}

async fn store(tx: &Tx, actor: &Actor, request: &ArchiveConversation) -> Result<(), Error> {
    let db = tx.db();
    let id = request.conversation;
    // A message that is being stored comes before or after, never at once.
    let found = conversation::find_locked(db, id).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let members = super::members(db, actor, Action::ArchiveConversation, &found).await?;
    let (command, wanted) = if request.archived {
        (Command::Archive, State::Archived)
    } else {
        (Command::Reopen, State::Active)
    };
    if found.state == wanted {
        return Ok(());
    }
    let state = found.state.after(command)?;
    if request.archived && found.messages > request.count {
        return Err(Refusal::VersionOutdated.into());
    }
    conversation::set_state(db, id, state, tx.now()).await?;
    let event = Event::State {
        conversation: id,
        state,
    };
    let recipients = persons(&members).map(|(account, _)| account);
    tx.emit(recipients, Some(found.association), &event)
}
