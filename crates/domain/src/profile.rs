//! An agency's public profile, covered by its manifest's `profile_hash`.

use serde::{Deserialize, Serialize};

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
        }
        Ok(())
    }

    /// The offer for `topic`, if there is one.
    #[must_use]
    pub fn offer(&self, topic: TopicId) -> Option<&Offer> {
        self.topics.iter().find(|offer| offer.topic == topic)
    }
}

impl Offer {
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
