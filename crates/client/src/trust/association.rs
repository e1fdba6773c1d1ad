//! An association, proved from the platform root down to its admins. Staff only.

use crypto::identity::Identity;
use crypto::trust::{AssociationEntry, merkle};
use crypto::{Digest, Signed, Unverified};
use domain::admin::{AssociationChain, LoadAssociation};
use domain::agency::Legal;
use domain::id::{AccountId, AssociationId};

use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::form::from_json;
use crate::platform::Platform;
use crate::session::Session;
use crate::trust::chain::{verify_admins, verify_heads};
use crate::trust::{Pin, Pins};
use crate::world::World;

/// An association whose name, texts and admins have been verified.
#[derive(Debug, Clone)]
pub struct Association {
    pub(crate) entry: Signed<AssociationEntry>,
    legal: Legal,
    /// The admins' records, as far as they are those that the entry names.
    identities: Vec<Signed<Identity>>,
    pins: Pins,
}

impl Association {
    /// Which.
    #[must_use]
    pub fn id(&self) -> AssociationId {
        self.entry.association
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Who is responsible, and the consent text in force.
    #[must_use]
    pub fn legal(&self) -> &Legal {
        &self.legal
    }

    /// Its admins: who, and the verified name.
    pub fn admins(&self) -> impl Iterator<Item = (AccountId, &str)> {
        let admins = self.entry.admins.iter();
        admins.map(|admin| (admin.account, admin.name.as_str()))
    }

    /// The records of some of its admins; those are left out whose keys are other than named.
    #[must_use]
    pub fn records(&self, of: &[AccountId]) -> Vec<Signed<Identity>> {
        let identities = self.identities.iter();
        let asked = identities.filter(|identity| of.contains(&identity.account));
        asked.cloned().collect()
    }

    /// All of its admins' identities that can be used.
    pub(crate) fn identities(&self) -> &[Signed<Identity>] {
        &self.identities
    }
}

/// Loads and verifies an association.
pub(crate) async fn load_association<W: World>(
    session: &Session<W>,
    association: AssociationId,
) -> Result<Association, Error> {
    let client = session.client();
    let pins = session.pins();
    let request = LoadAssociation {
        association,
        head_after: pins.head.map(|pin| pin.seq.saturating_sub(1)),
    };
    let chain = call(client.transport(), request).await?;
    let found = verify(client.platform(), association, &chain, &pins)?;
    session.pin(&found.pins)?;
    Ok(found)
}

fn verify(
    platform: &Platform,
    association: AssociationId,
    chain: &AssociationChain,
    pins: &Pins,
) -> Result<Association, Untrusted> {
    let admins = verify_admins(platform, &chain.admins, pins.admins.as_ref())?;
    let head = verify_heads(platform, &admins, &chain.heads, pins.head.as_ref())?;
    let entry = Unverified::<AssociationEntry>::decode(chain.entry.as_slice())
        .map_err(|_| Untrusted::Association)?
        .verify(&platform.id, &admins)
        .map_err(|_| Untrusted::Association)?;
    merkle::verify_association(&head, &entry, &chain.proof).map_err(|_| Untrusted::Association)?;
    if entry.association != association || Digest::of(chain.legal.as_slice()) != entry.legal_hash {
        return Err(Untrusted::Association);
    }
    let legal = from_json(chain.legal.as_slice()).map_err(|_| Untrusted::Association)?;
    let mut identities = Vec::with_capacity(chain.identities.len());
    for record in &chain.identities {
        let identity = Unverified::<Identity>::decode(record.as_slice())
            .map_err(|_| Untrusted::Identity)?
            .verify(&platform.id)
            .map_err(|_| Untrusted::Identity)?;
        let named = entry.admins.iter().any(|admin| {
            admin.account == identity.account && admin.identity_hash == identity.digest()
        });
        // One whose keys are new since: no key of that person is used until the entry names it.
        if named {
            identities.push(identity);
        }
    }
    let seen = Pins {
        admins: Some(Pin::new(admins.seq, admins.digest())),
        head: Some(Pin::new(head.seq, head.digest())),
        ..Pins::default()
    };
    Ok(Association {
        entry,
        legal,
        identities,
        pins: seen,
    })
}
