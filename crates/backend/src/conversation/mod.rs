//! Conversations of the actor: lists, history, writing, labels, marks, drafts.

mod archive;
mod consent;
mod draft;
pub(crate) mod epoch;
mod joining;
mod mark;
mod rotate;
pub(crate) mod rows;
mod send;

use crypto::private_label::PrivateLabel;
use domain::account::AccountKind;
use domain::agency::Roles;
use domain::conversation::{
    ArchiveConversation, ConversationRow, DeleteConversation, GiveConsent, History, LabelSaved,
    ListConversations, LoadConversation, LoadDraft, LoadHistory, MemberId, RotateEpoch, SaveDraft,
    SaveLabel, SaveMark, SendMessage, Sent, StoredDraft,
};
use domain::id::{AccountId, ConversationId};
use domain::live::Event;
use domain::policy::{Action, Object, Subject};
use domain::time::Timestamp;
use domain::{Blob, Refusal};
use sea_orm::ConnectionTrait;

use crate::Inner;
use crate::actor::Actor;
use crate::check::malformed;
use crate::deletion;
use crate::error::Error;
use crate::store::conversation::{self, Conversation};
use crate::store::epoch::{self as epochs, Listed};
use crate::store::{message, wraps};

/// The most messages in one answer.
const HISTORY_MAX: u32 = 200;
/// The most bytes of messages in one answer; at least one message comes in any case.
const HISTORY_BYTES: usize = 512 * 1024;
/// Batches of wraps asked for at once when sweeping.
const SWEPT_AT_ONCE: usize = 500;

/// Conversations of the actor.
#[derive(Debug, Clone, Copy)]
pub struct Conversations<'a>(pub(crate) &'a Inner);

impl Conversations<'_> {
    /// Answers [`ListConversations`], the newest first.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub async fn list(
        &self,
        actor: &Actor,
        _: ListConversations,
    ) -> Result<Vec<ConversationRow>, Error> {
        actor.may(Action::ListConversations, Object::None)?;
        let account = actor.account()?;
        let mut found = conversation::of_member(self.0.store.read(), account).await?;
        found.retain(|found| works_there(actor, found));
        rows::all(self.0, account, found).await
    }

    /// Answers [`LoadConversation`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] also for a foreign one.
    pub async fn load(
        &self,
        actor: &Actor,
        request: LoadConversation,
    ) -> Result<ConversationRow, Error> {
        let db = self.0.store.read();
        own(db, actor, Action::ReadConversation, request.conversation).await?;
        rows::one(self.0, actor.account()?, request.conversation).await
    }

    /// Answers [`LoadHistory`]: at most 200 messages and about 512 KiB.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] also for a foreign conversation.
    pub async fn load_history(
        &self,
        actor: &Actor,
        request: LoadHistory,
    ) -> Result<History, Error> {
        let db = self.0.store.read();
        let (found, _) = own(db, actor, Action::ReadConversation, request.conversation).await?;
        let limit = request.limit.clamp(1, HISTORY_MAX);
        let after = request.after.min(found.messages);
        let mut messages = message::messages_after(db, found.id, after, limit).await?;
        let mut bytes = 0;
        let fitting = messages.iter().take_while(|stored| {
            bytes += stored.message.as_slice().len();
            bytes <= HISTORY_BYTES
        });
        let fitting = fitting.count().max(1);
        messages.truncate(fitting);
        let last = messages.last().map_or(after, |last| last.position);
        Ok(History {
            messages,
            more: last < found.messages,
        })
    }

    /// Answers [`SendMessage`]; again with the same message: alike.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation and for a message to delete that is not
    /// in it, [`Refusal::NotAllowed`] for who only reads and for another's message,
    /// [`Refusal::EpochOutdated`], [`Refusal::EpochDue`], [`Refusal::IdTaken`],
    /// [`Refusal::Malformed`].
    pub async fn send(&self, actor: &Actor, request: SendMessage) -> Result<Sent, Error> {
        send::send(self.0, actor, &request).await
    }

    /// Answers [`RotateEpoch`]; again with the same record: alike.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation, [`Refusal::NotAllowed`] for who only
    /// reads, [`Refusal::WrongState`] while it waits or if nobody who counsels is left,
    /// [`Refusal::EpochOutdated`] if somebody was faster, [`Refusal::ManifestOutdated`],
    /// [`Refusal::SignatureInvalid`], [`Refusal::Malformed`].
    pub async fn rotate(
        &self,
        actor: &Actor,
        request: RotateEpoch,
    ) -> Result<ConversationRow, Error> {
        rotate::rotate(self.0, actor, request).await
    }

    /// Answers [`GiveConsent`]; again with the same statement: alike.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation, [`Refusal::NotAllowed`] for staff,
    /// [`Refusal::WrongState`] while it waits, [`Refusal::SignatureInvalid`], [`Refusal::Malformed`].
    pub async fn give_consent(&self, actor: &Actor, request: GiveConsent) -> Result<(), Error> {
        consent::give(self.0, actor, &request).await
    }

    /// Answers [`ArchiveConversation`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation, [`Refusal::NotAllowed`] for seekers and
    /// who only reads, [`Refusal::WrongState`] while it waits, [`Refusal::VersionOutdated`] if
    /// there are messages that the asker does not know.
    pub async fn archive(&self, actor: &Actor, request: ArchiveConversation) -> Result<(), Error> {
        archive::archive(self.0, actor, request).await
    }

    /// Answers [`DeleteConversation`]: when it is answered nothing of it is left.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation, [`Refusal::NotAllowed`] for staff,
    /// [`Refusal::WrongCredentials`], [`Refusal::SignInExpired`].
    pub async fn delete(&self, actor: &Actor, request: DeleteConversation) -> Result<(), Error> {
        deletion::conversation(self.0, actor, &request).await
    }

    /// Answers [`SaveLabel`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation, [`Refusal::VersionOutdated`] for a version
    /// that can never be stored, [`Refusal::Malformed`].
    pub async fn save_label(&self, actor: &Actor, request: SaveLabel) -> Result<LabelSaved, Error> {
        let db = self.0.store.read();
        let (found, _) = own(db, actor, Action::ReadConversation, request.conversation).await?;
        let label = PrivateLabel::decode(request.label.as_slice()).map_err(malformed)?;
        crate::check::formed(label.conversation() == request.conversation)?;
        let account = actor.account()?;
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let body = label.as_bytes().to_vec();
                    let version = label.version();
                    if !conversation::put_label(tx.db(), account, &found, version, body).await? {
                        let mut stored =
                            conversation::labels(tx.db(), account, &[found.id]).await?;
                        let newer = stored.pop().map(|(_, label)| Blob::from(label));
                        let newer = newer.ok_or(Refusal::VersionOutdated)?;
                        return Ok(LabelSaved { newer: Some(newer) });
                    }
                    let event = Event::Label {
                        conversation: found.id,
                        label: request.label,
                    };
                    tx.emit([account], Some(found.association), &event)?;
                    Ok(LabelSaved { newer: None })
                })
            })
            .await
    }

    /// Answers [`SaveMark`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation, [`Refusal::EpochOutdated`],
    /// [`Refusal::VersionOutdated`], [`Refusal::Malformed`].
    pub async fn save_mark(&self, actor: &Actor, request: SaveMark) -> Result<(), Error> {
        mark::save(self.0, actor, &request).await
    }

    /// Answers [`LoadDraft`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation, [`Refusal::NotAllowed`] for who only
    /// reads.
    pub async fn load_draft(
        &self,
        actor: &Actor,
        request: LoadDraft,
    ) -> Result<StoredDraft, Error> {
        draft::load(self.0, actor, &request).await
    }

    /// Answers [`SaveDraft`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign conversation, [`Refusal::NotAllowed`] for who only
    /// reads, [`Refusal::VersionOutdated`], [`Refusal::Malformed`].
    pub async fn save_draft(&self, actor: &Actor, request: SaveDraft) -> Result<(), Error> {
        draft::save(self.0, actor, &request).await
    }
}

/// A conversation of the actor's and the members of its newest epoch.
pub(crate) async fn own(
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    id: ConversationId,
) -> Result<(Conversation, Vec<Listed>), Error> {
    // Nobody signed in: that comes first, and tells nothing of the conversation.
    actor.account()?;
    let found = conversation::find(db, id).await?.ok_or(Refusal::NotFound)?;
    let members = members(db, actor, action, &found).await?;
    Ok((found, members))
}

/// The members of a conversation's newest epoch, for an actor who may do this there.
pub(crate) async fn members(
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    found: &Conversation,
) -> Result<Vec<Listed>, Error> {
    let members = epochs::members(db, found.id, found.epoch).await?;
    let persons: Vec<_> = persons(&members)
        .map(|(account, listed)| (account, listed.writes))
        .collect();
    actor.may(action, Object::Conversation { members: &persons })?;
    if works_there(actor, found) {
        Ok(members)
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// Whoever is no longer listed is out at once, though the newest epoch still names them until somebody begins the next.
fn works_there(actor: &Actor, found: &Conversation) -> bool {
    let staff = matches!(
        actor.subject,
        Subject::Account {
            kind: AccountKind::Staff,
            ..
        }
    );
    !staff || actor.subject.roles_in(found.agency) != Roles::default()
}

/// The accounts among members.
pub(crate) fn persons(members: &[Listed]) -> impl Iterator<Item = (AccountId, &Listed)> {
    members.iter().filter_map(|listed| match listed.id {
        MemberId::Account(account) => Some((account, listed)),
        MemberId::Inbox(_) => None,
    })
}

/// Deletes wraps that must go: after every commit that says so, and again by the timer if that
/// was cut off.
pub(crate) async fn purge(inner: &Inner) -> Result<(), Error> {
    for (id, member) in conversation::purges(inner.store.read()).await? {
        wraps::delete_of_member(&inner.wraps, id, member).await?;
        inner
            .store
            .write(move |tx| {
                Box::pin(async move {
                    conversation::delete_purge(tx.db(), id, member).await?;
                    Ok(())
                })
            })
            .await?;
    }
    Ok(())
}

/// Deletes wraps whose rows were never written, because the process ended in between: those of
/// before `start` that no epoch names.
pub(crate) async fn sweep(inner: &Inner, start: Timestamp) -> Result<(), Error> {
    let batches = wraps::batches_before(&inner.wraps, start).await?;
    for some in batches.chunks(SWEPT_AT_ONCE) {
        let known = epochs::known_batches(inner.store.read(), some).await?;
        for orphan in some.iter().filter(|batch| !known.contains(batch)) {
            wraps::delete_batch(&inner.wraps, *orphan).await?;
        }
    }
    Ok(())
}
