//! What the protocol asks of the world. A browser, a native program and a test each bring one.

use std::future::Future;

use crypto::random::{CryptoRng, SystemRandom};
use domain::factor::Answer;
use domain::time::Timestamp;

use crate::transport::Transport;

/// The world around one tab.
pub trait World: 'static {
    /// Calls and the live channel.
    type Transport: Transport;
    /// What outlives the tab, on a device that somebody calls their own.
    type Device: DeviceStorage;

    /// Calls and the live channel.
    fn transport(&self) -> &Self::Transport;

    /// The tab's storage: `sessionStorage` in a browser. What is written is ciphertext, or useless
    /// without the server's share.
    fn tab(&self) -> &dyn TabStorage;

    /// What outlives the tab. On a foreign device there is nothing, and nothing comes of asking.
    fn device(&self) -> &Self::Device;

    /// The device's clock.
    fn now(&self) -> Timestamp;

    /// Waits.
    fn sleep(&self, milliseconds: u32) -> impl Future<Output = ()>;

    /// Has a [`crate::job::Job`] done: a browser posts the bytes to a worker and ends it
    /// afterwards; a native program calls [`crate::worker::answer`].
    fn work(&self, job: Vec<u8>) -> impl Future<Output = Result<Vec<u8>, WorkerFailed>>;

    /// Asks the person for the second factor; none if they do not show one.
    fn factor(&self, asked: Asked) -> impl Future<Output = Option<Answer>> {
        let _ = asked;
        async { None }
    }

    /// The operating system's randomness, unless a test wants its own.
    fn random(&self) -> impl CryptoRng {
        SystemRandom
    }
}

/// A question for the second factor.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Where there is a passkey: what the browser is to be asked (`PublicKeyCredentialRequestOptionsJSON`).
    pub passkey: Option<String>,
    /// The answer before was wrong.
    pub again: bool,
}

/// Strings that live as long as the tab.
pub trait TabStorage {
    /// What was set under `key`.
    fn get(&self, key: &str) -> Option<String>;
    /// Keeps `value`. A storage that is full or forbidden keeps nothing; that is no error.
    fn set(&self, key: &str, value: &str);
    /// Forgets `key`.
    fn remove(&self, key: &str);
    /// Forgets everything whose key begins with [`tab_keys::PREFIX`].
    fn clear(&self);
}

/// Entries that outlive the tab, and a key that nobody can take out of the device: IndexedDB in a
/// browser. Nothing is made before [`DeviceStorage::create`]. See [`crate::device`].
#[expect(async_fn_in_trait, reason = "single-threaded by design")]
pub trait DeviceStorage {
    /// Makes it, empty and with a new key of its own. One that is there is emptied.
    ///
    /// # Errors
    /// [`StorageFailed`] where the browser keeps nothing.
    async fn create(&self) -> Result<(), StorageFailed>;

    /// One entry; none on a foreign device.
    async fn get(&self, name: &str) -> Option<Vec<u8>>;

    /// All entries.
    ///
    /// # Errors
    /// [`StorageFailed`].
    async fn all(&self) -> Result<Vec<(String, Vec<u8>)>, StorageFailed>;

    /// Writes entries, and removes those without a value: all of them or none, and for good.
    ///
    /// # Errors
    /// [`StorageFailed::Gone`] if it was destroyed: it is not made anew.
    async fn write(&self, changes: &[(String, Option<Vec<u8>>)]) -> Result<(), StorageFailed>;

    /// HMAC-SHA-256 (RFC 2104) of `input` under the device's own key.
    ///
    /// # Errors
    /// [`StorageFailed`].
    async fn own_key(&self, input: &[u8]) -> Result<[u8; 32], StorageFailed>;

    /// Removes everything, the key and the program that was kept too. What is not there is no error.
    async fn destroy(&self);
}

/// Why a device keeps nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StorageFailed {
    /// There is none, or not any more.
    #[error("no storage")]
    Gone,
    /// It is full or forbidden.
    #[error("not stored")]
    Refused,
}

impl From<StorageFailed> for crate::Error {
    fn from(_: StorageFailed) -> Self {
        Self::Storage
    }
}

/// A foreign device, for good.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDevice;

impl DeviceStorage for NoDevice {
    async fn create(&self) -> Result<(), StorageFailed> {
        Err(StorageFailed::Refused)
    }

    async fn get(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    async fn all(&self) -> Result<Vec<(String, Vec<u8>)>, StorageFailed> {
        Err(StorageFailed::Gone)
    }

    async fn write(&self, _: &[(String, Option<Vec<u8>>)]) -> Result<(), StorageFailed> {
        Err(StorageFailed::Gone)
    }

    async fn own_key(&self, _: &[u8]) -> Result<[u8; 32], StorageFailed> {
        Err(StorageFailed::Gone)
    }

    async fn destroy(&self) {}
}

/// Why a worker gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorkerFailed {
    /// It could not be started, or ended without an answer.
    #[error("the worker failed")]
    Broken,
    /// What it needs could not be loaded.
    #[error("the worker could not be loaded")]
    Unreachable,
}

impl From<WorkerFailed> for crate::Error {
    fn from(failed: WorkerFailed) -> Self {
        match failed {
            WorkerFailed::Broken => Self::Worker,
            WorkerFailed::Unreachable => Self::Unreachable,
        }
    }
}

/// What this crate keeps in the tab, and under which keys; all of them begin alike so that the
/// quick exit can remove exactly them.
pub mod tab_keys {
    /// Before every key.
    pub const PREFIX: &str = "beistand.";
    /// The tab's share and the key wrap: the split unlock.
    pub const UNLOCK: &str = "beistand.unlock";
    /// The form before there is an account.
    pub const FORM: &str = "beistand.form";
    /// Messages not yet sent; followed by the conversation's id.
    pub const QUEUE: &str = "beistand.queue.";
    /// What is being written; followed by the conversation's id.
    pub const COMPOSER: &str = "beistand.composer.";
}
