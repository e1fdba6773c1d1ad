//! An own device: what is here is kept there, and what lies there is here before any server was
//! asked.

use std::convert::Infallible;
use std::future::pending;

use crypto::Digest;
use domain::Refusal;
use domain::account::Secretive;
use domain::agency::AgencyChain;
use domain::conversation::{ConversationRow, LoadHistory, StoredMessage};
use domain::id::{AgencyId, ConversationId};
use domain::time::{DAY, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

use crate::call::call;
use crate::desk::following::PAGE;
use crate::desk::{Change, Connection, Desk, Open, Side};
use crate::device::{self, Keeper, VAULT};
use crate::error::Error;
use crate::form::{from_cbor, to_cbor};
use crate::reducer::Held;
use crate::signal::race;
use crate::world::{StorageFailed, World};

/// How far back messages are kept, in milliseconds.
const KEPT: i64 = 30 * DAY;
/// Milliseconds in which changes are gathered before they are kept.
const PAUSE: u32 = 200;
/// The same after the device refused.
const FULL: u32 = 10_000;
/// How often somebody who has gone is looked for, in milliseconds.
const LOOK: u32 = 30_000;
/// Milliseconds without a sign of the person until a device that is open without a server locks
/// itself: as a seeker's session does.
const IDLE: i64 = 20 * MINUTE;
/// The longest wait between two tries to sign in, in milliseconds, where trying again changes
/// nothing by itself.
const LONGEST: u32 = 900_000;

/// A conversation as it lies there.
#[derive(Serialize, Deserialize)]
struct Record {
    /// How many epochs and messages were verified: the server may not know less.
    epochs: u32,
    count: u32,
    /// Nothing of a conversation in which nothing happened lately.
    row: Option<ConversationRow>,
    messages: Vec<StoredMessage>,
}

/// How far a device has seen a conversation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Floor {
    epochs: u32,
    count: u32,
}

impl Floor {
    /// Whether a row shows as much.
    pub(super) fn holds(self, epochs: usize, count: u32) -> bool {
        u32::try_from(epochs).is_ok_and(|epochs| epochs >= self.epochs) && count >= self.count
    }
}

fn conversation_name(conversation: ConversationId) -> String {
    "c/".to_owned() + &conversation.to_hex()
}

fn agency_name(agency: AgencyId) -> String {
    "a/".to_owned() + &agency.to_hex()
}

impl<W: World, S: Side> Desk<W, S> {
    /// Makes this device the own one of whoever is signed in: what is here is kept from now on, and
    /// the password alone opens it.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`]; [`Refusal::NotAllowed`] if it is somebody else's already;
    /// [`Error::Storage`] where the browser keeps nothing; or as [`call`].
    pub async fn own_device(&self, password: Secretive) -> Result<(), Error> {
        device::mark(self.session(), password).await?;
        self.keep_all();
        for (conversation, open) in self.0.open.borrow().iter() {
            crate::queue::keep(self.session(), *conversation, &open.queue)?;
            open.writing.keep(self.session(), *conversation)?;
        }
        self.0.kept.ring();
        self.kept().await.map_err(Error::from)
    }

    /// This device is a foreign one again: nothing stays on it.
    pub async fn foreign_device(&self) {
        self.session().keep_no_more();
        device::forget(self.session().client()).await;
    }

    /// Why the server could not be told that somebody is here, beside a missing connection.
    #[must_use]
    pub fn refused(&self) -> Option<Error> {
        self.0.refused.borrow().clone()
    }

    /// Opens what lies on this device, without asking anybody. [`Desk::run`] begins with it.
    pub async fn restore(&self) {
        let Some(keeper) = self.session().keeper() else {
            return;
        };
        for name in keeper.names("a/") {
            let chain: Option<AgencyChain> = keeper.take(&name).and_then(|bytes| read(&bytes));
            let agency = name.strip_prefix("a/").map(AgencyId::from_hex);
            if let (Some(chain), Some(Ok(agency))) = (chain, agency) {
                // What does not hold any more is asked for anew.
                let book = self.session().book();
                book.restore(self.session(), agency, &chain).ok();
            }
        }
        for name in keeper.names("c/") {
            let record: Option<Record> = keeper.take(&name).and_then(|bytes| read(&bytes));
            let conversation = name.strip_prefix("c/").map(ConversationId::from_hex);
            if let (Some(record), Some(Ok(conversation))) = (record, conversation) {
                self.restore_one(conversation, record).await;
            }
        }
        self.absorb_all();
        if !self.0.state.borrow().conversations.is_empty() {
            self.0.loaded.set(true);
        }
        (self.0.changed)(Change::List);
    }

    async fn restore_one(&self, conversation: ConversationId, record: Record) {
        let floor = Floor {
            epochs: record.epochs,
            count: record.count,
        };
        self.0.floors.borrow_mut().insert(conversation, floor);
        let Some(row) = record.row.filter(|row| row.conversation == conversation) else {
            return;
        };
        // Without what proves it a conversation is not shown before the server was asked.
        if self.open_row(&row).await.is_ok() {
            let mut state = self.0.state.borrow_mut();
            state.put_row(row);
            state.put_messages(conversation, record.messages);
        }
    }

    /// Signs in behind a device that is open already. Tells whether there is a session now; if not,
    /// the password is not the account's any more.
    pub(super) async fn arrive(&self) -> bool {
        let world = self.session().client().world();
        let mut failures = 0;
        while self.session().is_away() {
            self.set_connection(Connection::Connecting);
            let error = match device::arrive(self.session()).await {
                Ok(()) => break,
                Err(Error::Refused(Refusal::WrongCredentials)) => {
                    device::lock(self.session()).await;
                    let told = Error::Refused(Refusal::WrongCredentials);
                    self.0.refused.replace(Some(told));
                    self.run_out();
                    return false;
                }
                Err(error) => error,
            };
            failures += 1;
            let milliseconds = match &error {
                Error::Unreachable | Error::Worker => self.back_off(failures),
                Error::Refused(Refusal::TooMany { retry_after }) => {
                    retry_after.saturating_mul(1_000).clamp(1_000, LONGEST)
                }
                _ => LONGEST,
            };
            let told = Some(error).filter(|error| *error != Error::Unreachable);
            self.0.refused.replace(told);
            self.set_connection(Connection::Waiting { milliseconds });
            race(world.sleep(milliseconds), self.0.nudged.heard()).await;
        }
        self.0.refused.take();
        true
    }

    /// Ends once a device that is open without a server was left alone.
    pub(super) async fn watch(&self) {
        let world = self.session().client().world();
        while self.session().is_away() {
            world.sleep(LOOK).await;
            let used = self.0.stay.borrow().used();
            if self.session().is_away() && world.now().since(used) > IDLE {
                return self.run_out();
            }
        }
        pending().await
    }

    /// Keeps on an own device what changes here, as long as the desk runs.
    pub(super) async fn keep_on(&self) -> Infallible {
        let world = self.session().client().world();
        loop {
            let Some(keeper) = self.session().keeper() else {
                self.0.kept.heard().await;
                continue;
            };
            // What was written is on its way at once, the rest a moment later.
            race(keeper.rung.heard(), self.0.kept.heard()).await;
            let first = keeper.write(world).await;
            world.sleep(PAUSE).await;
            self.fill().await;
            let second = self.gather(&keeper, world).await;
            match first.and(second) {
                Ok(()) => {}
                // Another tab has made it a foreign device.
                Err(StorageFailed::Gone) => self.session().keep_no_more(),
                Err(StorageFailed::Refused) => {
                    world.sleep(FULL).await;
                    keeper.rung.ring();
                }
            }
        }
    }

    /// Writes all that is not kept yet, now.
    ///
    /// # Errors
    /// [`StorageFailed`]; what was not written still waits.
    pub async fn kept(&self) -> Result<(), StorageFailed> {
        let world = self.session().client().world();
        let Some(keeper) = self.session().keeper() else {
            return Ok(());
        };
        loop {
            self.gather(&keeper, world).await?;
            if keeper.is_written() {
                return Ok(());
            }
            // Somebody else is at it.
            world.sleep(5).await;
        }
    }

    async fn gather(&self, keeper: &Keeper, world: &W) -> Result<(), StorageFailed> {
        // What cannot be written down now can be fetched anew.
        self.put_down(keeper, world).ok();
        keeper.write(world).await
    }

    /// Notes that something in a conversation is to be kept.
    pub(super) fn keep_soon(&self, conversation: ConversationId) {
        if let Some(keeper) = self.session().keeper() {
            self.0.dirty.borrow_mut().insert(conversation);
            keeper.rung.ring();
        }
    }

    /// The same for all: everything was fetched afresh.
    pub(super) fn keep_all(&self) {
        let Some(keeper) = self.session().keeper() else {
            return;
        };
        let state = self.0.state.borrow();
        let mut dirty = self.0.dirty.borrow_mut();
        for conversation in state.conversations.keys() {
            dirty.insert(*conversation);
        }
        // What the server does not list any more is gone.
        for name in keeper.names("c/") {
            let id = name.strip_prefix("c/").map(ConversationId::from_hex);
            if let Some(Ok(id)) = id
                && !state.conversations.contains_key(&id)
            {
                dirty.insert(id);
            }
        }
        self.0.filling.set(true);
        keeper.rung.ring();
    }

    fn put_down(&self, keeper: &Keeper, world: &W) -> Result<(), Error> {
        let since = world.now().plus(-KEPT);
        while let Some(conversation) = { self.0.dirty.borrow_mut().pop_first() } {
            let state = self.0.state.borrow();
            let all = self.0.open.borrow();
            let name = conversation_name(conversation);
            match (
                state.conversations.get(&conversation),
                all.get(&conversation),
            ) {
                // What is wrong with it is told; what was right before stays.
                (_, Some(open)) if open.case.fault.is_some() => {}
                (Some(held), Some(open)) => {
                    let content = to_cbor(&Record::new(held, open, since))?;
                    keeper.set(world, &name, Digest::of(&content), &content);
                }
                _ => keeper.remove(&name),
            }
        }
        for agency in self.session().book().all() {
            let content = to_cbor(&*agency.chain)?;
            let name = agency_name(agency.id());
            keeper.set(world, &name, Digest::of(&content), &content);
        }
        let (says, vault) = self.session().vault_to_keep()?;
        keeper.set(world, VAULT, says, vault.as_slice());
        Ok(())
    }

    /// Fetches what is missing of the last days, so that it can be read without a connection.
    async fn fill(&self) {
        if self.session().is_away() || !self.0.filling.replace(false) {
            return;
        }
        let all: Vec<_> = self
            .0
            .state
            .borrow()
            .conversations
            .keys()
            .copied()
            .collect();
        for conversation in all {
            if self.fill_one(conversation).await.is_err() {
                // With the next change.
                self.0.filling.set(true);
            }
        }
    }

    async fn fill_one(&self, conversation: ConversationId) -> Result<(), Error> {
        let since = self.session().client().world().now().plus(-KEPT);
        let missing = || {
            let state = self.0.state.borrow();
            let held = state.conversations.get(&conversation)?;
            Some((hole(held, since)?, held.messages.len()))
        };
        while let Some((at, known)) = missing() {
            let request = LoadHistory {
                conversation,
                after: at.saturating_sub(PAGE),
                limit: PAGE,
            };
            let history = call(self.session().client().transport(), request).await?;
            self.0
                .state
                .borrow_mut()
                .put_messages(conversation, history.messages);
            self.absorb(conversation);
            self.thread_changed(conversation);
            // An answer without progress would be asked for ever.
            if missing().is_none_or(|(_, now)| now == known) {
                break;
            }
        }
        Ok(())
    }
}

/// The last place at which a message of the time since then is missing.
fn hole(held: &Held, since: Timestamp) -> Option<u32> {
    let mut at = held.row.count;
    while at > 0 {
        match held.messages.get(&at) {
            Some(stored) if stored.received < since => return None,
            Some(_) => at -= 1,
            None => return Some(at),
        }
    }
    None
}

impl Record {
    fn new(held: &Held, open: &Open, since: Timestamp) -> Self {
        let verified = open.read.iter().filter(|(_, read)| read.is_ok());
        let seen = verified.map(|(position, _)| *position).max();
        let newest = held.row.newest.as_ref();
        let lately = newest.map_or(held.row.created, |newest| newest.received) >= since;
        let messages = held.messages.values();
        let messages = messages.filter(|stored| lately && stored.received >= since);
        Self {
            epochs: u32::try_from(open.case.len()).unwrap_or(u32::MAX),
            count: seen.unwrap_or(0),
            row: lately.then(|| held.row.clone()),
            messages: messages.cloned().collect(),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    from_cbor(bytes).ok()
}
