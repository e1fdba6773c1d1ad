//! What the protocol needs of the world: calls, the live channel, a clock, randomness, a worker
//! and the tab's storage. A browser, a native program and a lying server each bring their own.

use domain::wire::Form;

/// The server could not be reached, or the connection broke before the answer was whole.
///
/// It is unknown whether the call had an effect: every call may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no connection")]
pub struct Unreachable;

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Carries bytes to the server and back; knows nothing of their meaning.
///
/// Futures are not `Send`: a browser has one thread, native programs use a `LocalSet`.
#[expect(async_fn_in_trait, reason = "single-threaded by design")]
pub trait Transport {
    /// The live channel's connection.
    type Live: LiveConnection;

    /// `POST /api/<path>` with the form's content type; cookies are the transport's business.
    ///
    /// # Errors
    /// [`Unreachable`] if no whole answer came.
    async fn post(&self, path: &str, form: Form, body: Vec<u8>) -> Result<Answer, Unreachable>;

    /// Opens the live channel.
    ///
    /// # Errors
    /// [`Unreachable`] if it cannot be opened.
    async fn connect(&self) -> Result<Self::Live, Unreachable>;
}

/// An open live channel. Dropping it closes it.
#[expect(async_fn_in_trait, reason = "single-threaded by design")]
pub trait LiveConnection {
    /// Sends one binary frame.
    ///
    /// # Errors
    /// [`Unreachable`] if the connection is gone.
    async fn send(&mut self, frame: Vec<u8>) -> Result<(), Unreachable>;

    /// The next binary frame.
    ///
    /// # Errors
    /// [`Unreachable`] once the connection is gone.
    async fn receive(&mut self) -> Result<Vec<u8>, Unreachable>;
}
