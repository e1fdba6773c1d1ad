//! Values under the server key (crypto.md 3.12).

use std::sync::Arc;

use crypto::Secret;
use crypto::seal::{Cell, ServerKey};
use zeroize::Zeroizing;

use crate::config::{self, Dice, Random};
use crate::error::Error;

/// The number of a platform's first server key; each exchange counts on.
pub(crate) const FIRST: u16 = 1;

/// Seals and opens values of the database.
#[derive(Debug)]
pub(crate) struct Safe {
    key: ServerKey,
    random: Arc<dyn Random>,
}

impl Safe {
    /// The key with this number.
    pub(crate) fn new(key: &config::ServerKey, number: u16, random: Arc<dyn Random>) -> Self {
        let key = ServerKey::new(number, Secret::from_bytes(*key.expose()));
        Self { key, random }
    }

    /// Seals a value for one cell; it opens nowhere else.
    pub(crate) fn seal(
        &self,
        table: &str,
        column: &str,
        row: &[u8],
        value: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let cell = Cell { table, column, row };
        self.key
            .seal(&mut Dice(self.random.as_ref()), cell, value)
            .map_err(|source| Error::internal("sealing", source))
    }

    /// Opens a value of one cell.
    pub(crate) fn open(
        &self,
        table: &str,
        column: &str,
        row: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let cell = Cell { table, column, row };
        self.key
            .open(cell, sealed)
            .map_err(|source| Error::internal("opening a sealed value", source))
    }
}
