//! The directory of a topic: signed entries, and hints that only propose.

use std::collections::BTreeMap;

use crypto::trust::{AdminList, AgencyEntry, AgencyState, Head};
use crypto::{Signed, Unverified};
use domain::agency::{DirectoryRow, TopicDirectory};
use domain::id::AgencyId;

use crate::error::Untrusted;
use crate::platform::Platform;
use crate::trust::{Pin, Pins};

/// A row whose name and place are covered by a platform admin's signature.
///
/// That the newest head contains it is proved when it is chosen: see [`crate::agency::load`].
#[derive(Debug, Clone)]
pub struct VerifiedRow {
    entry: Signed<AgencyEntry>,
    /// The row; its hints are unsigned.
    pub row: DirectoryRow,
}

impl VerifiedRow {
    /// Which agency.
    #[must_use]
    pub fn id(&self) -> AgencyId {
        self.entry.agency
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Its place.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.entry.place
    }
}

/// Verifies admin list, head and every row; rows that do not verify are left out and counted.
///
/// # Errors
/// [`Untrusted`] if admin list or head do not hold: then no row can.
pub fn verify_directory(
    platform: &Platform,
    directory: TopicDirectory,
    pins: &Pins,
) -> Result<(Vec<VerifiedRow>, usize), Untrusted> {
    let admins = Unverified::<AdminList>::decode(directory.admins.as_slice())
        .map_err(|_| Untrusted::Admins)?
        .verify(&platform.id, &platform.root)
        .map_err(|_| Untrusted::Admins)?;
    Pin::check(pins.admins.as_ref(), &Pin::new(admins.seq, admins.digest()))?;
    let head = Unverified::<Head>::decode(directory.head.as_slice())
        .map_err(|_| Untrusted::Head)?
        .verify(&platform.id, &admins)
        .map_err(|_| Untrusted::Head)?;
    Pin::check(pins.head.as_ref(), &Pin::new(head.seq, head.digest()))?;
    let all = directory.rows.len();
    let rows: Vec<_> = directory
        .rows
        .into_iter()
        .filter_map(|row| {
            let entry = Unverified::<AgencyEntry>::decode(row.entry.as_slice()).ok()?;
            let entry = entry.verify(&platform.id, &admins).ok()?;
            Some(VerifiedRow { entry, row })
        })
        .collect();
    let refused = all - rows.len();
    Ok((newest_open(rows), refused))
}

/// Each agency once, as its newest entry says; one that is closed not at all.
fn newest_open(rows: Vec<VerifiedRow>) -> Vec<VerifiedRow> {
    let mut newest: BTreeMap<AgencyId, VerifiedRow> = BTreeMap::new();
    for row in rows {
        let known = newest.get(&row.id());
        if known.is_none_or(|known| known.entry.seq < row.entry.seq) {
            newest.insert(row.id(), row);
        }
    }
    newest
        .into_values()
        .filter(|row| row.entry.state == AgencyState::Open)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{AGENCY, PLATFORM, key};
    use domain::id::AssociationId;
    use domain::postcode::Postcode;
    use domain::profile::Offer;
    use domain::topic::{AgencyChoice, TopicId};

    fn row(agency: AgencyId, seq: u32, state: AgencyState) -> VerifiedRow {
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
        let row = DirectoryRow {
            entry: domain::Blob::from(entry.as_bytes()),
            postcode: Postcode::parse("79098").unwrap(),
            state: "BW".to_owned(),
            offer: Offer {
                topic: TopicId(1),
                choice: AgencyChoice::List,
                ranges: Vec::new(),
            },
            load: 0,
        };
        VerifiedRow { entry, row }
    }

    #[test]
    fn each_agency_once_as_its_newest_entry_says() {
        use AgencyState::{Closed, Open};
        let closed = AgencyId::from_bytes([6; 16]);
        let rows = vec![
            row(AGENCY, 2, Open),
            row(AGENCY, 3, Open),
            row(AGENCY, 1, Open),
            row(closed, 1, Open),
            row(closed, 2, Closed),
        ];
        let shown: Vec<_> = newest_open(rows)
            .iter()
            .map(|row| (row.id(), row.entry.seq))
            .collect();
        assert_eq!(shown, [(AGENCY, 3)]);
    }
}
