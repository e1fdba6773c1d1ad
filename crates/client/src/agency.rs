//! Finding an agency: the match runs on the device, only the chosen agency's id is sent.

use domain::agency::{DirectoryRow, ListAgencies, candidates};
use domain::id::AgencyId;
use domain::postcode::{Postcode, PostcodeTable};
use domain::topic::TopicId;

use crate::call::call;
use crate::error::Error;
use crate::session::{Client, Session};
use crate::trust::{Pins, load_agency, verify_directory};
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
}

/// What was found for a topic and postcode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The closest first, then the least loaded.
    pub cards: Vec<Card>,
    /// How many rows did not verify and are not shown.
    pub refused: usize,
}

/// Agencies for somebody in `postcode`. `table` tells distances; without it only load orders.
///
/// # Errors
/// [`Error::Untrusted`] if the directory itself does not verify, or as [`call`].
pub async fn find<W: World>(
    client: &Client<W>,
    topic: TopicId,
    postcode: Option<Postcode>,
    table: Option<&PostcodeTable>,
) -> Result<Found, Error> {
    find_with(client, topic, postcode, table, &Pins::default()).await
}

/// The same for somebody signed in: also that nothing is lower than what the account has seen.
///
/// # Errors
/// As [`find`].
pub async fn find_as<W: World>(
    session: &Session<W>,
    topic: TopicId,
    postcode: Option<Postcode>,
    table: Option<&PostcodeTable>,
) -> Result<Found, Error> {
    find_with(session.client(), topic, postcode, table, &session.pins()).await
}

async fn find_with<W: World>(
    client: &Client<W>,
    topic: TopicId,
    postcode: Option<Postcode>,
    table: Option<&PostcodeTable>,
    pins: &Pins,
) -> Result<Found, Error> {
    let directory = call(client.transport(), ListAgencies { topic }).await?;
    let (verified, refused) = verify_directory(client.platform(), directory, pins)?;
    let rows: Vec<DirectoryRow> = verified.iter().map(|one| one.row.clone()).collect();
    let cards = candidates(&rows, postcode, table)
        .into_iter()
        .filter(|candidate| candidate.row.offer.topic == topic)
        .filter_map(|candidate| {
            let at = rows
                .iter()
                .position(|row| std::ptr::eq(row, candidate.row))?;
            let row = verified.get(at)?;
            Some(Card {
                id: row.id(),
                name: row.name().to_owned(),
                place: row.place().to_owned(),
                kilometres: candidate.kilometres,
            })
        })
        .collect();
    Ok(Found { cards, refused })
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
