//! Topics of counselling.

use domain::topic::{ListTopics, Topic};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// Topics of counselling.
#[derive(Debug, Clone, Copy)]
pub struct Topics<'a>(pub(crate) &'a Inner);

impl Topics<'_> {
    /// Answers [`ListTopics`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn list(&self, _actor: &Actor, _request: ListTopics) -> Result<Vec<Topic>, Error> {
        Err(domain::Refusal::NotFound.into())
    }

}
