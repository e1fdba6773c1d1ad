//! The own conversations as signals: what the desk knows, read afresh whenever it says so.

use crate::reactive::{RwSignal, StoredValue};
use client::conversation::{Summary, Thread};
use client::desk::{Change, Connection, Desk, Seeker, Warning};
use client::{Error, Session};
use domain::id::ConversationId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{Browser, on_use};
use crate::device::update::look;

/// The desk of a seeker in a browser.
pub type SeekerDesk = Desk<Browser, Seeker>;

/// The own conversations; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Talks {
    desk: RwSignal<Option<SeekerDesk>>,
    /// The newest first.
    pub list: RwSignal<Vec<Summary>>,
    /// Whether the list is there.
    pub loaded: RwSignal<bool>,
    /// Where the live channel is.
    pub connection: RwSignal<Connection>,
    /// Why the server does not let in who has opened an own device.
    pub refused: RwSignal<Option<Error>>,
    /// The session is about to end.
    pub warning: RwSignal<Option<Warning>>,
    /// The conversation that is open.
    pub thread: RwSignal<Option<Thread>>,
    shown: StoredValue<Option<ConversationId>>,
}

impl Talks {
    /// Nobody is signed in.
    #[must_use]
    pub fn new() -> Self {
        let talks = Self {
            desk: RwSignal::new(None),
            list: RwSignal::new(Vec::new()),
            loaded: RwSignal::new(false),
            connection: RwSignal::new(Connection::Closed),
            refused: RwSignal::new(None),
            warning: RwSignal::new(None),
            thread: RwSignal::new(None),
            shown: StoredValue::new(None),
        };
        let nudge = move || {
            if let Some(desk) = talks.desk() {
                desk.nudge();
            }
        };
        // For as long as the page: the application is never taken down.
        drop(window_event_listener(leptos::ev::online, move |_| nudge()));
        drop(window_event_listener(leptos::ev::offline, move |_| {
            if let Some(desk) = talks.desk() {
                desk.doubt();
            }
        }));
        drop(window_event_listener(
            leptos::ev::visibilitychange,
            move |_| {
                if !document().hidden() {
                    nudge();
                } else if let Some(desk) = talks.desk() {
                    // What cannot be saved now is saved when the page is looked at again.
                    spawn_local(async move { drop(desk.save_drafts().await) });
                }
            },
        ));
        drop(on_use(move || {
            if let Some(desk) = talks.desk() {
                desk.used();
            }
        }));
        talks
    }

    /// Somebody has signed in. `update` is set once there is a new version; `over` is called when the session ends, by itself or elsewhere.
    pub fn open(
        self,
        session: Session<Browser>,
        update: RwSignal<bool>,
        over: impl Fn() + 'static,
    ) {
        let desk = Desk::open(session, move |change| self.take(change, update, &over));
        self.desk.set(Some(desk.clone()));
        spawn_local(desk.run());
    }

    fn take(self, change: Change, update: RwSignal<bool>, over: &impl Fn()) {
        let Some(desk) = self.desk() else { return };
        match change {
            Change::Connection => {
                let connection = desk.connection();
                self.connection.set(connection);
                self.refused.set(desk.refused());
                if connection == Connection::Live {
                    // After a cut another version may answer.
                    look(update);
                }
                if connection == Connection::SignedOut {
                    over();
                }
            }
            Change::List => {
                if desk.outdated() {
                    look(update);
                }
                self.list.set(desk.list());
                self.loaded.set(desk.loaded());
            }
            Change::Thread(id) => {
                if self.shown.get_value() == Some(id) {
                    self.thread.set(desk.thread(id));
                }
            }
            Change::Warning => self.warning.set(desk.warning()),
            Change::Waiting => {}
        }
    }

    /// Nobody is signed in any more: keys and texts leave memory.
    pub fn close(self) {
        if let Some(desk) = self.desk() {
            desk.close();
        }
        self.shown.set_value(None);
        self.thread.set(None);
        self.list.set(Vec::new());
        self.loaded.set(false);
        self.connection.set(Connection::Closed);
        self.warning.set(None);
        self.refused.set(None);
        self.desk.set(None);
    }

    /// The desk, if somebody is signed in.
    #[must_use]
    pub fn desk(self) -> Option<SeekerDesk> {
        self.desk.get_untracked()
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.desk.with(Option::is_some)
    }

    /// Opens a conversation: what is here at once, the rest as it comes.
    pub fn show(self, id: ConversationId) {
        self.shown.set_value(Some(id));
        self.thread
            .set(self.desk().and_then(|desk| desk.thread(id)));
    }

    /// No conversation is open any more.
    pub fn leave(self, id: ConversationId) {
        if self.shown.get_value() == Some(id) {
            self.shown.set_value(None);
            self.thread.set(None);
        }
    }
}

impl Default for Talks {
    fn default() -> Self {
        Self::new()
    }
}
