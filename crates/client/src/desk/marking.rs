//! What was read: by oneself, for all own devices (private label), and for the others, as far as
//! they may know (read mark).

use crypto::account::AccountKey;
use crypto::mark::{ReadMark, UpTo};
use crypto::private_label::PrivateLabel;
use domain::conversation::{MemberMark, SaveLabel, SaveMark};
use domain::id::{AccountId, ConversationId, MessageId};
use domain::time::{SECOND, Timestamp};
use domain::{Blob, Refusal};
use serde::{Deserialize, Serialize};

use crate::call::call;
use crate::conversation::amend;
use crate::conversation::case::Read;
use crate::conversation::{Author, Item, Role};
use crate::desk::{Desk, Open, Side};
use crate::error::{Error, Untrusted};
use crate::form::{from_cbor, to_cbor};
use crate::reducer::Held;
use crate::session::Session;
use crate::settings::{self, Switch};
use crate::world::World;

/// Milliseconds between two read marks in one conversation.
const BETWEEN_MARKS: i64 = 30 * SECOND;
/// How often a save is tried against other tabs' saves.
const TRIES: usize = 3;

/// The content of a private label, CBOR.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Label {
    /// The last position that was read.
    #[serde(default)]
    read: u32,
}

impl<W: World, S: Side> Desk<W, S> {
    /// The messages up to this position were in sight. Own devices learn of it soon, the other
    /// side at most every 30 seconds and only if the person has not turned that off.
    pub fn see(&self, conversation: ConversationId, position: u32) {
        {
            let state = self.0.state.borrow();
            let mut all = self.0.open.borrow_mut();
            let (Some(held), Some(open)) = (
                state.conversations.get(&conversation),
                all.get_mut(&conversation),
            ) else {
                return;
            };
            // What counts as read is what is here, not a number that the server claims.
            let position = position.min(held.contiguous());
            if position <= open.seen {
                return;
            }
            // What only changes messages above was seen with them.
            let after = open.read.range(position.saturating_add(1)..);
            let quiet = after
                .zip(position.saturating_add(1)..)
                .take_while(|((at, read), next)| {
                    *at == next && read.as_ref().is_ok_and(Read::is_quiet)
                });
            open.seen = quiet.last().map_or(position, |((at, _), _)| *at);
        }
        self.0.typed.ring();
        self.thread_changed(conversation);
    }

    /// Notes that everything until now was read; other tabs and devices learn of it.
    ///
    /// # Errors
    /// As [`call`].
    pub async fn mark_read(&self, conversation: ConversationId) -> Result<(), Error> {
        self.complete(conversation).await?;
        self.see(conversation, u32::MAX);
        self.save_label(conversation).await
    }

    /// Tells own devices and the other side what was seen since; gives the milliseconds until
    /// there is more to tell.
    pub(super) async fn save_seen(&self) -> Result<Option<u32>, Error> {
        let all: Vec<_> = self.0.open.borrow().keys().copied().collect();
        let mut wait = None;
        for conversation in all {
            let told = match self.save_label(conversation).await {
                Ok(()) => self.save_mark(conversation).await,
                Err(error) => Err(error),
            };
            match told {
                Ok(None) => {}
                Ok(Some(more)) => wait = Some(wait.map_or(more, |wait: u32| wait.min(more))),
                // Told with the next message; it does not keep the others waiting.
                Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(wait)
    }

    async fn save_label(&self, conversation: ConversationId) -> Result<(), Error> {
        for _ in 0..TRIES {
            let Some(label) = self.next_label(conversation)? else {
                return Ok(());
            };
            let request = SaveLabel {
                conversation,
                label: label.clone(),
            };
            let saved = call(self.session().client().transport(), request).await?;
            let is_late = saved.newer.is_some();
            if let Some(held) = self
                .0
                .state
                .borrow_mut()
                .conversations
                .get_mut(&conversation)
            {
                // Another tab was faster: what it read counts too.
                held.put_label(saved.newer.unwrap_or(label));
            }
            self.thread_changed(conversation);
            if !is_late {
                return Ok(());
            }
            // It tells the other side as well; this one only if it does not.
            if let Some(open) = self.0.open.borrow_mut().get_mut(&conversation) {
                open.marked = Some(self.session().client().world().now());
            }
        }
        Ok(())
    }

    /// Sends the own mark if there is something new to tell and it is time to.
    async fn save_mark(&self, conversation: ConversationId) -> Result<Option<u32>, Error> {
        if !settings::is_on(self.session(), Switch::ReadMarks) {
            return Ok(None);
        }
        let now = self.session().client().world().now();
        let mark = {
            let mut all = self.0.open.borrow_mut();
            let Some(open) = all.get_mut(&conversation) else {
                return Ok(None);
            };
            let Some(up_to) = open.unmarked(self.session().account(), now) else {
                return Ok(None);
            };
            let since = open
                .marked
                .map_or(BETWEEN_MARKS, |marked| now.since(marked));
            // A clock that was set back waits no longer than any other.
            if (0..BETWEEN_MARKS).contains(&since) {
                return Ok(u32::try_from(BETWEEN_MARKS - since).ok());
            }
            open.marked = Some(now);
            open.seal_mark(self.session(), &up_to)?
        };
        let Some(mark) = mark else {
            return Ok(None);
        };
        let request = SaveMark { mark: mark.clone() };
        call(self.session().client().transport(), request).await?;
        let account = self.session().account();
        if let Some(held) = self
            .0
            .state
            .borrow_mut()
            .conversations
            .get_mut(&conversation)
        {
            held.put_mark(MemberMark { account, mark });
        }
        self.absorb(conversation);
        Ok(None)
    }

    /// The last position that was read: as the label says, as seen here, or the newest own message.
    pub(super) fn read_to(&self, held: &Held, open: &Open) -> u32 {
        let mut newest_first = open.read.iter().rev();
        // Who changes or takes back a message has not read what came after it.
        let is_said = |read: &Read| read.own && !read.is_quiet();
        let own = newest_first.find(|(_, read)| read.as_ref().is_ok_and(is_said));
        own.map_or(0, |(position, _)| *position)
            .max(open.seen)
            .max(self.label(held).1.read)
    }

    /// The last own message that somebody of the other side has read.
    pub(super) fn read_by_other(
        &self,
        open: &Open,
        items: &[Item],
    ) -> Option<(MessageId, Timestamp)> {
        let persons = open.case.persons();
        let own_side = persons.iter().find(|one| one.own)?.role == Role::Seeker;
        let others = persons
            .iter()
            .filter(|one| (one.role == Role::Seeker) != own_side && one.role != Role::Reader);
        let (position, read) = others
            .filter_map(|one| {
                let (_, up_to) = open.marks.get(&one.account)?;
                Some((open.position_of(up_to)?, up_to.read))
            })
            .max()?;
        let mut newest_first = items.iter().rev();
        let last = newest_first.find(|item| {
            item.author == Author::Own && item.position.is_some_and(|at| at <= position)
        })?;
        let now = self.session().client().world().now();
        Some((last.id, read.start().min(now)))
    }

    /// Version and content of the private label; one that does not open says nothing.
    fn label(&self, held: &Held) -> (u64, Label) {
        let Some(label) = &held.row.label else {
            return (0, Label::default());
        };
        let Ok(label) = PrivateLabel::decode(label.as_slice()) else {
            return (0, Label::default());
        };
        let session = self.session();
        let content = label
            .open(session.key(), &session.account(), &held.row.conversation)
            .ok()
            .and_then(|plain| from_cbor(&plain).ok());
        (label.version(), content.unwrap_or_default())
    }

    /// The label that says what was seen; `None` if it says so already.
    fn next_label(&self, conversation: ConversationId) -> Result<Option<Blob>, Error> {
        let session = self.session();
        let state = self.0.state.borrow();
        let held = state.conversations.get(&conversation);
        let held = held.ok_or(Refusal::NotFound)?;
        let (version, label) = self.label(held);
        let open = self.0.open.borrow();
        let read = open.get(&conversation).map_or(0, |open| open.seen);
        if label.read >= read {
            return Ok(None);
        }
        drop(open);
        let label = Label { read };
        seal_label(session, session.key(), conversation, version, &label).map(Some)
    }

    /// The label as it is, for another account key.
    pub(super) fn label_for(&self, held: &Held, key: &AccountKey) -> Result<SaveLabel, Error> {
        let (version, label) = self.label(held);
        let conversation = held.row.conversation;
        Ok(SaveLabel {
            conversation,
            label: seal_label(self.session(), key, conversation, version, &label)?,
        })
    }
}

/// A label with the version after `version`.
fn seal_label<W: World>(
    session: &Session<W>,
    key: &AccountKey,
    conversation: ConversationId,
    version: u64,
    label: &Label,
) -> Result<Blob, Error> {
    let label = PrivateLabel::seal(
        &mut session.client().world().random(),
        key,
        &session.account(),
        &conversation,
        version.saturating_add(1),
        &to_cbor(label)?,
    )?;
    Ok(Blob::from(label.as_bytes()))
}

impl Open {
    /// Takes over marks that verify and are newer than what is known of their member.
    pub(super) fn take_marks<W: World>(&mut self, session: &Session<W>, told: &[MemberMark]) {
        for mark in told {
            let Some((version, up_to)) = self.case.read_mark(session, mark) else {
                continue;
            };
            let known = self.marks.get(&mark.account);
            if known.is_none_or(|(known, _)| *known < version) {
                self.marks.insert(mark.account, (version, up_to));
            }
        }
    }

    /// How far was read, if a message of somebody else is among what the own mark does not tell.
    fn unmarked(&self, me: AccountId, now: Timestamp) -> Option<UpTo> {
        let marked = self.marks.get(&me);
        let marked = marked.and_then(|(_, up_to)| self.position_of(up_to));
        let from = marked.map_or(0, |at| at.saturating_add(1));
        if from > self.seen {
            return None;
        }
        let new = self.read.range(from..=self.seen);
        let mut new = new.filter_map(|(_, read)| read.as_ref().ok());
        let last = new.clone().next_back()?;
        new.any(|read| !read.own && !read.is_quiet()).then(|| UpTo {
            message: last.id,
            digest: last.digest,
            read: now.minute(),
        })
    }

    /// Where the message stands that a mark names; none if it is not here.
    fn position_of(&self, up_to: &UpTo) -> Option<u32> {
        amend::find(&self.read, up_to.message, up_to.digest).map(|(position, _)| position)
    }

    /// The own mark with the next version; none for who is no member of the newest epoch.
    fn seal_mark<W: World>(
        &self,
        session: &Session<W>,
        up_to: &UpTo,
    ) -> Result<Option<Blob>, Error> {
        let Some((epoch, key, slot)) = self.case.readable() else {
            return Ok(None);
        };
        let version = self.marks.get(&session.account());
        let version = version.map_or(0, |(version, _)| *version);
        let platform = &session.client().platform().id;
        let rng = &mut session.client().world().random();
        let me = epoch.record.member(slot).ok_or(Untrusted::Epoch)?;
        let mark = session.with_identity(&me.identity_hash, |_, keys| {
            ReadMark::seal(
                rng,
                platform,
                &epoch.record,
                key,
                &keys.sig,
                slot,
                version.saturating_add(1),
                up_to,
            )
        })??;
        Ok(Some(Blob::from(mark.as_bytes())))
    }
}
