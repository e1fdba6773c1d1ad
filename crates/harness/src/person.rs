//! Somebody with a device: a world for `client`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use client::transport::Transport;
use client::world::{Asked, TabStorage, WorkerFailed, World, tab_keys};
use domain::account::Secretive;
use domain::factor::{Answer, SEED};
use domain::time::Timestamp;

use crate::disk::Disk;
use crate::factor;

/// A device: a transport, a tab, a clock that can be set back.
pub struct Device<T> {
    transport: T,
    tab: Rc<Tab>,
    disk: Rc<Disk>,
    clock: Rc<Clock>,
    worker: Worker,
    /// Of the app that shows codes.
    seed: Cell<Option<[u8; SEED]>>,
}

/// Does the worker's jobs; [`client::worker::answer_staff`], as in a browser, unless said otherwise.
pub type Worker = fn(&[u8]) -> Vec<u8>;

/// A tab's storage in memory.
#[derive(Debug, Default)]
pub struct Tab(RefCell<BTreeMap<String, String>>);

/// The system's clock, or a time that was set.
#[derive(Debug, Default)]
pub struct Clock(Cell<Option<Timestamp>>);

impl<T> Device<T> {
    /// A device with an empty tab and the system's clock.
    #[must_use]
    pub fn new(transport: T) -> Self {
        Self {
            transport,
            tab: Rc::default(),
            disk: Rc::default(),
            clock: Rc::default(),
            worker: client::worker::answer_staff,
            seed: Cell::default(),
        }
    }

    /// The same device with another worker.
    #[must_use]
    pub const fn with_worker(mut self, worker: Worker) -> Self {
        self.worker = worker;
        self
    }

    /// The same device with another transport: the tab after a reload.
    #[must_use]
    pub fn reloaded<U>(&self, transport: U) -> Device<U> {
        Device {
            tab: Rc::clone(&self.tab),
            ..self.reopened(transport)
        }
    }

    /// The same device with another transport and an empty tab: the browser was closed meanwhile.
    #[must_use]
    pub fn reopened<U>(&self, transport: U) -> Device<U> {
        Device {
            transport,
            tab: Rc::default(),
            disk: Rc::clone(&self.disk),
            clock: Rc::clone(&self.clock),
            worker: self.worker,
            seed: self.seed.clone(),
        }
    }

    /// Puts the app that shows the codes of this seed on it.
    pub fn install(&self, seed: [u8; SEED]) {
        self.seed.set(Some(seed));
    }

    /// The transport.
    pub const fn net(&self) -> &T {
        &self.transport
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The same device with a clock that it shares with others.
    #[must_use]
    pub fn with_clock(mut self, clock: &Rc<Clock>) -> Self {
        self.clock = Rc::clone(clock);
        self
    }

    /// The same device with what lay in a tab before.
    #[must_use]
    pub fn with_tab(self, entries: &[(String, String)]) -> Self {
        self.tab.0.borrow_mut().extend(entries.iter().cloned());
        self
    }

    /// What outlives its tabs.
    #[must_use]
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Everything that lies in the tab.
    #[must_use]
    pub fn tab_entries(&self) -> Vec<(String, String)> {
        self.tab.0.borrow().clone().into_iter().collect()
    }
}

impl Clock {
    /// Stops the clock at a time, or lets it follow the system again.
    pub fn set(&self, now: Option<Timestamp>) {
        self.0.set(now);
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.get().unwrap_or_else(system_time)
    }
}

impl<T: Transport + 'static> World for Device<T> {
    type Transport = T;
    type Device = Disk;

    fn device(&self) -> &Disk {
        &self.disk
    }

    fn transport(&self) -> &T {
        &self.transport
    }

    fn tab(&self) -> &dyn TabStorage {
        &*self.tab
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn sleep(&self, milliseconds: u32) {
        tokio::time::sleep(Duration::from_millis(milliseconds.into())).await;
    }

    /// A code counts once: if it was used, the next one is waited for.
    async fn factor(&self, asked: Asked) -> Option<Answer> {
        let seed = self.seed.get()?;
        if asked.again {
            self.sleep(factor::until_next(self.now())).await;
        }
        Some(Answer::Code(Secretive(factor::code(&seed, self.now()))))
    }

    async fn work(&self, job: Vec<u8>) -> Result<Vec<u8>, WorkerFailed> {
        let worker = self.worker;
        let done = tokio::task::spawn_blocking(move || worker(&job));
        done.await.map_err(|_| WorkerFailed::Broken)
    }
}

impl TabStorage for Tab {
    fn get(&self, key: &str) -> Option<String> {
        self.0.borrow().get(key).cloned()
    }

    fn set(&self, key: &str, value: &str) {
        self.0.borrow_mut().insert(key.to_owned(), value.to_owned());
    }

    fn remove(&self, key: &str) {
        self.0.borrow_mut().remove(key);
    }

    fn clear(&self) {
        self.0
            .borrow_mut()
            .retain(|key, _| !key.starts_with(tab_keys::PREFIX));
    }
}

/// The system's time.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the device is where time comes from; everything else takes it as a parameter"
)]
pub fn system_time() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let milliseconds = since.map_or(0, |since| since.as_millis());
    Timestamp(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}
