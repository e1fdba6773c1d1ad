//! The directory of a topic: signed entries, and hints that only propose.

use crypto::trust::{AdminList, AgencyEntry, Head};
use crypto::{Signed, Unverified};
use domain::agency::{DirectoryRow, TopicDirectory};

use crate::error::Untrusted;
use crate::platform::Platform;
use crate::trust::{Pin, Pins};

/// A topic's directory whose admin list and head hold. Of its rows nothing is believed yet: their
/// hints may be searched, and what is shown of a row comes from its entry, once that verifies.
#[derive(Debug)]
pub struct Directory {
    platform: Platform,
    admins: Signed<AdminList>,
    /// The rows as served; their hints are unsigned.
    pub rows: Vec<DirectoryRow>,
}

impl Directory {
    /// Verifies admin list and head.
    ///
    /// # Errors
    /// [`Untrusted`] if they do not hold: then no row can.
    pub fn verify(
        platform: &Platform,
        directory: TopicDirectory,
        pins: &Pins,
    ) -> Result<Self, Untrusted> {
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
        Ok(Self {
            platform: *platform,
            admins,
            rows: directory.rows,
        })
    }

    /// A row's entry, if a platform admin's signature covers it. A signature a row: only what is
    /// to be shown is asked for.
    ///
    /// That the newest head contains it is proved when it is chosen: see [`crate::agency::load`].
    #[must_use]
    pub fn entry(&self, row: &DirectoryRow) -> Option<Signed<AgencyEntry>> {
        let entry = Unverified::<AgencyEntry>::decode(row.entry.as_slice()).ok()?;
        entry.verify(&self.platform.id, &self.admins).ok()
    }
}
