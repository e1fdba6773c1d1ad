//! The demonstration as data: who and what there is, and what people wrote.

use client::admin::{Listing, Policy};
use domain::agency::{Legal, Roles};
use domain::enquiry::Answers;
use domain::postcode::Postcode;
use domain::profile::{Offer, Profile, Range, Restriction};
use domain::topic::{AgencyChoice, TopicId};
use serde::Deserialize;

use crate::demo::DemoError;

const DIRECTORY: &str = include_str!("../../../../data/demo/directory.toml");
const CONVERSATIONS: &str = include_str!("../../../../data/demo/conversations.toml");

/// Everything.
pub(crate) struct Data {
    pub(crate) directory: Directory,
    pub(crate) seekers: Vec<Seeker>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Directory {
    pub(crate) association: Association,
    #[serde(rename = "agency")]
    pub(crate) agencies: Vec<Agency>,
    pub(crate) staff: Vec<Staff>,
}

#[derive(Deserialize)]
pub(crate) struct Association {
    pub(crate) name: String,
    responsible: String,
    consent_version: u32,
    consent: String,
}

#[derive(Deserialize)]
pub(crate) struct Agency {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) place: String,
    postcode: String,
    state: String,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    description: String,
    topics: Vec<Topic>,
}

#[derive(Deserialize)]
struct Topic {
    topic: TopicId,
    choice: AgencyChoice,
    #[serde(default)]
    ranges: Vec<(String, String)>,
    #[serde(default)]
    only: Option<Restriction>,
}

#[derive(Deserialize)]
pub(crate) struct Staff {
    pub(crate) key: String,
    pub(crate) display: String,
    pub(crate) user_name: String,
    pub(crate) password: String,
    pub(crate) about: String,
    #[serde(default)]
    pub(crate) deputy: Option<String>,
    #[serde(default)]
    pub(crate) platform_admin: bool,
    #[serde(default)]
    pub(crate) greeted: bool,
    pub(crate) grants: Vec<Grant>,
}

#[derive(Deserialize)]
pub(crate) struct Grant {
    pub(crate) agency: String,
    roles: Vec<String>,
}

#[derive(Deserialize)]
struct Seekers {
    seeker: Vec<Seeker>,
}

#[derive(Deserialize)]
pub(crate) struct Seeker {
    pub(crate) user_name: String,
    pub(crate) password: String,
    pub(crate) pseudonym: String,
    pub(crate) topic: TopicId,
    pub(crate) agency: String,
    #[serde(default)]
    pub(crate) postcode: String,
    #[serde(default)]
    pub(crate) answers: Answers,
    #[serde(default)]
    pub(crate) greeted: bool,
    state: String,
    pub(crate) messages: Vec<Message>,
}

impl Seeker {
    /// A message's text; empty if there is none.
    pub(crate) fn text(&self, message: usize) -> &str {
        self.messages.get(message).map_or("", Message::text)
    }

    /// Whether the counsellor puts the conversation away after this message.
    pub(crate) fn ends_with(&self, message: usize) -> bool {
        self.state == "archived" && message + 1 == self.messages.len()
    }
}

#[derive(Deserialize)]
pub(crate) struct Message {
    pub(crate) from: String,
    pub(crate) hours_ago: u32,
    text: String,
}

impl Message {
    /// The text without the line breaks around it, which belong to the file.
    fn text(&self) -> &str {
        self.text.trim()
    }
}

impl Data {
    pub(crate) fn read() -> Result<Self, DemoError> {
        let wrong = |error: toml::de::Error| DemoError::Data(error.message().to_owned());
        let directory: Directory = toml::from_str(DIRECTORY).map_err(wrong)?;
        let seekers: Seekers = toml::from_str(CONVERSATIONS).map_err(wrong)?;
        Ok(Self {
            directory,
            seekers: seekers.seeker,
        })
    }
}

impl Association {
    pub(crate) fn legal(&self) -> Legal {
        Legal {
            responsible: self.responsible.trim().to_owned(),
            consent_version: self.consent_version,
            consent: self.consent.trim().to_owned(),
        }
    }
}

impl Agency {
    pub(crate) fn profile(&self) -> Result<Profile, DemoError> {
        let postcode = |digits: &str| {
            let wrong = |_| DemoError::Data(format!("{}: not a postcode: {digits}", self.key));
            Postcode::parse(digits).map_err(wrong)
        };
        let mut topics = Vec::with_capacity(self.topics.len());
        for offered in &self.topics {
            let mut ranges = Vec::with_capacity(offered.ranges.len());
            for (from, to) in &offered.ranges {
                ranges.push(Range {
                    from: postcode(from)?,
                    to: postcode(to)?,
                });
            }
            topics.push(Offer {
                topic: offered.topic,
                choice: offered.choice,
                ranges,
                only: offered.only.clone(),
            });
        }
        let profile = Profile {
            postcode: postcode(&self.postcode)?,
            place: self.place.clone(),
            state: self.state.clone(),
            offline: false,
            absence: String::new(),
            topics,
            languages: self.languages.clone(),
            hours: self.hours.clone(),
            description: self.description.clone(),
        };
        let wrong = |fault| DemoError::Data(format!("{}: {fault}", self.key));
        profile.check().map_err(wrong)?;
        Ok(profile)
    }

    /// The rules of the demonstration's agencies.
    pub(crate) fn policy() -> Policy {
        Policy {
            named_deputy: true,
            team_reading: false,
            supervision: false,
            retention_days: 90,
        }
    }
}

impl Staff {
    /// The roles in an agency, if any.
    pub(crate) fn roles(&self, agency: &str) -> Result<Option<Roles>, DemoError> {
        let Some(grant) = self.grants.iter().find(|grant| grant.agency == agency) else {
            return Ok(None);
        };
        let mut roles = Roles::default();
        for word in &grant.roles {
            roles = roles.and(role(word)?);
        }
        Ok(Some(roles))
    }

    /// Whether this person stands in for others in an agency.
    pub(crate) fn is_deputy_in(&self, agency: &str) -> bool {
        self.holds("deputy", agency)
    }

    /// Whether this person holds a role in an agency.
    pub(crate) fn holds(&self, role: &str, agency: &str) -> bool {
        let mut grants = self.grants.iter().filter(|grant| grant.agency == agency);
        grants.any(|grant| grant.roles.iter().any(|held| held == role))
    }

    pub(crate) fn administers_association(&self) -> bool {
        let mut roles = self.grants.iter().flat_map(|grant| &grant.roles);
        roles.any(|role| role == "association-admin")
    }

    /// As a manifest lists this person.
    pub(crate) fn listing(
        &self,
        account: domain::id::AccountId,
        code: client::admin::CodeWords,
        roles: Roles,
    ) -> Listing {
        Listing {
            account,
            code,
            roles,
            name: self.display.clone(),
        }
    }
}

fn role(word: &str) -> Result<Roles, DemoError> {
    Ok(match word {
        "counsellor" => Roles::COUNSELLOR,
        "inbox" => Roles::INBOX,
        "lead" => Roles::LEAD,
        "agency-admin" => Roles::AGENCY_ADMIN,
        "association-admin" => Roles::ASSOCIATION_ADMIN,
        "deputy" => Roles::DEPUTY,
        "supervisor" => Roles::SUPERVISOR,
        "peer" => Roles::PEER,
        "moderator" => Roles::MODERATOR,
        _ => return Err(DemoError::Data(format!("no such role: {word}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_names_only_what_is_there() {
        let data = Data::read().unwrap();
        let agencies: Vec<_> = data.directory.agencies.iter().map(|one| &one.key).collect();
        let staff: Vec<_> = data.directory.staff.iter().map(|one| &one.key).collect();
        assert_eq!((agencies.len(), staff.len()), (60, 12));
        assert_eq!(data.seekers.len(), 40);
        for agency in &data.directory.agencies {
            agency.profile().unwrap();
        }
        for one in &data.directory.staff {
            assert!(
                one.deputy
                    .as_ref()
                    .is_none_or(|deputy| staff.contains(&deputy))
            );
            for grant in &one.grants {
                assert!(agencies.contains(&&grant.agency));
                one.roles(&grant.agency).unwrap();
            }
        }
        for seeker in &data.seekers {
            assert!(agencies.contains(&&seeker.agency));
            assert_eq!(
                seeker.messages.first().map(|first| &*first.from),
                Some("seeker")
            );
            // Two messages of one hour would have no order.
            assert!(
                seeker
                    .messages
                    .is_sorted_by(|a, b| a.hours_ago > b.hours_ago)
            );
            let mut others: Vec<_> = seeker.messages.iter().map(|one| &one.from).collect();
            others.retain(|from| *from != "seeker");
            assert!(
                others
                    .iter()
                    .all(|from| *from == others[0] && staff.contains(from))
            );
            assert_eq!(seeker.state == "waiting", others.is_empty());
        }
        for state in ["waiting", "active", "archived"] {
            let in_state = data.seekers.iter().filter(|one| one.state == state);
            assert!(in_state.count() >= 5, "{state}");
        }
    }

    /// Six topics have an agency for every postcode of the country.
    #[test]
    fn six_topics_cover_the_country() {
        let data = Data::read().unwrap();
        let profiles: Vec<_> = data
            .directory
            .agencies
            .iter()
            .map(|one| one.profile().unwrap())
            .collect();
        for topic in [0, 2, 3, 5, 6, 14].map(TopicId) {
            for number in 0..100_000 {
                let postcode = Postcode::parse(&format!("{number:05}")).unwrap();
                let mut offers = profiles.iter().filter_map(|profile| profile.offer(topic));
                assert!(
                    offers.any(|offer| offer.serves(Some(postcode))),
                    "{topic:?} {number:05}"
                );
            }
        }
    }
}
