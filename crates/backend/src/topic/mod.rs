//! Topics of counselling.

use domain::policy::{Action, Object};
use domain::topic::{AgencyChoice, ListTopics, Register, Topic, TopicId};
use serde::Deserialize;

use crate::Inner;
use crate::actor::Actor;
use crate::error::{Error, OpenError};

/// Topics of counselling.
#[derive(Debug, Clone, Copy)]
pub struct Topics<'a>(pub(crate) &'a Inner);

impl<'a> Topics<'a> {
    /// Answers [`ListTopics`].
    ///
    /// # Errors
    /// None so far.
    pub async fn list(&self, actor: &Actor, _: ListTopics) -> Result<Vec<Topic>, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        Ok(self.0.topics.clone())
    }

    /// All topics, by their numbers.
    #[must_use]
    pub fn all(&self) -> &'a [Topic] {
        &self.0.topics
    }
}

/// A topic as the data of the project has it.
#[derive(Deserialize)]
struct Shipped {
    id: TopicId,
    slug: String,
    title_de: String,
    #[serde(default)]
    description_de: String,
    address: Register,
    agency_choice: AgencyChoice,
    asks_postcode: bool,
    #[serde(default)]
    fallback_external: bool,
}

/// The topics that this program ships.
pub(crate) fn shipped() -> Result<Vec<Topic>, OpenError> {
    let topics: Vec<Shipped> = serde_json::from_str(include_str!("../../../../data/topics.json"))
        .map_err(|source| OpenError::Database(Box::new(source)))?;
    Ok(topics
        .into_iter()
        .map(|topic| Topic {
            id: topic.id,
            slug: topic.slug,
            title: topic.title_de,
            description: topic.description_de,
            register: topic.address,
            agency_choice: topic.agency_choice,
            asks_postcode: topic.asks_postcode,
            fallback_external: topic.fallback_external,
        })
        .collect())
}
