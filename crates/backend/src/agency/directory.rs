//! The directory as one verified piece: entries, tree, newest head. Kept in memory, because
//! proofs need the whole tree; made anew when a head was added.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crypto::trust::{AgencyEntry, AgencyState, AssociationEntry, Directory, Head};
use crypto::{Signed, Unverified};
use domain::Refusal;
use domain::fold::fold;
use domain::id::{AgencyId, AssociationId};
use sea_orm::ConnectionTrait;

use crate::check::{admin_list, platform_fault};
use crate::error::Error;
use crate::platform::Trust;
use crate::store::agency;

/// How often to look again while somebody publishes.
const TRIES: u32 = 5;

/// All entries of a head, verified.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) seq: u64,
    pub(crate) head: Vec<u8>,
    pub(crate) tree: Directory,
    pub(crate) associations: HashMap<AssociationId, Association>,
    pub(crate) agencies: HashMap<AgencyId, Signed<AgencyEntry>>,
    /// All agencies by their names, and by their places.
    pub(crate) by_name: Vec<Place>,
    pub(crate) by_place: Vec<Place>,
}

/// An agency's place in an order, and the text in which words are looked for.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) agency: AgencyId,
    pub(crate) text: String,
}

/// An association of a snapshot.
#[derive(Debug)]
pub(crate) struct Association {
    pub(crate) entry: Signed<AssociationEntry>,
    pub(crate) legal: Vec<u8>,
}

/// The newest snapshot.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<Option<Arc<Snapshot>>>);

impl Snapshot {
    /// An agency that takes enquiries, as far as its entry says.
    pub(crate) fn open_agency(&self, id: AgencyId) -> Option<&Signed<AgencyEntry>> {
        let entry = self.agencies.get(&id)?;
        (entry.state == AgencyState::Open).then_some(entry)
    }
}

impl Cache {
    /// The directory of the newest head.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] on a platform without a head.
    pub(crate) async fn newest(
        &self,
        db: &impl ConnectionTrait,
        trust: &Trust,
    ) -> Result<Arc<Snapshot>, Error> {
        for _ in 0..TRIES {
            let (seq, head) = agency::newest_head(db).await?.ok_or(Refusal::NotFound)?;
            if let Some(kept) = self.kept().filter(|kept| kept.seq == seq) {
                return Ok(kept);
            }
            if let Some(made) = read(db, trust, seq, head).await? {
                let made = Arc::new(made);
                *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&made));
                return Ok(made);
            }
        }
        Err(Error::internal(
            "reading the directory",
            "entries and head do not fit together",
        ))
    }

    fn kept(&self) -> Option<Arc<Snapshot>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Reads and verifies everything; `None` if entries and head are of different moments.
async fn read(
    db: &impl ConnectionTrait,
    trust: &Trust,
    seq: u64,
    head: Vec<u8>,
) -> Result<Option<Snapshot>, Error> {
    let admins = admin_list(db, trust).await?.ok_or(Refusal::NotFound)?;
    let platform = &trust.platform_id;
    let signed_head = Unverified::<Head>::decode(&head)
        .map_err(platform_fault)?
        .verify(platform, &admins)
        .map_err(platform_fault)?;
    let mut tree = Directory::default();
    let mut associations = HashMap::new();
    for row in agency::associations(db).await? {
        let entry = Unverified::<AssociationEntry>::decode(&row.entry)
            .map_err(platform_fault)?
            .verify(platform, &admins)
            .map_err(platform_fault)?;
        tree.put_association(&entry);
        let legal = row.legal;
        associations.insert(row.id, Association { entry, legal });
    }
    let mut agencies = HashMap::new();
    for row in agency::agencies(db).await? {
        let entry = Unverified::<AgencyEntry>::decode(&row.entry)
            .map_err(platform_fault)?
            .verify(platform, &admins)
            .map_err(platform_fault)?;
        tree.put_agency(&entry);
        agencies.insert(row.id, entry);
    }
    if tree.root() != signed_head.merkle_root {
        return Ok(None);
    }
    Ok(Some(Snapshot {
        seq,
        head,
        tree,
        associations,
        by_name: order(&agencies, |entry| (&entry.name, &entry.place)),
        by_place: order(&agencies, |entry| (&entry.place, &entry.name)),
        agencies,
    }))
}

fn order(
    agencies: &HashMap<AgencyId, Signed<AgencyEntry>>,
    by: fn(&AgencyEntry) -> (&str, &str),
) -> Vec<Place> {
    let mut places: Vec<_> = agencies
        .iter()
        .map(|(agency, entry)| {
            let (first, second) = by(entry);
            Place {
                agency: *agency,
                text: [&fold(first), "\n", &fold(second)].concat(),
            }
        })
        .collect();
    places.sort_by(|a, b| (&a.text, a.agency).cmp(&(&b.text, b.agency)));
    places
}
