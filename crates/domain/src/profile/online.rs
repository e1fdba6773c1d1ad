//! When an agency may take enquiries.

use crate::profile::Profile;
use crate::topic::{AgencyChoice, TopicId};

/// Why an agency may not be online.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOnline {
    /// Nobody reads and answers what would be written.
    #[error("nobody counsels")]
    NoCounsellor,
    /// It offers no topic.
    #[error("no topic is offered")]
    NoTopic,
    /// A topic of the list serves nobody: it has no postcodes.
    #[error("topic {} has no postcodes", .0.0)]
    NoRange(TopicId),
}

impl Profile {
    /// Whether it may take enquiries with so many who both read the inbox and counsel: only with
    /// somebody, and with somewhere to be found.
    ///
    /// # Errors
    /// The first reason against it.
    pub fn may_be_online(&self, counsellors: usize) -> Result<(), NotOnline> {
        if counsellors == 0 {
            return Err(NotOnline::NoCounsellor);
        }
        if self.topics.is_empty() {
            return Err(NotOnline::NoTopic);
        }
        let empty = self
            .topics
            .iter()
            .find(|offer| offer.choice == AgencyChoice::List && offer.ranges.is_empty());
        match empty {
            Some(offer) => Err(NotOnline::NoRange(offer.topic)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postcode::Postcode;
    use crate::profile::{Offer, Range};

    #[test]
    fn online_means_somebody_is_there_and_can_be_found() {
        let postcode = Postcode::parse("79098").unwrap();
        let mut profile = Profile {
            postcode,
            place: String::new(),
            state: "BW".to_owned(),
            offline: false,
            absence: String::new(),
            topics: Vec::new(),
            languages: Vec::new(),
            hours: String::new(),
            description: String::new(),
        };
        assert_eq!(profile.may_be_online(0), Err(NotOnline::NoCounsellor));
        assert_eq!(profile.may_be_online(1), Err(NotOnline::NoTopic));
        profile.topics.push(Offer {
            topic: TopicId(3),
            choice: AgencyChoice::List,
            ranges: Vec::new(),
            only: None,
        });
        let without = Err(NotOnline::NoRange(TopicId(3)));
        assert_eq!(profile.may_be_online(1), without);
        for choice in [AgencyChoice::Central, AgencyChoice::LinkOnly] {
            profile.topics[0].choice = choice;
            assert_eq!(profile.may_be_online(1), Ok(()));
        }
        profile.topics[0].choice = AgencyChoice::List;
        profile.topics[0].ranges.push(Range {
            from: postcode,
            to: postcode,
        });
        assert_eq!(profile.may_be_online(1), Ok(()));
    }
}
