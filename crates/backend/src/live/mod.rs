//! The live channel: a durable outbox per recipient, and a hub that wakes.

use domain::live::ToClient;

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// The live channel.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a>(pub(crate) &'a Inner);

impl Live<'_> {
    /// Listens for the actor.
    ///
    /// # Errors
    /// [`domain::Refusal::NotSignedIn`].
    pub fn subscribe(&self, _actor: &Actor) -> Result<Subscription, Error> {
        Err(domain::Refusal::NotSignedIn.into())
    }

    /// One look, for long polling: `Hello` or `Reset`, then at most `limit` events after `after`.
    ///
    /// # Errors
    /// [`domain::Refusal::NotSignedIn`].
    pub async fn read_after(
        &self,
        _actor: &Actor,
        _after: Option<u64>,
        _limit: u16,
    ) -> Result<Vec<ToClient>, Error> {
        Err(domain::Refusal::NotSignedIn.into())
    }
}

/// One connection's view of the outbox.
#[derive(Debug)]
pub struct Subscription {}

impl Subscription {
    /// Sets the place from which on events are wanted; gives `Hello` or `Reset`, to be sent first.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn start(&mut self, _after: Option<u64>) -> Result<ToClient, Error> {
        Err(domain::Refusal::NotSignedIn.into())
    }

    /// Waits for what comes next: at least one frame, in order, without gap. May be dropped while
    /// waiting (`select!`) without losing anything.
    ///
    /// # Errors
    /// [`domain::Refusal::NotSignedIn`] once the session has ended: close the connection.
    pub async fn next(&mut self) -> Result<Vec<ToClient>, Error> {
        Err(domain::Refusal::NotSignedIn.into())
    }
}
