//! Finding an agency: the match runs on the device, only the chosen agency's id is sent.

use crypto::Signed;
use crypto::trust::{AgencyEntry, AgencyState};
use domain::agency::{Candidate, ListAgencies, candidates};
use domain::enquiry::Answers;
use domain::id::{AgencyId, AssociationId};
use domain::postcode::{Postcode, PostcodeTable};
use domain::profile::Restriction;
use domain::topic::TopicId;

use crate::call::call;
use crate::error::Error;
use crate::session::{Client, Session};
use crate::trust::{Directory, Pins, load_agency};
use crate::world::World;

pub use crate::trust::{Age, Agency};

/// An agency in a list to choose from. Name and place are covered by signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Which.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
    /// Its place.
    pub place: String,
    /// Kilometres from the seeker; `None` where it cannot be told.
    pub kilometres: Option<u32>,
    /// For whom it is; a hint, which the signed profile confirms once it is chosen.
    pub only: Option<Restriction>,
}

/// What was found for a topic and postcode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The closest first, then the least loaded.
    pub cards: Vec<Card>,
    /// How many matching rows did not verify and are not shown.
    pub refused: usize,
}

/// The agencies of one topic, fetched whole: which of them match is decided here.
#[derive(Debug)]
pub struct Topical {
    topic: TopicId,
    directory: Directory,
}

impl Topical {
    /// Fetches a topic's agencies.
    ///
    /// # Errors
    /// [`Error::Untrusted`] if the directory itself does not verify, or as [`call`].
    pub async fn load<W: World>(client: &Client<W>, topic: TopicId) -> Result<Self, Error> {
        Self::load_with(client, topic, &Pins::default()).await
    }

    /// The same for somebody signed in: also that nothing is lower than what the account has
    /// seen.
    ///
    /// # Errors
    /// As [`Topical::load`].
    pub async fn load_as<W: World>(session: &Session<W>, topic: TopicId) -> Result<Self, Error> {
        Self::load_with(session.client(), topic, &session.pins()).await
    }

    async fn load_with<W: World>(
        client: &Client<W>,
        topic: TopicId,
        pins: &Pins,
    ) -> Result<Self, Error> {
        let directory = call(client.transport(), ListAgencies { topic }).await?;
        let directory = Directory::verify(client.platform(), directory, pins)?;
        Ok(Self { topic, directory })
    }

    /// Agencies for somebody in `postcode` who answered like this. `table` tells distances; without it only load orders.
    /// Hints propose, and only what they propose is verified: on a slow phone three hundred
    /// signatures take half a second, those of a list a moment.
    #[must_use]
    pub fn find(
        &self,
        postcode: Option<Postcode>,
        answers: &Answers,
        table: Option<&PostcodeTable>,
    ) -> Found {
        let mut refused = 0;
        let mut shown: Vec<(Signed<AgencyEntry>, Candidate<'_>)> = Vec::new();
        for candidate in candidates(&self.directory.rows, postcode, answers, table) {
            if candidate.row.offer.topic != self.topic {
                continue;
            }
            let Some(entry) = self.directory.entry(candidate.row) else {
                refused += 1;
                continue;
            };
            // Each agency once, as its newest entry says.
            let known = shown
                .iter_mut()
                .find(|(known, _)| known.agency == entry.agency);
            match known {
                Some((known, _)) if known.seq >= entry.seq => {}
                Some(known) => *known = (entry, candidate),
                None => shown.push((entry, candidate)),
            }
        }
        let open = shown
            .into_iter()
            .filter(|(entry, _)| entry.state == AgencyState::Open);
        let cards = open.map(|(entry, candidate)| Card {
            id: entry.agency,
            name: entry.name.clone(),
            place: entry.place.clone(),
            kilometres: candidate.kilometres,
            only: candidate.row.offer.only.clone(),
        });
        Found {
            cards: cards.collect(),
            refused,
        }
    }
}

impl Topical {
    /// The open agencies of an association, by name. Staff only.
    #[must_use]
    pub fn of(&self, association: AssociationId) -> Vec<Card> {
        let mut cards: Vec<Card> = Vec::new();
        let rows = self.directory.rows.iter();
        let rows = rows.filter(|row| row.offer.topic == self.topic);
        for entry in rows.filter_map(|row| self.directory.entry(row)) {
            let is_known = cards.iter().any(|card| card.id == entry.agency);
            let is_open = entry.state == AgencyState::Open;
            if entry.association == association && is_open && !is_known {
                cards.push(Card {
                    id: entry.agency,
                    name: entry.name.clone(),
                    place: entry.place.clone(),
                    kilometres: None,
                    only: None,
                });
            }
        }
        cards.sort_by(|one, other| one.name.cmp(&other.name));
        cards
    }
}

/// The whole proof of one agency, for somebody without an account: before choosing it, and for
/// agencies that a link names.
///
/// # Errors
/// [`Error::Untrusted`] with the first link that does not hold, or as [`call`].
pub async fn load<W: World>(client: &Client<W>, agency: AgencyId) -> Result<Agency, Error> {
    load_agency(client, agency, &Pins::default(), None).await
}

/// The same for somebody signed in: also that nothing is lower than what the account has seen.
///
/// # Errors
/// As [`load`].
pub async fn load_as<W: World>(
    session: &Session<W>,
    agency: AgencyId,
) -> Result<std::rc::Rc<Agency>, Error> {
    session.book().renew(session, agency).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;
    use crate::sample::{AGENCY, PLATFORM, account, key};
    use crypto::Digest;
    use crypto::trust::{Admin, AdminList, Head};
    use domain::Blob;
    use domain::agency::{DirectoryRow, TopicDirectory};
    use domain::id::AssociationId;
    use domain::profile::{Offer, Range};
    use domain::time::Day;
    use domain::topic::AgencyChoice;

    const TOPIC: TopicId = TopicId(1);

    fn row(agency: AgencyId, seq: u32, state: AgencyState, prefix: u32) -> DirectoryRow {
        let entry = AgencyEntry {
            agency,
            seq,
            admin_serial: 1,
            association: AssociationId::from_bytes([1; 16]),
            root_key: key(7).verifying_key(),
            state,
            place: "Freiburg".to_owned(),
            name: format!("Stelle, Fassung {seq}"),
        };
        let entry = Signed::sign(entry, &PLATFORM, &key(1)).unwrap();
        let postcode = |digits: String| Postcode::parse(&digits).unwrap();
        DirectoryRow {
            entry: Blob::from(entry.as_bytes()),
            postcode: postcode(format!("{prefix}098")),
            state: "BW".to_owned(),
            offer: Offer {
                topic: TOPIC,
                choice: AgencyChoice::List,
                ranges: vec![Range {
                    from: postcode(format!("{prefix}000")),
                    to: postcode(format!("{prefix}999")),
                }],
                only: None,
            },
            load: 0,
        }
    }

    fn topical(rows: Vec<DirectoryRow>) -> Topical {
        let (root, admin) = (key(9), key(1));
        let platform = Platform {
            id: PLATFORM,
            root: root.verifying_key(),
        };
        let admins = AdminList {
            seq: 1,
            prev_hash: Digest::ZERO,
            admins: vec![Admin {
                serial: 1,
                account: account(1),
                identity_hash: Digest::of(b"admin"),
                sig_key: admin.verifying_key(),
                from_head: 1,
                until_head: Admin::NOT_RETIRED,
            }],
        };
        let head = Head {
            seq: 1,
            prev_hash: Digest::ZERO,
            merkle_root: Digest::of(b"tree"),
            count: 1,
            day: Day(1),
            admin_serial: 1,
        };
        let served = TopicDirectory {
            admins: Blob::from(Signed::sign(admins, &PLATFORM, &root).unwrap().as_bytes()),
            head: Blob::from(Signed::sign(head, &PLATFORM, &admin).unwrap().as_bytes()),
            rows,
        };
        Topical {
            topic: TOPIC,
            directory: Directory::verify(&platform, served, &Pins::default()).unwrap(),
        }
    }

    fn names(found: &Found) -> Vec<&str> {
        found.cards.iter().map(|card| card.name.as_str()).collect()
    }

    fn postcode(digits: &str) -> Option<Postcode> {
        Postcode::parse(digits).ok()
    }

    #[test]
    fn each_agency_once_as_its_newest_entry_says() {
        use AgencyState::{Closed, Open};
        let closed = AgencyId::from_bytes([6; 16]);
        let topical = topical(vec![
            row(AGENCY, 2, Open, 79),
            row(AGENCY, 3, Open, 79),
            row(AGENCY, 1, Open, 79),
            row(closed, 1, Open, 79),
            row(closed, 2, Closed, 79),
        ]);
        let found = topical.find(postcode("79104"), &Answers::new(), None);
        assert_eq!(names(&found), ["Stelle, Fassung 3"]);
    }

    /// A false row is refused where it would be shown; elsewhere its signature is nobody's time.
    #[test]
    fn what_is_shown_is_verified_and_nothing_else() {
        let mut rows: Vec<_> = (10..99)
            .map(|prefix| {
                let agency = AgencyId::from_bytes([prefix; 16]);
                row(agency, 1, AgencyState::Open, prefix.into())
            })
            .collect();
        for false_row in rows.iter_mut().skip(1) {
            let mut entry = false_row.entry.as_slice().to_vec();
            entry[150] ^= 1;
            false_row.entry = entry.into();
        }
        let topical = topical(rows);
        let honest = topical.find(postcode("10104"), &Answers::new(), None);
        assert_eq!((honest.cards.len(), honest.refused), (1, 0));
        let lied = topical.find(postcode("79104"), &Answers::new(), None);
        assert_eq!((lied.cards.len(), lied.refused), (0, 1));
    }
}
