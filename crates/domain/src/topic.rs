//! Topics of counselling.

use serde::{Deserialize, Serialize};

/// A topic's stable number, 0–21 to start with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicId(pub u16);

/// How the platform speaks to a person (German; other languages have one form).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Register {
    /// „Sie“
    #[serde(rename = "Sie", alias = "sie")]
    Formal,
    /// „Du“
    #[serde(rename = "Du", alias = "du")]
    Informal,
    /// Leichte Sprache
    #[serde(rename = "leicht")]
    Easy,
}

/// How a seeker comes to an agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgencyChoice {
    /// The seeker chooses among those that match.
    List,
    /// One agency serves the whole country.
    Central,
    /// Only through an agency's own link; else a page that says where to turn.
    LinkOnly,
}

/// A topic as the application needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Its number.
    pub id: TopicId,
    /// Its word in addresses.
    pub slug: String,
    /// Its title, in the language that was asked for.
    pub title: String,
    /// One or two sentences in that language; in German in the topic's register.
    #[serde(default)]
    pub description: String,
    /// How it addresses people.
    pub register: Register,
    /// How an agency is found.
    pub agency_choice: AgencyChoice,
    /// Whether a postcode is asked.
    pub asks_postcode: bool,
    /// Where nobody matches: `true` shows the page of other places to turn to.
    #[serde(default)]
    pub fallback_external: bool,
    /// What it asks beside the message, in the order in which it is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
}

/// A question with given answers. What is answered is encrypted with the enquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its word: `relation`, `substances`, `age_band`, `age`, `state`, `gender`.
    pub name: String,
    /// The words of its answers, in order.
    pub options: Vec<String>,
    /// Whether the enquiry needs an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Whether several answers may be given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub many: bool,
}

/// Asks for all topics.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListTopics {
    /// In which words: [`crate::language::Language::word`]; German for any other.
    #[serde(default)]
    pub language: String,
}
