//! What waits at agencies.

use domain::conversation::ConversationRow;
use domain::inbox::{AcceptEnquiry, ListInbox, WaitingEnquiry};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// What waits at agencies.
#[derive(Debug, Clone, Copy)]
pub struct Inbox<'a>(pub(crate) &'a Inner);

impl Inbox<'_> {
    /// Answers [`ListInbox`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn list(&self, _actor: &Actor, _request: ListInbox) -> Result<Vec<WaitingEnquiry>, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`AcceptEnquiry`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn accept(&self, _actor: &Actor, _request: AcceptEnquiry) -> Result<ConversationRow, Error> {
        Err(domain::Refusal::NotFound.into())
    }

}
