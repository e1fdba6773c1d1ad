//! The records of one account on its own device: what was found, and what waits to be written.

use std::cell::{Cell, RefCell};

use crypto::Digest;
use crypto::account::AccountKey;
use crypto::local::LocalKey;
use domain::id::AccountId;
use domain::map::Map;
use zeroize::Zeroizing;

use crate::device::VAULT;
use crate::error::Error;
use crate::session::Session;
use crate::signal::Bell;
use crate::world::{DeviceStorage as _, StorageFailed, World};

/// The form of the records' contents. Another one is of no use, and fetched anew.
const FORM: u64 = 1;

/// What is kept. Reading and changing it takes no time; [`Keeper::write`] makes it last.
pub(crate) struct Keeper {
    key: LocalKey,
    /// What lay there, until somebody takes it.
    found: RefCell<Map<String, Zeroizing<Vec<u8>>>>,
    /// What lies there, by what it says.
    stored: RefCell<Map<String, Digest>>,
    /// What is to be written; nothing for what is to go.
    waiting: RefCell<Map<String, Option<Vec<u8>>>>,
    writing: Cell<bool>,
    /// Something waits to be written.
    pub(crate) rung: Bell,
}

impl Keeper {
    /// Nothing is kept yet.
    pub(super) fn new<W: World>(session: &Session<W>) -> Result<Self, Error> {
        Self::open(&session.account(), session.key(), [])
    }

    /// Opens what opens. What does not is another key's, damaged, or of another form: it goes.
    pub(super) fn open(
        account: &AccountId,
        key: &AccountKey,
        records: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<Self, Error> {
        let keeper = Self {
            key: LocalKey::of_account(key, account)?,
            found: RefCell::default(),
            stored: RefCell::default(),
            waiting: RefCell::default(),
            writing: Cell::new(false),
            rung: Bell::default(),
        };
        for (name, record) in records {
            match keeper.key.open(&name, &record) {
                Ok((FORM, content)) => {
                    keeper.found.borrow_mut().insert(name, content);
                }
                _ => {
                    keeper.waiting.borrow_mut().insert(name, None);
                }
            }
        }
        Ok(keeper)
    }

    /// Whether it holds this account's vault: then it was filled under the same key.
    pub(super) fn is_filled(&self) -> bool {
        self.found.borrow().contains_key(VAULT)
    }

    /// What was found under a name; it stays stored.
    pub(crate) fn take(&self, name: &str) -> Option<Vec<u8>> {
        let content = self.found.borrow_mut().remove(name)?;
        // By no digest: the next time that it is kept it is written.
        let stored = Digest::from_bytes([0; 32]);
        self.stored.borrow_mut().insert(name.to_owned(), stored);
        Some(content.to_vec())
    }

    /// The names under `prefix`, of what was found and of what is stored.
    pub(crate) fn names(&self, prefix: &str) -> Vec<String> {
        let (found, stored) = (self.found.borrow(), self.stored.borrow());
        let all = found.keys().chain(stored.keys());
        all.filter(|name| name.starts_with(prefix))
            .cloned()
            .collect()
    }

    /// Keeps a content. `says` stands for it: what says the same is not written again.
    pub(crate) fn set<W: World>(&self, world: &W, name: &str, says: Digest, content: &[u8]) {
        if self.stored.borrow().get(name) == Some(&says) {
            return;
        }
        let rng = &mut world.random();
        // Nothing of ours has 4 GiB.
        let Ok(record) = self.key.seal(rng, name, FORM, content) else {
            return;
        };
        self.found.borrow_mut().remove(name);
        self.stored.borrow_mut().insert(name.to_owned(), says);
        self.waiting
            .borrow_mut()
            .insert(name.to_owned(), Some(record));
        self.rung.ring();
    }

    /// Keeps it no more.
    pub(crate) fn remove(&self, name: &str) {
        let found = self.found.borrow_mut().remove(name).is_some();
        let stored = self.stored.borrow_mut().remove(name).is_some();
        if found || stored {
            self.waiting.borrow_mut().insert(name.to_owned(), None);
            self.rung.ring();
        }
    }

    /// Whether everything lies there.
    pub(crate) fn is_written(&self) -> bool {
        self.waiting.borrow().is_empty()
    }

    /// Writes what waits. One at a time: an older batch must not come after a newer one.
    pub(crate) async fn write<W: World>(&self, world: &W) -> Result<(), StorageFailed> {
        if self.writing.get() || self.is_written() {
            return Ok(());
        }
        let batch: Vec<_> = {
            let waiting = self.waiting.borrow();
            let each = waiting.iter();
            each.map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        self.writing.set(true);
        let _done = Done(&self.writing);
        world.device().write(&batch).await?;
        let mut waiting = self.waiting.borrow_mut();
        for (name, value) in &batch {
            // What was changed meanwhile still waits.
            if waiting.get(name) == Some(value) {
                waiting.remove(name);
            }
        }
        Ok(())
    }
}

/// Lowers the flag when writing ends, in whatever way.
struct Done<'a>(&'a Cell<bool>);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
