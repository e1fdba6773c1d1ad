//! How far somebody has read: ciphertext for the other members of the epoch.

use crypto::mark::ReadMark;
use domain::Refusal;
use domain::conversation::{MemberMark, SaveMark};
use domain::live::Event;
use domain::policy::Action;

use super::persons;
use crate::Inner;
use crate::actor::Actor;
use crate::check::{formed, malformed};
use crate::error::Error;
use crate::store::conversation;
use crate::store::{Tx, note};

pub(super) async fn save(inner: &Inner, actor: &Actor, request: &SaveMark) -> Result<(), Error> {
    actor.account()?;
    let mark = ReadMark::decode(request.mark.as_slice()).map_err(malformed)?;
    let actor = actor.clone();
    inner
        .store
        .write(move |tx| Box::pin(async move { store(tx, &actor, &mark).await }))
        .await
}

async fn store(tx: &Tx, actor: &Actor, mark: &ReadMark) -> Result<(), Error> {
    let db = tx.db();
    // No new epoch begins meanwhile.
    let found = conversation::find_locked(db, mark.conversation()).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let members = super::members(db, actor, Action::ReadConversation, &found).await?;
    if mark.epoch() != found.epoch {
        return Err(Refusal::EpochOutdated.into());
    }
    let account = actor.account()?;
    let slot = persons(&members).find(|(member, _)| *member == account);
    formed(slot.is_some_and(|(_, listed)| listed.slot == mark.slot()))?;
    let body = mark.as_bytes().to_vec();
    if !note::put_mark(db, account, &found, mark.version(), body).await? {
        return Err(Refusal::VersionOutdated.into());
    }
    let event = Event::Mark {
        conversation: found.id,
        mark: MemberMark {
            account,
            mark: mark.as_bytes().into(),
        },
    };
    let recipients = persons(&members).map(|(account, _)| account);
    tx.emit(recipients, Some(found.association), &event)
}
