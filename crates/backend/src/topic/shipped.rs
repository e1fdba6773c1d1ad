//! The topics as the data of the project has them.

use std::collections::BTreeMap;

use domain::topic::{AgencyChoice, Question, Register, Topic, TopicId};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Shelf;
use crate::error::OpenError;

const TOPICS: &str = include_str!("../../../../data/topics.json");
const GERMAN: &str = include_str!("../../../../data/topics_text.toml");
const EASY: &str = include_str!("../../../../data/topics_text.leicht.toml");
const ENGLISH: &str = include_str!("../../../../data/topics_text.en.toml");

#[derive(Deserialize)]
struct Rules {
    id: TopicId,
    slug: String,
    title_de: String,
    address: Register,
    agency_choice: AgencyChoice,
    asks_postcode: bool,
    #[serde(default)]
    fallback_external: bool,
    #[serde(default)]
    voluntary_fields: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    required_fields: Vec<String>,
}

/// The order in which a person is asked.
const ASKED: [&str; 6] = [
    "relation",
    "substances",
    "age_band",
    "age",
    "state",
    "gender",
];

/// The answers that the data does not spell out: ages of the young, federal states (ISO 3166-2) and elsewhere.
fn answers_to(name: &str) -> Vec<String> {
    const STATES: &str = "BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH XX";
    match name {
        "age" => std::iter::once("0-11".to_owned())
            .chain((12..=25).map(|age: u8| age.to_string()))
            .chain(["26+".to_owned()])
            .collect(),
        "state" => STATES.split(' ').map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn questions(rules: &Rules) -> Vec<Question> {
    let asked = |name: &&str| {
        let required = rules.required_fields.iter().any(|field| field == name);
        let named = rules.voluntary_fields.get(*name).cloned();
        let options = named.or_else(|| required.then(|| answers_to(name)))?;
        Some(Question {
            name: (*name).to_owned(),
            options,
            required,
            many: *name == "substances",
        })
    };
    ASKED.iter().filter_map(asked).collect()
}

#[derive(Deserialize)]
struct WordsFile {
    topic: Vec<Words>,
}

/// The rest of the file is for public pages.
#[derive(Deserialize)]
struct Words {
    id: TopicId,
    /// German titles stand beside the rules.
    title: Option<String>,
    short: String,
}

/// The topics that this program ships.
pub(crate) fn shipped() -> Result<Shelf, OpenError> {
    Ok(Shelf {
        german: topics(GERMAN)?,
        easy: topics(EASY)?,
        english: topics(ENGLISH)?,
    })
}

fn topics(words: &str) -> Result<Vec<Topic>, OpenError> {
    let rules: Vec<Rules> =
        serde_json::from_str(TOPICS).map_err(|source| OpenError::Database(Box::new(source)))?;
    let words: Vec<Words> = read::<WordsFile>(words)?.topic;
    let topic = |rules: Rules| {
        let words = words.iter().find(|words| words.id == rules.id);
        Topic {
            questions: questions(&rules),
            id: rules.id,
            slug: rules.slug,
            title: words
                .and_then(|words| words.title.clone())
                .unwrap_or(rules.title_de),
            description: words.map(|words| words.short.clone()).unwrap_or_default(),
            register: rules.address,
            agency_choice: rules.agency_choice,
            asks_postcode: rules.asks_postcode,
            fallback_external: rules.fallback_external,
        }
    };
    Ok(rules.into_iter().map(topic).collect())
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, OpenError> {
    toml::from_str(text).map_err(|source| OpenError::Database(Box::new(source)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_words_in_every_language() {
        let shelf = shipped().unwrap();
        assert_eq!(shelf.german.len(), 22);
        for (easy, (german, english)) in shelf
            .easy
            .iter()
            .zip(shelf.german.iter().zip(&shelf.english))
        {
            assert_eq!((german.id, german.id), (easy.id, english.id));
            for topic in [german, easy, english] {
                assert!(!topic.title.is_empty() && !topic.description.is_empty());
            }
            assert_ne!(german.title, english.title, "{}", german.slug);
            assert_ne!(german.description, easy.description, "{}", german.slug);
        }
    }
}
