//! The topics as the data of the project has them.

use domain::topic::{AgencyChoice, Register, Topic, TopicId};
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
