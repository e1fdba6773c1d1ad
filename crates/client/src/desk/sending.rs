//! The send queue: in order per conversation, exactly once.

use std::convert::Infallible;

use crypto::Digest;
use crypto::message::ContentType;
use domain::conversation::{LoadHistory, Sent, StoredMessage};
use domain::id::{ConversationId, MessageId};
use domain::time::Minute;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::sealing::{Chain, Desk as Place, seal};
use crate::desk::{Desk, Open, Side, amending};
use crate::error::Error;
use crate::queue;
use crate::signal::race;
use crate::world::World;

/// The longest wait that a server can ask for, in seconds: browsers' timers end at 2^31 ms.
const LONGEST_WAIT: u32 = 900;

/// What came of looking at the head of a queue.
enum Head {
    /// Nothing can be sent now.
    None,
    /// This is to be sent; whether it may be stored already, perhaps in another sealing.
    Send(MessageId, Blob, bool),
}

impl<W: World, S: Side> Desk<W, S> {
    /// Sends what waits, now. For programs that do not [`Desk::run`].
    ///
    /// # Errors
    /// As [`call`]; what was not sent still waits.
    pub async fn flush(&self) -> Result<(), Error> {
        if self.0.sending.replace(true) {
            // The one that is at it looks again.
            self.0.again.set(true);
            return Ok(());
        }
        let _done = Done(&self.0.sending);
        loop {
            self.0.again.set(false);
            let sent = self.send_all().await;
            self.note_waiting();
            let again = self.0.again.replace(false);
            match sent {
                Ok(()) if again => {}
                Err(_) if again => {
                    self.0.queued.ring();
                    return sent;
                }
                _ => return sent,
            }
        }
    }

    /// What fails in one conversation does not keep the others waiting, unless nothing can be
    /// sent now. Gives the first failure.
    async fn send_all(&self) -> Result<(), Error> {
        let all: Vec<_> = self.0.open.borrow().keys().copied().collect();
        let mut first = Ok(());
        for conversation in all {
            let sent = self.send_waiting(conversation).await;
            let stops = matches!(
                sent,
                Err(Error::Unreachable
                    | Error::Refused(Refusal::TooMany { .. } | Refusal::NotSignedIn))
            );
            first = first.and(sent);
            if stops {
                break;
            }
        }
        first
    }

    /// What still waits after a try may wait in a copy of this tab, too, and be sent from there.
    fn note_waiting(&self) {
        for open in self.0.open.borrow_mut().values_mut() {
            for queued in &mut open.queue {
                queued.tried = true;
            }
        }
    }

    async fn send_waiting(&self, conversation: ConversationId) -> Result<(), Error> {
        while self.send_head(conversation).await? {}
        Ok(())
    }

    /// Sends whenever something waits; tries again after a while, or when nudged.
    pub(super) async fn send_on(&self) -> Infallible {
        let mut failures = 0;
        loop {
            self.0.queued.heard().await;
            match self.flush().await {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    let wait = match error {
                        Error::Refused(Refusal::TooMany { retry_after }) => {
                            retry_after.min(LONGEST_WAIT).saturating_mul(1000)
                        }
                        _ => self.back_off(failures),
                    };
                    let world = self.session().client().world();
                    race(world.sleep(wait), self.0.queued.heard()).await;
                    self.0.queued.ring();
                }
            }
        }
    }

    /// Sends the first that can be sent; tells whether there may be more.
    async fn send_head(&self, conversation: ConversationId) -> Result<bool, Error> {
        let Some(first) = self.first_waiting(conversation) else {
            return Ok(false);
        };
        // The newest messages are needed: the own one to link to, the other's as seen.
        self.complete(conversation).await?;
        // Over a hole nothing is linked: it would prove less than it says.
        if self.is_withheld(conversation) {
            return Err(Error::Damaged);
        }
        self.drop_void(conversation);
        if self.has_changed(conversation) {
            return Ok(false);
        }
        if self.is_epoch_over(conversation) {
            self.begin_epoch(conversation, first).await?;
        }
        let (id, message, tried) = match self.head(conversation)? {
            Head::Send(id, message, tried) => (id, message, tried),
            Head::None => return Ok(false),
        };
        let request = self.request(conversation, id, &message);
        match call(self.session().client().transport(), request).await {
            Ok(sent) if tried => {
                self.load_stored(conversation, id, sent).await?;
                Ok(true)
            }
            Ok(sent) => {
                let stored = StoredMessage {
                    position: sent.position,
                    received: sent.received,
                    message,
                };
                self.stored(conversation, vec![stored]);
                Ok(true)
            }
            Err(Error::Refused(Refusal::EpochOutdated)) => {
                self.unseal(conversation, id);
                let before = self.epochs(conversation);
                self.fetch_row(conversation).await?;
                // The server refuses the epoch, and shows no other.
                if self.epochs(conversation) == before {
                    self.hold(conversation, id, Refusal::EpochOutdated);
                }
                Ok(true)
            }
            Err(Error::Refused(Refusal::EpochDue)) => {
                self.unseal(conversation, id);
                // A server that finds each epoch due would have new ones for ever.
                if self.note_begun(conversation, id) {
                    self.hold(conversation, id, Refusal::EpochDue);
                } else {
                    self.begin_epoch(conversation, id).await?;
                }
                Ok(true)
            }
            Err(Error::Refused(refusal @ (Refusal::TooMany { .. } | Refusal::NotSignedIn))) => {
                Err(Error::Refused(refusal))
            }
            Err(Error::Refused(refusal)) => {
                self.hold(conversation, id, refusal);
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// The message to send next, sealed and kept.
    fn head(&self, conversation: ConversationId) -> Result<Head, Error> {
        let session = self.session();
        let mut all = self.0.open.borrow_mut();
        let Some(open) = all.get_mut(&conversation) else {
            return Ok(Head::None);
        };
        let newest_own = open.newest(true);
        let seen = open.newest(false);
        let Some((epoch, key, slot)) = open.case.writable() else {
            return Ok(Head::None);
        };
        let Some(queued) = open.queue.iter_mut().find(|queued| queued.held.is_none()) else {
            return Ok(Head::None);
        };
        let tried = std::mem::replace(&mut queued.tried, true);
        if let Some(sealed) = &queued.sealed {
            return Ok(Head::Send(queued.id, sealed.clone(), tried));
        }
        let chain = match &open.chain {
            Some(chain) if !chain.is_new() => *chain,
            _ => Chain::begin(session, newest_own),
        };
        let place = Place {
            record: &epoch.record,
            key,
            slot,
            seen,
        };
        let gone = match queued.kind {
            ContentType::DELETE => amending::gone(&open.read, queued.about),
            _ => Vec::new(),
        };
        let body = queued.body(gone);
        let message = seal(session, place, &chain, queued.id, queued.kind, body)?;
        let message = Blob::from(message.as_bytes());
        queued.sealed = Some(message.clone());
        let id = queued.id;
        open.chain = Some(chain);
        queue::keep(session, conversation, &open.queue).ok();
        Ok(Head::Send(id, message, tried))
    }

    /// Loads a message that may have been stored at an earlier try, or by a copy of this tab: the
    /// stored sealing is the one that counts in the chain.
    async fn load_stored(
        &self,
        conversation: ConversationId,
        id: MessageId,
        sent: Sent,
    ) -> Result<(), Error> {
        let request = LoadHistory {
            conversation,
            after: sent.position.saturating_sub(1),
            limit: 1,
        };
        let history = call(self.session().client().transport(), request).await?;
        self.stored(conversation, history.messages);
        let open = self.0.open.borrow();
        let waits = open
            .get(&conversation)
            .is_some_and(|open| open.queue.iter().any(|queued| queued.id == id));
        // Said to be stored, and not there.
        if waits { Err(Error::Damaged) } else { Ok(()) }
    }

    /// The server has stored messages.
    fn stored(&self, conversation: ConversationId, stored: Vec<StoredMessage>) {
        self.0.state.borrow_mut().put_messages(conversation, stored);
        self.absorb(conversation);
        self.thread_changed(conversation);
        // Its draft is needed no more.
        self.0.typed.ring();
    }

    fn first_waiting(&self, conversation: ConversationId) -> Option<MessageId> {
        let open = self.0.open.borrow();
        let mut queue = open.get(&conversation)?.queue.iter();
        let first = queue.find(|queued| queued.held.is_none());
        first.map(|queued| queued.id)
    }

    /// It is sealed anew, for another epoch.
    fn unseal(&self, conversation: ConversationId, id: MessageId) {
        self.with_queue(conversation, |queue| {
            for queued in queue.iter_mut().filter(|queued| queued.id == id) {
                queued.sealed = None;
            }
        });
    }

    /// Notes that an epoch begins because of this message; tells whether one had begun before.
    fn note_begun(&self, conversation: ConversationId, id: MessageId) -> bool {
        let mut all = self.0.open.borrow_mut();
        let queue = all.get_mut(&conversation).map(|open| &mut open.queue);
        let mut queue = queue.into_iter().flatten();
        let queued = queue.find(|queued| queued.id == id);
        queued.is_some_and(|queued| std::mem::replace(&mut queued.begun, true))
    }

    /// Begins the next epoch for a message that waits. What the server refuses for good holds the
    /// message, as when the message itself is refused.
    async fn begin_epoch(&self, conversation: ConversationId, id: MessageId) -> Result<(), Error> {
        match self.rotate(conversation).await {
            Err(Error::Refused(
                refusal @ (Refusal::TooMany { .. }
                | Refusal::NotSignedIn
                | Refusal::ManifestOutdated),
            )) => Err(Error::Refused(refusal)),
            Err(Error::Refused(refusal)) => {
                self.hold(conversation, id, refusal);
                Ok(())
            }
            other => other,
        }
    }

    fn hold(&self, conversation: ConversationId, id: MessageId, refusal: Refusal) {
        self.with_queue(conversation, |queue| {
            for queued in queue.iter_mut().filter(|queued| queued.id == id) {
                queued.held = Some(refusal.clone());
                queued.begun = false;
                // Its place in the chain is the next one's; a retry seals it anew.
                queued.sealed = None;
            }
        });
    }

    fn is_withheld(&self, conversation: ConversationId) -> bool {
        let open = self.0.open.borrow();
        open.get(&conversation).is_some_and(|open| open.withheld)
    }

    /// Whether a compared member is another one now: until the person has compared again all waits.
    fn has_changed(&self, conversation: ConversationId) -> bool {
        let open = self.0.open.borrow();
        let open = open.get(&conversation);
        open.is_some_and(|open| !open.changed(self.session()).is_empty())
    }

    fn epochs(&self, conversation: ConversationId) -> usize {
        let open = self.0.open.borrow();
        open.get(&conversation).map_or(0, |open| open.case.len())
    }
}

impl Open {
    /// How many messages were read of the newest epoch, and when the first was written; `None`
    /// before the first, and while an enquiry waits: who accepts begins its next epoch.
    pub(super) fn written_in_newest(&self) -> Option<(u32, Minute)> {
        let newest = &self.case.newest()?.record;
        let read = self.read.values().filter_map(|read| read.as_ref().ok());
        let read = read.filter(|read| read.epoch == newest.epoch && !newest.has_inbox());
        let (count, began) = read.fold((0, None), |(count, began), read| {
            (count + 1, began.into_iter().chain([read.sent]).min())
        });
        Some((count, began?))
    }

    /// The newest own message, or the newest of another member; zero if there is none.
    fn newest(&self, own: bool) -> Digest {
        self.read
            .values()
            .rev()
            .filter_map(|read| read.as_ref().ok())
            .find(|read| read.own == own)
            .map_or(Digest::ZERO, |read| read.digest)
    }

    /// A message of the queue is in the history: it waits no more, and the chain goes on from it.
    pub(super) fn settle(&mut self, id: MessageId, of: [u8; 8], digest: Digest) -> bool {
        let Some(at) = self.queue.iter().position(|queued| queued.id == id) else {
            return false;
        };
        let queued = self.queue.remove(at);
        match &mut self.chain {
            Some(chain) if chain.is(of) => chain.advance(digest),
            // Stored as a copy of this tab had sealed it: a new chain goes on behind it.
            chain if queued.sealed.is_some() => *chain = None,
            _ => {}
        }
        true
    }
}

/// Lowers the flag when sending ends, in whatever way.
struct Done<'a>(&'a std::cell::Cell<bool>);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
