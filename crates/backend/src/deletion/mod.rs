//! Deleting what must go, in an order that no crash and no restored backup undoes: first it is noted, then the wraps
//! go, then rows and events (crypto.md 3.13).

mod retention;

use std::collections::BTreeSet;

use domain::account::DeleteAccount;
use domain::conversation::{DeleteConversation, State};
use domain::id::{AccountId, ConversationId};
use domain::live::Event;
use domain::policy::{Action, Object};

use crate::Inner;
use crate::account::{confirm, end_others};
use crate::actor::Actor;
use crate::conversation::own;
use crate::error::Error;
use crate::store::deletion::{self, Doomed};
use crate::store::{Tx, conversation, epoch, live, manifest as manifests, wraps};

pub use retention::Report;
pub(crate) use retention::{Runs, report, run as run_retention};

/// Answers [`DeleteConversation`].
pub(crate) async fn conversation(
    inner: &Inner,
    actor: &Actor,
    request: &DeleteConversation,
) -> Result<(), Error> {
    let db = inner.store.read();
    let action = Action::DeleteConversation;
    let (found, _) = own(db, actor, action, request.conversation).await?;
    let proven = confirm(inner, actor, &request.confirmation).await?;
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                proven.take(tx).await?;
                let association = Some(found.association);
                deletion::note(tx.db(), Doomed::Conversation(found.id), association).await?;
                Ok(())
            })
        })
        .await?;
    finish(inner).await
}

/// Answers [`DeleteAccount`]: all sessions end with the note, so that nothing new begins.
pub(crate) async fn account(
    inner: &Inner,
    actor: &Actor,
    request: &DeleteAccount,
) -> Result<(), Error> {
    actor.may(Action::DeleteOwnAccount, Object::None)?;
    let account = actor.account()?;
    let proven = confirm(inner, actor, &request.confirmation).await?;
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                proven.take(tx).await?;
                doom(tx, account).await
            })
        })
        .await?;
    finish(inner).await
}

/// Notes an account and everything in it.
async fn doom(tx: &Tx, account: AccountId) -> Result<(), Error> {
    end_others(tx, account, None).await?;
    deletion::note(tx.db(), Doomed::Account(account), None).await?;
    for (id, association) in deletion::of_seeker(tx.db(), account).await? {
        deletion::note(tx.db(), Doomed::Conversation(id), Some(association)).await?;
    }
    Ok(())
}

/// Deletes what is noted; after a crash the timer goes on with it.
pub(crate) async fn finish(inner: &Inner) -> Result<(), Error> {
    // Conversations come before the accounts of their seekers.
    for doomed in deletion::all(inner.store.read()).await? {
        match doomed {
            Doomed::Conversation(id) => {
                wraps::delete_all(&inner.wraps, id).await?;
                inner
                    .store
                    .write(move |tx| Box::pin(async move { remove(tx, id).await }))
                    .await?;
                // Whoever began an epoch at this very moment wrote wraps for it.
                wraps::delete_all(&inner.wraps, id).await?;
                forget(inner, doomed).await?;
            }
            Doomed::Account(account) => {
                inner
                    .store
                    .write(move |tx| Box::pin(async move { remove_account(tx, account).await }))
                    .await?;
            }
        }
    }
    Ok(())
}

async fn forget(inner: &Inner, doomed: Doomed) -> Result<(), Error> {
    inner
        .store
        .write(move |tx| Box::pin(async move { Ok(deletion::forget(tx.db(), doomed).await?) }))
        .await
}

/// Deletes a conversation's rows and tells those who had it; what was told of it before is told no more.
async fn remove(tx: &Tx, id: ConversationId) -> Result<(), Error> {
    let db = tx.db();
    let Some(found) = conversation::find_locked(db, id).await? else {
        return Ok(());
    };
    let gone = Event::Gone { conversation: id };
    let persons = epoch::persons(db, &[id]).await?;
    let mut told: BTreeSet<_> = persons.into_iter().map(|(_, account)| account).collect();
    if found.state == State::Waiting {
        let at = found.inbox.unwrap_or(found.agency);
        told.extend(manifests::inbox_of(db, at).await?);
    }
    live::replace(db, id, &gone).await?;
    deletion::remove_conversation(db, id).await?;
    tx.emit(told, Some(found.association), &gone)
}

async fn remove_account(tx: &Tx, account: AccountId) -> Result<(), Error> {
    let db = tx.db();
    let left = deletion::of_seeker(db, account).await?;
    if left.is_empty() {
        deletion::remove_account(db, account).await?;
        return Ok(deletion::forget(db, Doomed::Account(account)).await?);
    }
    // An enquiry came in between: the next time.
    for (id, association) in left {
        deletion::note(db, Doomed::Conversation(id), Some(association)).await?;
    }
    Ok(())
}
