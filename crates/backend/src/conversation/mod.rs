//! Conversations of the actor.

use domain::conversation::{ConversationRow, History, ListConversations, LoadConversation, LoadHistory, SaveLabel, SendMessage, Sent};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// Conversations of the actor.
#[derive(Debug, Clone, Copy)]
pub struct Conversations<'a>(pub(crate) &'a Inner);

impl Conversations<'_> {
    /// Answers [`ListConversations`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn list(&self, _actor: &Actor, _request: ListConversations) -> Result<Vec<ConversationRow>, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`LoadConversation`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn load(&self, _actor: &Actor, _request: LoadConversation) -> Result<ConversationRow, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`LoadHistory`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn load_history(&self, _actor: &Actor, _request: LoadHistory) -> Result<History, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`SendMessage`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn send(&self, _actor: &Actor, _request: SendMessage) -> Result<Sent, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`SaveLabel`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn save_label(&self, _actor: &Actor, _request: SaveLabel) -> Result<(), Error> {
        Err(domain::Refusal::NotFound.into())
    }

}
