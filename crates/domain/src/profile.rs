//! An agency's public profile, covered by its manifest's `profile_hash`.

mod online;
pub mod ranges;

pub use online::NotOnline;

use serde::{Deserialize, Serialize};

use crate::enquiry::Answers;
use crate::postcode::Postcode;
use crate::topic::{AgencyChoice, TopicId};

/// What an agency says of itself. Served and hashed as the same UTF-8 JSON bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Where it is; closeness is measured from here.
    pub postcode: Postcode,
    /// The town, as people write it.
    #[serde(default)]
    pub place: String,
    /// Its federal state, ISO 3166-2 without the country: `BW`, `BY`, …
    pub state: String,
    /// Takes no new enquiries for now.
    #[serde(default)]
    pub offline: bool,
    /// What to say to who comes while it takes none: until when, where else to turn.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub absence: String,
    /// What it offers.
    pub topics: Vec<Offer>,
    /// Languages it counsels in, BCP 47.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Opening hours on site, free text.
    #[serde(default)]
    pub hours: String,
    /// A few sentences about itself.
    #[serde(default)]
    pub description: String,
}

/// One topic that an agency serves, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Which topic.
    pub topic: TopicId,
    /// How one comes to it.
    pub choice: AgencyChoice,
    /// Postcodes it serves for `list`; empty otherwise. Sorted, without overlap.
    #[serde(default)]
    pub ranges: Vec<Range>,
    /// For whom; nobody is left out without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Restriction>,
}

/// For whom an offer is. A person who has not answered a question is not left out by it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// Youngest and oldest, in years, both included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ages: Option<(u8, u8)>,
    /// Answers to `gender`; any, if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub genders: Vec<String>,
    /// Answers to `relation`; any, if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<String>,
}

/// Postcodes `from ..= to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Range {
    /// First.
    pub from: Postcode,
    /// Last.
    pub to: Postcode,
}

/// Why a profile contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProfileFault {
    /// A range ends before it begins.
    #[error("a range ends before it begins")]
    Backwards,
    /// Two ranges of one topic share a postcode, or are out of order.
    #[error("ranges overlap or are out of order")]
    Overlap,
    /// A topic is offered twice.
    #[error("a topic is offered twice")]
    Twice,
    /// The youngest is older than the oldest.
    #[error("the youngest is older than the oldest")]
    Ages,
}

impl Profile {
    /// Checks what the form alone cannot say.
    ///
    /// # Errors
    /// The first [`ProfileFault`] found.
    pub fn check(&self) -> Result<(), ProfileFault> {
        for (at, offer) in self.topics.iter().enumerate() {
            if self
                .topics
                .iter()
                .skip(at + 1)
                .any(|other| other.topic == offer.topic)
            {
                return Err(ProfileFault::Twice);
            }
            if offer.ranges.iter().any(|range| range.from > range.to) {
                return Err(ProfileFault::Backwards);
            }
            if offer
                .ranges
                .windows(2)
                .any(|pair| pair[0].to >= pair[1].from)
            {
                return Err(ProfileFault::Overlap);
            }
            let ages = offer.only.as_ref().and_then(|only| only.ages);
            if ages.is_some_and(|(youngest, oldest)| youngest > oldest) {
                return Err(ProfileFault::Ages);
            }
        }
        Ok(())
    }

    /// The offer for `topic`, if there is one.
    #[must_use]
    pub fn offer(&self, topic: TopicId) -> Option<&Offer> {
        self.topics.iter().find(|offer| offer.topic == topic)
    }
}

impl Restriction {
    /// Whether it leaves nobody out who answered like this.
    #[must_use]
    pub fn admits(&self, answers: &Answers) -> bool {
        let given = |name: &str| answers.get(name).and_then(|given| given.first());
        let fits = |wanted: &[String], name| {
            wanted.is_empty() || given(name).is_none_or(|given| wanted.contains(given))
        };
        let age = given("age").or_else(|| given("age_band"));
        let age = age.and_then(|word| years(word));
        let ages = self.ages.zip(age).is_none_or(|(only, given)| {
            // A band that only touches the years is asked by the agency itself.
            only.0 <= given.1 && given.0 <= only.1
        });
        ages && fits(&self.genders, "gender") && fits(&self.relations, "relation")
    }
}

/// The years that an answer names: `17`, `18-20`, `60+`. Other words name none.
fn years(word: &str) -> Option<(u8, u8)> {
    if let Some(from) = word.strip_suffix('+') {
        return Some((from.parse().ok()?, u8::MAX));
    }
    let (from, to) = word.split_once('-').unwrap_or((word, word));
    Some((from.parse().ok()?, to.parse().ok()?))
}

impl Offer {
    /// Whether it is for somebody who answered like this.
    #[must_use]
    pub fn admits(&self, answers: &Answers) -> bool {
        self.only.as_ref().is_none_or(|only| only.admits(answers))
    }

    /// Whether somebody in `postcode` may choose this offer from a list. `central` serves the
    /// whole country; `link-only` is in no list.
    #[must_use]
    pub fn serves(&self, postcode: Option<Postcode>) -> bool {
        match self.choice {
            AgencyChoice::Central => true,
            AgencyChoice::LinkOnly => false,
            AgencyChoice::List => postcode.is_some_and(|postcode| {
                self.ranges
                    .iter()
                    .any(|range| (range.from..=range.to).contains(&postcode))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pairs: &[(&str, &str)]) -> Answers {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), vec![(*value).to_owned()]);
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn an_age_fits_if_any_of_its_years_does() {
        let young = Restriction {
            ages: Some((14, 27)),
            ..Restriction::default()
        };
        for (name, word, fits) in [
            ("age", "13", false),
            ("age", "14", true),
            ("age", "26+", true),
            ("age", "0-11", false),
            ("age_band", "21-30", true),
            ("age_band", "31-40", false),
            ("age_band", "60+", false),
            ("age_band", "keine-angabe", true),
        ] {
            assert_eq!(young.admits(&said(&[(name, word)])), fits, "{name} {word}");
        }
        assert!(young.admits(&Answers::new()));
    }

    #[test]
    fn whoever_has_not_answered_is_not_left_out() {
        let women = Restriction {
            genders: vec!["weiblich".to_owned(), "divers".to_owned()],
            relations: vec!["angehoerig".to_owned()],
            ..Restriction::default()
        };
        assert!(women.admits(&Answers::new()));
        assert!(women.admits(&said(&[("gender", "divers"), ("relation", "angehoerig")])));
        assert!(!women.admits(&said(&[
            ("gender", "maennlich"),
            ("relation", "angehoerig")
        ])));
        assert!(!women.admits(&said(&[("gender", "weiblich"), ("relation", "betroffen")])));
    }
}
