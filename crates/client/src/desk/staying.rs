//! Keeping the session while the person does something, warning before it ends, and its end.

use domain::Refusal;
use domain::account::StaySignedIn;

use crate::call::call;
use crate::desk::{Change, Connection, Desk, Side};
use crate::error::Error;
use crate::signal::{First, race};
use crate::stay::{Next, Warning};
use crate::world::{World, tab_keys};

/// Milliseconds that an answer is waited for.
const PATIENCE: u32 = 10_000;

impl<W: World, S: Side> Desk<W, S> {
    /// The person does something: a key, a press, the wheel. Cheap enough for each of them.
    pub fn used(&self) {
        let now = self.session().client().world().now();
        self.0.stay.borrow_mut().use_now(now);
    }

    /// The person has read the warning and wants to stay.
    pub fn stay(&self) {
        let now = self.session().client().world().now();
        self.0.stay.borrow_mut().want(now);
        self.0.stirred.ring();
    }

    /// The warning that stands: the session is about to end.
    #[must_use]
    pub fn warning(&self) -> Option<Warning> {
        self.0.warning.get()
    }

    /// Whether the session was ended from elsewhere: this tab has kept nothing.
    #[must_use]
    pub fn ended_elsewhere(&self) -> bool {
        self.0.elsewhere.get()
    }

    /// The server says that there is no session any more. Before its time somebody has ended it:
    /// then the tab forgets everything. A session that ran out leaves what was typed, as ciphertext.
    pub fn end(&self) {
        if self.connection() == Connection::SignedOut {
            return;
        }
        let world = self.session().client().world();
        let elsewhere = self.0.stay.borrow().is_early(world.now());
        self.0.elsewhere.set(elsewhere);
        if elsewhere {
            world.tab().clear();
        }
        self.run_out();
    }

    /// The session is over, or none of this tab's any more.
    pub(super) fn run_out(&self) {
        let tab = self.session().client().world().tab();
        tab.remove(tab_keys::UNLOCK);
        self.0.warning.set(None);
        self.set_connection(Connection::SignedOut);
    }

    /// Keeps the session, or sees it end.
    pub(super) async fn stay_on(&self) {
        let client = self.session().client();
        let world = client.world();
        loop {
            let next = self.0.stay.borrow().next(world.now());
            match next {
                Next::Ask { idle } => {
                    let used = self.0.stay.borrow().used();
                    let asked = call(client.transport(), StaySignedIn { idle });
                    let answer = race(asked, world.sleep(PATIENCE)).await;
                    let mut stay = self.0.stay.borrow_mut();
                    match answer {
                        First::Left(Ok(stays)) => stay.answered(world.now(), used, stays),
                        First::Left(Err(Error::Refused(Refusal::NotSignedIn))) => {
                            drop(stay);
                            return self.end();
                        }
                        _ => stay.unanswered(world.now()),
                    }
                }
                Next::Wait { milliseconds } => {
                    self.warn().await;
                    race(world.sleep(milliseconds), self.0.stirred.heard()).await;
                }
                Next::Over => return self.run_out(),
            }
        }
    }

    /// Says that the end is near, or is not any more. What was typed is saved first.
    async fn warn(&self) {
        let now = self.session().client().world().now();
        let warning = self.0.stay.borrow().warning(now);
        let before = self.0.warning.replace(warning);
        if warning != before {
            (self.0.changed)(Change::Warning);
        }
        if before.is_none() && warning.is_some() {
            self.save_for_a_while().await;
        }
    }
}
