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

    /// Calls and the live channel.
    fn transport(&self) -> &Self::Transport;

    /// The tab's storage: `sessionStorage` in a browser. What is written is ciphertext, or useless
    /// without the server's share.
    fn tab(&self) -> &dyn TabStorage;

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
