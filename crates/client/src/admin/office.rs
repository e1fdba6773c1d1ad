//! What an admin administers: rights, agencies in pages, an agency, an association.

use std::rc::Rc;

use crypto::trust::{AdminList, AgencyEntry, AgencyState};
use crypto::{Signed, Unverified};
use domain::admin::{LoadRights, Rights, SearchAgencies};
use domain::id::{AgencyId, AssociationId};

use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::trust::{Agency, Association, Pin, Pins, load_association};
use crate::world::World;

/// An agency in a list: names are verified, numbers are what the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub agency: AgencyId,
    /// Whose.
    pub association: AssociationId,
    /// Its name.
    pub name: String,
    /// Its place.
    pub place: String,
    /// Closed for good.
    pub closed: bool,
    /// Takes no new enquiries.
    pub offline: bool,
    /// How many counsel.
    pub counsellors: u32,
    /// How many hold the root.
    pub holders: u32,
}

/// A page of agencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Listed>,
    /// How many there are in all.
    pub count: u32,
    /// How many rows are left out because they do not verify.
    pub untrusted: usize,
}

/// What the signed-in person administers, as the server says: only to show or leave out a link.
///
/// # Errors
/// As [`call`].
pub async fn rights<W: World>(session: &Session<W>) -> Result<Rights, Error> {
    call(session.client().transport(), LoadRights {}).await
}

/// A page of the agencies that the signed-in person administers.
///
/// # Errors
/// [`Error::Untrusted`] if the admin list does not hold: then no row can; or as [`call`].
pub async fn search<W: World>(session: &Session<W>, asked: SearchAgencies) -> Result<Page, Error> {
    let client = session.client();
    let platform = client.platform();
    let found = call(client.transport(), asked).await?;
    let admins = Unverified::<AdminList>::decode(found.admins.as_slice())
        .map_err(|_| Untrusted::Admins)?
        .verify(&platform.id, &platform.root)
        .map_err(|_| Untrusted::Admins)?;
    let pin = Pin::new(admins.seq, admins.digest());
    Pin::check(session.pins().admins.as_ref(), &pin)?;
    session.pin(&Pins {
        admins: Some(pin),
        ..Pins::default()
    })?;
    let mut page = Page {
        rows: Vec::with_capacity(found.rows.len()),
        count: found.count,
        untrusted: 0,
    };
    for row in found.rows {
        let entry = Unverified::<AgencyEntry>::decode(row.entry.as_slice()).ok();
        let entry: Option<Signed<AgencyEntry>> =
            entry.and_then(|entry| entry.verify(&platform.id, &admins).ok());
        match entry {
            None => page.untrusted += 1,
            Some(entry) => page.rows.push(Listed {
                agency: entry.agency,
                association: entry.association,
                name: entry.name.clone(),
                place: entry.place.clone(),
                closed: entry.state == AgencyState::Closed,
                offline: row.offline,
                counsellors: row.counsellors,
                holders: row.holders,
            }),
        }
    }
    Ok(page)
}

/// An agency as it is now, with all of its manifests: what [`super::change_manifest`] begins with.
///
/// # Errors
/// [`Error::Untrusted`] for the first link that does not hold, or as [`call`].
pub async fn agency<W: World>(session: &Session<W>, agency: AgencyId) -> Result<Rc<Agency>, Error> {
    session.book().renew_from(session, agency, 1).await
}

/// An association as it is now.
///
/// # Errors
/// [`Error::Untrusted`] for the first link that does not hold, or as [`call`].
pub async fn association<W: World>(
    session: &Session<W>,
    association: AssociationId,
) -> Result<Association, Error> {
    load_association(session, association).await
}
