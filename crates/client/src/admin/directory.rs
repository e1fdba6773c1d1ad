//! Associations, agencies and the directory's head, signed by a platform admin.

use crypto::trust::{
    AdminList, AgencyEntry, AgencyState, AssociationAdmin, AssociationEntry, Directory, Head,
};
use crypto::{Digest, Signed, Unverified};
use domain::admin::{DirectoryState, LoadDirectory, PublishDirectory, SignedAssociation};
use domain::agency::Legal;
use domain::id::{AccountId, AgencyId, AssociationId};
use domain::{Blob, Refusal};

use crate::admin::{AgencyRoot, CodeWords, compared};
use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::trust::{Pin, Pins, verify_admins};
use crate::world::World;

/// An association to be entered, or to be changed.
#[derive(Debug, Clone)]
pub struct NewAssociation {
    /// Which.
    pub association: AssociationId,
    /// Its name, ≤ 80 bytes.
    pub name: String,
    /// Responsible body and consent text.
    pub legal: Legal,
    /// Its admins: account, code as read out, name (≤ 48 bytes).
    pub admins: Vec<(AccountId, CodeWords, String)>,
}

/// An agency to be entered, or to be changed.
#[derive(Debug)]
pub struct NewAgency<'a> {
    /// Its association.
    pub association: AssociationId,
    /// Its root; names the agency.
    pub root: &'a AgencyRoot,
    /// Its place, ≤ 40 bytes.
    pub place: String,
    /// Its name, ≤ 80 bytes.
    pub name: String,
}

/// The directory as it stands, verified.
struct Standing {
    admins: Signed<AdminList>,
    head: Option<Signed<Head>>,
    associations: Vec<Signed<AssociationEntry>>,
    agencies: Vec<Signed<AgencyEntry>>,
}

/// Signs entries and the head that contains them with all others, and publishes them together.
///
/// # Errors
/// [`Refusal::NotAllowed`] if the admin list does not name this identity; [`Error::Untrusted`] if
/// what stands there does not verify or a code does not fit; or as [`call`].
pub async fn publish_directory<W: World>(
    session: &Session<W>,
    associations: &[NewAssociation],
    agencies: &[NewAgency<'_>],
) -> Result<(), Error> {
    let client = session.client();
    let platform = &client.platform().id;
    let state = call(client.transport(), LoadDirectory {}).await?;
    let standing = Standing::verify(session, &state)?;
    let serial = standing.own_serial(session)?;
    let mut tree = standing.tree();
    let mut signed_associations = Vec::with_capacity(associations.len());
    for new in associations {
        let legal = serde_json::to_vec(&new.legal).map_err(|_| Error::Damaged)?;
        let entry = AssociationEntry {
            association: new.association,
            seq: standing.next_association(new.association),
            admin_serial: serial,
            name: new.name.clone(),
            legal_hash: Digest::of(&legal),
            admins: admins(session, new).await?,
        };
        let entry = session.with_keys(|keys| Signed::sign(entry, platform, &keys.sig))?;
        tree.put_association(&entry);
        signed_associations.push(SignedAssociation {
            entry: Blob::from(entry.as_bytes()),
            legal: Blob(legal),
        });
    }
    let mut signed_agencies = Vec::with_capacity(agencies.len());
    for new in agencies {
        let entry = AgencyEntry {
            agency: new.root.agency(),
            seq: standing.next_agency(new.root.agency()),
            admin_serial: serial,
            association: new.association,
            root_key: new.root.verifying_key(),
            state: AgencyState::Open,
            place: new.place.clone(),
            name: new.name.clone(),
        };
        let entry = session.with_keys(|keys| Signed::sign(entry, platform, &keys.sig))?;
        tree.put_agency(&entry);
        signed_agencies.push(Blob::from(entry.as_bytes()));
    }
    let head = standing.next_head(&tree, client.world().now().day(), serial)?;
    let head = session.with_keys(|keys| Signed::sign(head, platform, &keys.sig))?;
    let request = PublishDirectory {
        associations: signed_associations,
        agencies: signed_agencies,
        head: Blob::from(head.as_bytes()),
    };
    call(client.transport(), request).await?;
    session.pin(&Pins {
        admins: Some(Pin::new(standing.admins.seq, standing.admins.digest())),
        head: Some(Pin::new(head.seq, head.digest())),
        ..Pins::default()
    })?;
    crate::vault::save(session).await
}

async fn admins<W: World>(
    session: &Session<W>,
    new: &NewAssociation,
) -> Result<Vec<AssociationAdmin>, Error> {
    let mut admins = Vec::with_capacity(new.admins.len());
    for (account, code, name) in &new.admins {
        let identity = compared(session, *account, *code).await?;
        admins.push(AssociationAdmin {
            account: *account,
            identity_hash: identity.digest(),
            name: name.clone(),
        });
    }
    admins.sort_by_key(|admin| admin.account);
    Ok(admins)
}

impl Standing {
    fn verify<W: World>(session: &Session<W>, state: &DirectoryState) -> Result<Self, Error> {
        let platform = session.client().platform();
        let pins = session.pins();
        let admins = verify_admins(platform, &state.admins, pins.admins.as_ref())?;
        let id = &platform.id;
        let head = match &state.head {
            None if pins.head.is_some() => return Err(Error::Untrusted(Untrusted::Rollback)),
            None => None,
            Some(bytes) => Some(
                Unverified::<Head>::decode(bytes.as_slice())
                    .map_err(|_| Untrusted::Head)?
                    .verify(id, &admins)
                    .map_err(|_| Untrusted::Head)?,
            ),
        };
        if let Some(head) = &head {
            Pin::check(pins.head.as_ref(), &Pin::new(head.seq, head.digest()))?;
        }
        let mut standing = Self {
            admins,
            head,
            associations: Vec::with_capacity(state.associations.len()),
            agencies: Vec::with_capacity(state.agencies.len()),
        };
        for bytes in &state.associations {
            let entry = Unverified::<AssociationEntry>::decode(bytes.as_slice())
                .map_err(|_| Untrusted::Association)?
                .verify(id, &standing.admins)
                .map_err(|_| Untrusted::Association)?;
            standing.associations.push(entry);
        }
        for bytes in &state.agencies {
            let entry = Unverified::<AgencyEntry>::decode(bytes.as_slice())
                .map_err(|_| Untrusted::Agency)?
                .verify(id, &standing.admins)
                .map_err(|_| Untrusted::Agency)?;
            standing.agencies.push(entry);
        }
        standing.check_head()?;
        Ok(standing)
    }

    /// What is signed next covers exactly what was signed last: nothing slipped in or out.
    fn check_head(&self) -> Result<(), Untrusted> {
        let tree = self.tree();
        let fits = match &self.head {
            None => tree.count() == 0,
            Some(head) => {
                tree.root() == head.merkle_root && u32::try_from(tree.count()) == Ok(head.count)
            }
        };
        if fits { Ok(()) } else { Err(Untrusted::Head) }
    }

    fn own_serial<W: World>(&self, session: &Session<W>) -> Result<u32, Error> {
        let next = self
            .head
            .as_ref()
            .map_or(1, |head| head.seq.saturating_add(1));
        let me = session.identity();
        self.admins
            .admins
            .iter()
            .find(|admin| {
                admin.account == session.account()
                    && admin.identity_hash == me.digest()
                    && admin.sig_key == me.sig_key
                    && admin.may_sign(next)
            })
            .map(|admin| admin.serial)
            .ok_or(Error::Refused(Refusal::NotAllowed))
    }

    fn tree(&self) -> Directory {
        let mut tree = Directory::default();
        for entry in &self.associations {
            tree.put_association(entry);
        }
        for entry in &self.agencies {
            tree.put_agency(entry);
        }
        tree
    }

    fn next_association(&self, association: AssociationId) -> u32 {
        let before = self.associations.iter();
        let before = before.filter(|entry| entry.association == association);
        before
            .map(|entry| entry.seq)
            .max()
            .unwrap_or(0)
            .saturating_add(1)
    }

    fn next_agency(&self, agency: AgencyId) -> u32 {
        let before = self.agencies.iter().filter(|entry| entry.agency == agency);
        before
            .map(|entry| entry.seq)
            .max()
            .unwrap_or(0)
            .saturating_add(1)
    }

    fn next_head(
        &self,
        tree: &Directory,
        day: domain::time::Day,
        admin_serial: u32,
    ) -> Result<Head, Error> {
        Ok(Head {
            seq: self
                .head
                .as_ref()
                .map_or(1, |head| head.seq.saturating_add(1)),
            prev_hash: self.head.as_ref().map_or(Digest::ZERO, Signed::digest),
            merkle_root: tree.root(),
            count: u32::try_from(tree.count()).map_err(|_| Error::Damaged)?,
            day,
            admin_serial,
        })
    }
}
