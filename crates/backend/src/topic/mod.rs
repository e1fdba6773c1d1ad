//! Topics of counselling.

mod shipped;

use domain::language::Language;
use domain::policy::{Action, Object};
use domain::topic::{ListTopics, Register, Topic};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

pub(crate) use shipped::shipped;

/// Topics of counselling.
#[derive(Debug, Clone, Copy)]
pub struct Topics<'a>(pub(crate) &'a Inner);

/// All topics, once a language.
#[derive(Debug)]
pub(crate) struct Shelf {
    german: Vec<Topic>,
    easy: Vec<Topic>,
    english: Vec<Topic>,
}

impl Topics<'_> {
    /// Answers [`ListTopics`].
    ///
    /// # Errors
    /// None so far.
    pub async fn list(&self, actor: &Actor, request: ListTopics) -> Result<Vec<Topic>, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let shelf = &self.0.topics;
        let topics = match Language::from_word(&request.language) {
            Some(Language::English) => &shelf.english,
            Some(Language::German(Register::Easy)) => &shelf.easy,
            _ => &shelf.german,
        };
        Ok(topics.clone())
    }
}
