//! The files in `data/` as they are written.

use domain::language::Language;
use domain::topic::{AgencyChoice, Register, Topic, TopicId};
use serde::Deserialize;

use super::content::{Content, ContentError, Fallback, SilentHelp, State, TopicText};
use crate::components::crisis::{CrisisLine, LineKind, Number};

/// The texts of the files in `data/`.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// `topics.json`
    pub topics: &'a str,
    /// `topics_text.toml`
    pub topics_text: &'a str,
    /// `topics_text.leicht.toml`
    pub topics_text_easy: &'a str,
    /// `topics_text.en.toml`
    pub topics_text_english: &'a str,
    /// `crisis.toml`
    pub crisis: &'a str,
    /// `states.toml`
    pub states: &'a str,
}

/// The files as this build ships them.
pub(super) const SHIPPED: Sources<'static> = Sources {
    topics: include_str!("../../../data/topics.json"),
    topics_text: include_str!("../../../data/topics_text.toml"),
    topics_text_easy: include_str!("../../../data/topics_text.leicht.toml"),
    topics_text_english: include_str!("../../../data/topics_text.en.toml"),
    crisis: include_str!("../../../data/crisis.toml"),
    states: include_str!("../../../data/states.toml"),
};

/// A text with its translations; `de` alone where a name is the same everywhere.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Everywhere(String),
    Each {
        de: String,
        leicht: Option<String>,
        en: Option<String>,
    },
}

impl Words {
    fn of(self, language: Language) -> String {
        match (self, language) {
            (Self::Everywhere(text), _) => text,
            (Self::Each { de, en, .. }, Language::English) => en.unwrap_or(de),
            (Self::Each { de, leicht, .. }, Language::German(Register::Easy)) => {
                leicht.unwrap_or(de)
            }
            (Self::Each { de, .. }, Language::German(_)) => de,
        }
    }
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
struct TopicWords {
    id: u16,
    /// German titles stand in `topics.json`.
    title: Option<String>,
    short: String,
    description: String,
    about: Vec<String>,
    expect: String,
    fallback: Option<Fallback>,
}

#[derive(Deserialize)]
struct TopicWordsFile {
    topic: Vec<TopicWords>,
}

#[derive(Deserialize)]
struct CrisisFile {
    line: Vec<Line>,
    #[serde(default)]
    silent: Vec<Silent>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    kind: LineKind,
    number: String,
    tel: String,
    name: Words,
    about: Words,
    hours: Words,
    #[serde(default)]
    also: Vec<Number>,
    url: Option<String>,
    #[serde(default)]
    bar: bool,
}

#[derive(Deserialize)]
struct Silent {
    name: Words,
    about: Words,
    url: String,
}

#[derive(Deserialize)]
struct StatesFile {
    state: Vec<StateLine>,
}

#[derive(Deserialize)]
struct StateLine {
    code: String,
    name: Words,
}

impl Content {
    /// Reads and checks an operator's files, as far as they are written in `language`.
    ///
    /// # Errors
    /// [`ContentError`] names the file.
    pub fn parse(sources: Sources<'_>, language: Language) -> Result<Self, ContentError> {
        let crisis: CrisisFile = from_toml("crisis.toml", sources.crisis)?;
        let states: StatesFile = from_toml("states.toml", sources.states)?;
        let line = |line: Line| CrisisLine {
            id: line.id,
            kind: line.kind,
            number: line.number,
            tel: line.tel,
            name: line.name.of(language),
            about: line.about.of(language),
            hours: line.hours.of(language),
            also: line.also,
            url: line.url,
            bar: line.bar,
        };
        let silent = |help: Silent| SilentHelp {
            name: help.name.of(language),
            about: help.about.of(language),
            url: help.url,
        };
        let state = |state: StateLine| State {
            code: state.code,
            name: state.name.of(language),
        };
        Ok(Self {
            topics: topics(sources, language)?,
            crisis: crisis.line.into_iter().map(line).collect(),
            silent: crisis.silent.into_iter().map(silent).collect(),
            states: states.state.into_iter().map(state).collect(),
        })
    }
}

fn topics(sources: Sources<'_>, language: Language) -> Result<Vec<TopicText>, ContentError> {
    let (name, text) = match language {
        Language::English => ("topics_text.en.toml", sources.topics_text_english),
        Language::German(Register::Easy) => ("topics_text.leicht.toml", sources.topics_text_easy),
        Language::German(_) => ("topics_text.toml", sources.topics_text),
    };
    let mut files: Vec<TopicFile> =
        serde_json::from_str(sources.topics).map_err(|e| malformed("topics.json", &e))?;
    files.sort_by_key(|topic| topic.id);
    let mut words = from_toml::<TopicWordsFile>(name, text)?.topic;
    files
        .into_iter()
        .map(|file| {
            let id = file.id;
            let at = words.iter().position(|words| words.id == id);
            let words = words.swap_remove(at.ok_or(ContentError::NoText { file: name, id })?);
            topic(file, words).ok_or(ContentError::NoFallback { file: name, id })
        })
        .collect()
}

/// `None` for a topic that leads nowhere when no agency fits.
fn topic(file: TopicFile, words: TopicWords) -> Option<TopicText> {
    let leads_away = file.fallback_external || file.agency_choice == AgencyChoice::LinkOnly;
    if leads_away && words.fallback.is_none() {
        return None;
    }
    Some(TopicText {
        topic: Topic {
            id: TopicId(file.id),
            slug: file.slug,
            title: words.title.unwrap_or(file.title_de),
            description: words.short,
            register: file.address,
            agency_choice: file.agency_choice,
            asks_postcode: file.asks_postcode,
            fallback_external: file.fallback_external,
            questions: Vec::new(),
        },
        description: words.description,
        about: words.about,
        expect: words.expect,
        fallback: words.fallback,
    })
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
