//! What an operator edits in `data/`: topics in words, crisis numbers, federal states.

use domain::topic::{AgencyChoice, Register, Topic, TopicId};
use serde::Deserialize;

use crate::components::crisis::CrisisLine;

/// The texts of the files in `data/`.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// `topics.json`
    pub topics: &'a str,
    /// `topics_text.toml`
    pub topics_text: &'a str,
    /// `crisis.toml`
    pub crisis: &'a str,
    /// `states.toml`
    pub states: &'a str,
}

/// The files as this build ships them.
const SHIPPED: Sources<'static> = Sources {
    topics: include_str!("../../../data/topics.json"),
    topics_text: include_str!("../../../data/topics_text.toml"),
    crisis: include_str!("../../../data/crisis.toml"),
    states: include_str!("../../../data/states.toml"),
};

/// Everything, checked.
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
    /// The ages that U25 asks for.
    pub u25_ages: Vec<Choice>,
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
    /// Its page; empty where there is none.
    pub url: String,
    /// For whom, how.
    pub note: String,
}

/// Help without speaking.
#[derive(Clone, Debug, Deserialize)]
pub struct SilentHelp {
    /// Its name.
    pub name: String,
    /// What for.
    pub about: String,
    /// Its page.
    pub url: String,
}

/// A federal state.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct State {
    /// ISO 3166-2 without the country; `XX` outside Germany.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// One answer among several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Choice {
    /// As it is sent, encrypted.
    pub value: String,
    /// As it is shown.
    pub label: String,
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
    #[error("topics_text.toml: no text for topic {0}")]
    NoText(u16),
    /// A topic that leads nowhere when no agency fits.
    #[error("topics_text.toml: topic {0} needs a fallback")]
    NoFallback(u16),
}

#[derive(Deserialize)]
struct TopicFile {
    id: u16,
    slug: String,
    title_de: String,
    address: Register,
    agency_choice: AgencyChoice,
    asks_postcode: bool,
    fallback_external: bool,
}

#[derive(Deserialize)]
struct Words {
    id: u16,
    short: String,
    description: String,
    about: Vec<String>,
    expect: String,
    fallback: Option<Fallback>,
}

#[derive(Deserialize)]
struct WordsFile {
    topic: Vec<Words>,
}

#[derive(Deserialize)]
struct CrisisFile {
    line: Vec<CrisisLine>,
    #[serde(default)]
    silent: Vec<SilentHelp>,
}

#[derive(Deserialize)]
struct StatesFile {
    state: Vec<State>,
    #[serde(default)]
    u25_age: Vec<Choice>,
}

impl Content {
    /// The content that this build ships.
    ///
    /// # Errors
    /// None in a build whose tests pass: they read the shipped files.
    pub fn shipped() -> Result<Self, ContentError> {
        Self::parse(SHIPPED)
    }

    /// Reads and checks an operator's files.
    ///
    /// # Errors
    /// [`ContentError`] names the file.
    pub fn parse(sources: Sources<'_>) -> Result<Self, ContentError> {
        let mut topics: Vec<TopicFile> =
            serde_json::from_str(sources.topics).map_err(|e| malformed("topics.json", &e))?;
        let mut words = from_toml::<WordsFile>("topics_text.toml", sources.topics_text)?.topic;
        let crisis: CrisisFile = from_toml("crisis.toml", sources.crisis)?;
        let states: StatesFile = from_toml("states.toml", sources.states)?;
        topics.sort_by_key(|topic| topic.id);
        let with_words = |file: TopicFile| {
            let at = words.iter().position(|words| words.id == file.id);
            let words = words.swap_remove(at.ok_or(ContentError::NoText(file.id))?);
            TopicText::new(file, words)
        };
        Ok(Self {
            topics: topics
                .into_iter()
                .map(with_words)
                .collect::<Result<_, _>>()?,
            crisis: crisis.line,
            silent: crisis.silent,
            states: states.state,
            u25_ages: states.u25_age,
        })
    }

    /// The topic with this word in its address.
    #[must_use]
    pub fn topic(&self, slug: &str) -> Option<&TopicText> {
        self.topics.iter().find(|text| text.topic.slug == slug)
    }
}

impl TopicText {
    fn new(file: TopicFile, words: Words) -> Result<Self, ContentError> {
        let leads_away = file.fallback_external || file.agency_choice == AgencyChoice::LinkOnly;
        if leads_away && words.fallback.is_none() {
            return Err(ContentError::NoFallback(file.id));
        }
        let topic = Topic {
            id: TopicId(file.id),
            slug: file.slug,
            title: file.title_de,
            description: words.short,
            register: file.address,
            agency_choice: file.agency_choice,
            asks_postcode: file.asks_postcode,
            fallback_external: file.fallback_external,
        };
        let Words {
            description,
            about,
            expect,
            fallback,
            ..
        } = words;
        Ok(Self {
            topic,
            description,
            about,
            expect,
            fallback,
        })
    }
}

fn from_toml<T: serde::de::DeserializeOwned>(
    file: &'static str,
    text: &str,
) -> Result<T, ContentError> {
    toml::from_str(text).map_err(|e| malformed(file, &e))
}

fn malformed(file: &'static str, why: &dyn std::fmt::Display) -> ContentError {
    ContentError::Malformed {
        file,
        why: why.to_string(),
    }
}
