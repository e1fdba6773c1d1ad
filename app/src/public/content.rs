//! What an operator edits in `data/`: topics in words, crisis numbers, federal states; once a language.

use domain::language::Language;
use domain::topic::{Register, Topic};
use serde::Deserialize;

use super::sources::SHIPPED;
use crate::components::crisis::CrisisLine;

/// The content in every language.
#[derive(Clone, Debug)]
pub struct Contents {
    german: Content,
    easy: Content,
    english: Content,
}

/// Everything in one language, checked.
#[derive(Clone, Debug)]
pub struct Content {
    /// Topics in the order of their numbers.
    pub topics: Vec<TopicText>,
    /// Crisis numbers in the operator's order.
    pub crisis: Vec<CrisisLine>,
    /// Help without speaking.
    pub silent: Vec<SilentHelp>,
    /// Federal states in alphabetical order, then "outside Germany".
    pub states: Vec<State>,
}

/// A topic with its words.
#[derive(Clone, Debug)]
pub struct TopicText {
    /// The topic as the application knows it; its description is the short sentence.
    pub topic: Topic,
    /// What it is about.
    pub description: String,
    /// Things one may write about.
    pub about: Vec<String>,
    /// What the counsellors do, and what they cannot do.
    pub expect: String,
    /// Where to turn when no agency fits.
    pub fallback: Option<Fallback>,
}

/// Where to turn when no agency fits.
#[derive(Clone, Debug, Deserialize)]
pub struct Fallback {
    /// Heading.
    pub title: String,
    /// A few sentences.
    pub text: String,
    /// Places to turn to.
    pub links: Vec<Link>,
}

/// A place to turn to.
#[derive(Clone, Debug, Deserialize)]
pub struct Link {
    /// Its name.
    pub title: String,
    /// Its page, one of ours if it begins with `/`; empty where there is none.
    pub url: String,
    /// For whom, how.
    pub note: String,
}

/// Help without speaking.
#[derive(Clone, Debug)]
pub struct SilentHelp {
    /// Its name.
    pub name: String,
    /// What for.
    pub about: String,
    /// Its page.
    pub url: String,
}

/// A federal state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// ISO 3166-2 without the country; `XX` outside Germany.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// Which file cannot be used, and why.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Not the form that this build reads.
    #[error("{file}: {why}")]
    Malformed {
        /// Which file.
        file: &'static str,
        /// The parser's words.
        why: String,
    },
    /// A topic without words.
    #[error("{file}: no text for topic {id}")]
    NoText {
        /// Which file.
        file: &'static str,
        /// Which topic.
        id: u16,
    },
    /// A topic that leads nowhere when no agency fits.
    #[error("{file}: topic {id} needs a fallback")]
    NoFallback {
        /// Which file.
        file: &'static str,
        /// Which topic.
        id: u16,
    },
}

impl Contents {
    /// The content that this build ships.
    ///
    /// # Errors
    /// None in a build whose tests pass: they read the shipped files.
    pub fn shipped() -> Result<Self, ContentError> {
        let of = |language| Content::parse(SHIPPED, language);
        Ok(Self {
            german: of(Language::German(Register::Formal))?,
            easy: of(Language::German(Register::Easy))?,
            english: of(Language::English)?,
        })
    }

    /// The content in one language.
    #[must_use]
    pub fn of(&self, language: Language) -> &Content {
        match language {
            Language::English => &self.english,
            Language::German(Register::Easy) => &self.easy,
            Language::German(_) => &self.german,
        }
    }
}

impl Content {
    /// The topic with this word in its address.
    #[must_use]
    pub fn topic(&self, slug: &str) -> Option<&TopicText> {
        self.topics.iter().find(|text| text.topic.slug == slug)
    }
}
