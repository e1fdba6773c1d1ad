//! What somebody signed in works with: conversations, the live channel, the send queue.
//!
//! Views read snapshots ([`Desk::list`], [`Desk::thread`], [`Desk::connection`]) whenever a
//! [`Change`] says so, and tell the desk what the person wants. One future, [`Desk::run`], does
//! the rest until [`Desk::close`].

mod agreeing;
mod amending;
mod channel;
mod comparing;
mod deleting;
mod drafting;
mod exporting;
mod following;
mod handing;
mod keeping;
mod listening;
mod marking;
mod passing;
mod reading;
mod renewing;
mod rotating;
mod sending;
mod side;
mod staying;
mod typing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crypto::mark::UpTo;
use crypto::message::ContentType;
use crypto::random::make_bytes;
use domain::Refusal;
use domain::id::{AccountId, ChannelId, ConversationId, MessageId};
use domain::live::WaitLive;
use domain::map::{Map, Set};
use domain::time::Timestamp;

pub use crate::composer::Choice;
pub use crate::live::Connection;
pub use crate::stay::Warning;
pub use side::{Seeker, Side, Staff};

use crate::composer::Writing;
use crate::conversation::amend::Opened;
use crate::conversation::case::Case;
use crate::conversation::sealing::{Chain, new_message};
use crate::error::Error;
use crate::live::{self, Route, Way};
use crate::queue::{self, Queued};
use crate::reducer::State;
use crate::session::Session;
use crate::signal::Bell;
use crate::stay::Stay;
use crate::world::World;

/// What to read afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// [`Desk::connection`].
    Connection,
    /// [`Desk::warning`].
    Warning,
    /// [`Desk::list`].
    List,
    /// `Desk::waiting` of staff.
    Waiting,
    /// [`Desk::thread`] of this conversation.
    Thread(ConversationId),
}

/// The desk of a seeker or of staff. Cloning copies the handle.
pub struct Desk<W: World, S: Side>(Rc<Inner<W, S>>);

struct Inner<W: World, S: Side> {
    session: Session<W>,
    state: RefCell<State>,
    open: RefCell<Map<ConversationId, Open>>,
    hold: S::Hold,
    connection: Cell<Connection>,
    /// Which of the person's tabs this is.
    channel: ChannelId,
    route: Cell<Route>,
    loaded: Cell<bool>,
    sending: Cell<bool>,
    /// Something came to be sent while sending.
    again: Cell<bool>,
    changed: Box<dyn Fn(Change)>,
    /// The conversation that was shown last.
    shown: Cell<Option<ConversationId>>,
    /// Its draft is to be compared with what other devices have.
    looking: Cell<bool>,
    /// Something waits to be sent.
    queued: Bell,
    /// Something was typed.
    typed: Bell,
    /// Try again now.
    nudged: Bell,
    /// Where the person was said to be writing last, and when.
    said: Cell<Option<(ConversationId, Timestamp)>>,
    /// That is to be said now.
    says: Bell,
    /// The live channel may be dead: it is told by the same bell.
    doubted: Cell<bool>,
    /// Who is writing, and until when that is believed.
    typists: RefCell<Map<ConversationId, (AccountId, Timestamp)>>,
    /// How long the session stays.
    stay: RefCell<Stay>,
    warning: Cell<Option<Warning>>,
    /// Look at that again now.
    stirred: Bell,
    /// The session was ended from elsewhere.
    elsewhere: Cell<bool>,
    closing: Bell,
    /// What is to be kept on an own device.
    dirty: RefCell<Set<ConversationId>>,
    /// What is missing there is to be fetched.
    filling: Cell<bool>,
    /// This became an own device, or there is something to keep.
    kept: Bell,
    /// What it had seen before.
    floors: RefCell<Map<ConversationId, keeping::Floor>>,
    /// The server speaks of what this program does not know.
    outdated: Cell<bool>,
    /// Why signing in behind it did not work.
    refused: RefCell<Option<Error>>,
}

/// A conversation, verified and opened as far as it is here.
struct Open {
    case: Case,
    read: Opened,
    /// The newest change of each message, by position.
    edits: Map<u32, u32>,
    /// For how many messages those that matter for lists were asked for.
    looked_back: u32,
    queue: Vec<Queued>,
    writing: Writing,
    chain: Option<Chain>,
    /// Verified read marks, each the newest of its member.
    marks: Map<AccountId, (u64, UpTo)>,
    /// The last position that was seen here.
    seen: u32,
    /// When the own mark was sent last.
    marked: Option<Timestamp>,
    /// Whether the server says that there are messages, and does not give them.
    withheld: bool,
}

impl<W: World, S: Side> Clone for Desk<W, S> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<W: World, S: Side> Desk<W, S> {
    /// A desk for a session; empty until [`Desk::run`] or [`Desk::refresh`] has fetched.
    /// `changed` is called after each change, never while the desk is borrowed.
    #[must_use]
    pub fn open(session: Session<W>, changed: impl Fn(Change) + 'static) -> Self {
        let channel = make_bytes(&mut session.client().world().random());
        let now = session.client().world().now();
        Self(Rc::new(Inner {
            stay: RefCell::new(Stay::new(now)),
            warning: Cell::new(None),
            stirred: Bell::default(),
            elsewhere: Cell::new(false),
            session,
            channel: ChannelId::from_bytes(channel),
            route: Cell::default(),
            state: RefCell::default(),
            open: RefCell::default(),
            hold: S::Hold::default(),
            connection: Cell::new(Connection::Closed),
            loaded: Cell::new(false),
            sending: Cell::new(false),
            again: Cell::new(false),
            changed: Box::new(changed),
            shown: Cell::new(None),
            looking: Cell::new(false),
            queued: Bell::default(),
            typed: Bell::default(),
            nudged: Bell::default(),
            said: Cell::new(None),
            says: Bell::default(),
            doubted: Cell::new(false),
            typists: RefCell::default(),
            closing: Bell::default(),
            dirty: RefCell::default(),
            filling: Cell::new(false),
            kept: Bell::default(),
            floors: RefCell::default(),
            outdated: Cell::new(false),
            refused: RefCell::default(),
        }))
    }

    /// Whose desk.
    #[must_use]
    pub fn session(&self) -> &Session<W> {
        &self.0.session
    }

    /// Where the live channel is.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.0.connection.get()
    }

    /// Whether the first fetch has been answered.
    #[must_use]
    pub fn loaded(&self) -> bool {
        self.0.loaded.get()
    }

    /// Whether the server spoke of something that only a newer program knows.
    #[must_use]
    pub fn outdated(&self) -> bool {
        self.0.outdated.get()
    }

    /// Tries again now: the network is back, the tab is looked at.
    pub fn nudge(&self) {
        self.0.nudged.ring();
        self.0.queued.ring();
        self.0.stirred.ring();
        self.look_soon();
    }

    /// The device says that the network is gone: what seems to be open is tried anew.
    pub fn doubt(&self) {
        if matches!(
            self.connection(),
            Connection::Live | Connection::Crowded | Connection::CatchingUp
        ) {
            self.0.doubted.set(true);
            self.0.says.ring();
        }
    }

    /// Ends [`Desk::run`].
    pub fn close(&self) {
        self.0.closing.ring();
    }

    /// Sends a text: it appears at once as being sent, is kept in the tab as ciphertext, and is
    /// sent exactly once, after reloads and cuts too.
    ///
    /// # Errors
    /// [`Error::TooLong`]; [`Refusal::NotFound`] for a conversation that is not here.
    pub fn send(&self, conversation: ConversationId, text: &str) -> Result<MessageId, Error> {
        let written = self.session().client().world().now();
        let queued = Queued::new(new_message(self.session()), text.to_owned(), written);
        self.enqueue(conversation, queued)
    }

    fn enqueue(&self, conversation: ConversationId, queued: Queued) -> Result<MessageId, Error> {
        let (id, session) = (queued.id, &self.0.session);
        if queued.body(Vec::new()).len() > crate::conversation::TEXT_MAX {
            return Err(Error::TooLong);
        }
        {
            let mut open = self.0.open.borrow_mut();
            let open = open.get_mut(&conversation).ok_or(Refusal::NotFound)?;
            // What is changed or taken back was not in the field that drafts are of.
            let is_said = queued.about.is_none() || queued.kind == ContentType::REPLY;
            open.queue.push(queued);
            queue::keep(session, conversation, &open.queue)?;
            if is_said {
                open.writing.set("");
                open.writing.keep(session, conversation)?;
            }
        }
        self.thread_changed(conversation);
        self.0.queued.ring();
        Ok(id)
    }

    /// Tries again to send what the server refused.
    pub fn retry(&self, conversation: ConversationId) {
        self.with_queue(conversation, |queue| {
            for queued in queue {
                queued.held = None;
            }
        });
        self.0.queued.ring();
    }

    /// Takes a message that waits out of the queue; gives its text.
    #[must_use]
    pub fn take_back(&self, conversation: ConversationId, id: MessageId) -> Option<String> {
        let mut text = None;
        self.with_queue(conversation, |queue| {
            // What is on its way may have arrived.
            let at = queue
                .iter()
                .position(|one| one.id == id && one.held.is_some());
            text = at.map(|at| queue.remove(at).text);
        });
        text
    }

    fn with_queue(&self, conversation: ConversationId, with: impl FnOnce(&mut Vec<Queued>)) {
        if let Some(open) = self.0.open.borrow_mut().get_mut(&conversation) {
            with(&mut open.queue);
            // A tab that keeps nothing loses the queue at a reload; sending goes on.
            queue::keep(&self.0.session, conversation, &open.queue).ok();
        }
        self.thread_changed(conversation);
    }

    fn set_connection(&self, connection: Connection) {
        if self.0.connection.replace(connection) != connection {
            (self.0.changed)(Change::Connection);
        }
    }

    fn thread_changed(&self, conversation: ConversationId) {
        (self.0.changed)(Change::Thread(conversation));
        (self.0.changed)(Change::List);
        self.keep_soon(conversation);
    }

    /// Which way the live channel takes now.
    fn way(&self) -> Way {
        self.0
            .route
            .get()
            .way(self.session().client().world().now())
    }

    /// Asks the live channel's twin, without waiting: everything after `after`.
    fn question(&self, after: Option<u64>) -> WaitLive {
        WaitLive {
            account: self.session().account(),
            after,
            channel: self.0.channel,
            wait: false,
            typing: None,
        }
    }

    fn back_off(&self, failures: u32) -> u32 {
        live::back_off(&mut self.0.session.client().world().random(), failures)
    }
}

#[cfg(test)]
mod tests;
