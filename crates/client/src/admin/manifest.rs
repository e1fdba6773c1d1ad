//! An agency's root and its manifests: who works there, and which key the inbox has.

use crypto::account::NextRootSecret;
use crypto::identity::Identity;
use crypto::random::{CryptoRng, make_bytes};
use crypto::trust::{Manifest, Policy, Staff};
use crypto::wrap::{InboxWrap, KemSeed, RootWrap};
use crypto::{Digest, Signed, SigningKey, VerifyingKey};
use domain::admin::PublishManifest;
use domain::agency::Roles;
use domain::id::{AccountId, AgencyId};
use domain::profile::Profile;
use domain::{Blob, Refusal};

use crate::admin::{CodeWords, compared};
use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::trust::{Agency, Pin, Pins};
use crate::world::World;

/// An agency's root, in the hands of who founds it. Its seed leaves this value only wrapped for
/// the holders.
#[derive(Debug)]
pub struct AgencyRoot {
    agency: AgencyId,
    key: SigningKey,
    next_root_hash: Digest,
}

/// Somebody to be listed.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Who.
    pub account: AccountId,
    /// The person's code, as read out.
    pub code: CodeWords,
    /// What the person is here.
    pub roles: Roles,
    /// The name to show, ≤ 48 bytes.
    pub name: String,
}

/// What a manifest is to say.
#[derive(Debug, Clone)]
pub struct NewManifest {
    /// The public profile.
    pub profile: Profile,
    /// The agency's rules.
    pub policy: Policy,
    /// Everybody who works there.
    pub staff: Vec<Listing>,
}

impl AgencyRoot {
    /// A root for a new agency. Its successor comes from the association's paper secret.
    ///
    /// # Errors
    /// None with today's library.
    pub fn make(rng: &mut impl CryptoRng, paper: &NextRootSecret) -> Result<Self, Error> {
        let agency = AgencyId::from_bytes(make_bytes(rng));
        let next = paper.derive_root(&agency, 1)?;
        Ok(Self {
            agency,
            key: SigningKey::make(rng),
            next_root_hash: Digest::of(next.verifying_key().as_bytes()),
        })
    }

    /// Which agency.
    #[must_use]
    pub const fn agency(&self) -> AgencyId {
        self.agency
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }
}

/// Signs and publishes an agency's next manifest. A new inbox key is made whenever somebody joins
/// or leaves the inbox; its seed is wrapped for those who are listed with the inbox role, the
/// root's for those who administer, and neither is kept here.
///
/// # Errors
/// [`Error::Untrusted`] if a code does not fit or the manifest before does not verify; or as
/// [`call`].
pub async fn publish_manifest<W: World>(
    session: &Session<W>,
    root: &AgencyRoot,
    new: &NewManifest,
) -> Result<(), Error> {
    // The whole chain: it tells which serials were ever given.
    let before = match session.book().renew_from(session, root.agency, 1).await {
        Ok(before) => Some(before),
        // Never seen by this account: otherwise a second beginning, signed by the agency's own
        // root, would be a fork.
        Err(Error::Refused(Refusal::NotFound)) => None,
        Err(error) => return Err(error),
    };
    let before = before.as_deref();
    let people = compare_all(session, new).await?;
    let staff = list(new, &people, before)?;
    let client = session.client();
    let platform = &client.platform().id;
    let rng = &mut client.world().random();
    let profile = serde_json::to_vec(&new.profile).map_err(|_| Error::Damaged)?;
    let inbox = Inbox::next(rng, before, &staff)?;
    let manifest = Manifest {
        agency: root.agency,
        seq: before.map_or(1, |before| before.current.seq.saturating_add(1)),
        prev_hash: before.map_or(Digest::ZERO, |before| before.current.digest()),
        root_key: root.verifying_key(),
        next_root_hash: root.next_root_hash,
        inbox_epoch: inbox.epoch,
        inbox_key: inbox.key.clone(),
        policy: new.policy,
        profile_hash: Digest::of(&profile),
        day: client.world().now().day(),
        staff,
    };
    let manifest = Signed::sign(manifest, platform, &root.key)?;
    let mut request = PublishManifest {
        manifest: Blob::from(manifest.as_bytes()),
        profile: Blob(profile),
        inbox_wraps: Vec::new(),
        root_wraps: Vec::new(),
    };
    let holders = Roles::AGENCY_ADMIN.and(Roles::ASSOCIATION_ADMIN);
    for (listing, identity) in new.staff.iter().zip(&people) {
        if let Some(seed) = inbox
            .seed
            .as_ref()
            .filter(|_| listing.roles.has(Roles::INBOX))
        {
            let kem = &identity.kem_key;
            let wrap = InboxWrap::seal(rng, platform, &root.agency, inbox.epoch, seed, kem)?;
            request.inbox_wraps.push(Blob::from(wrap.as_bytes()));
        }
        if before.is_none() && listing.roles.has_any(holders) {
            let kem = &identity.kem_key;
            let wrap = RootWrap::seal(rng, platform, &root.agency, 0, &root.key, kem)?;
            request.root_wraps.push(Blob::from(wrap.as_bytes()));
        }
    }
    call(client.transport(), request).await?;
    // A server that says so and goes on with the one before is noticed.
    let pin = Pin::new(manifest.seq, manifest.digest());
    session.pin(&Pins {
        manifests: [(root.agency, pin)].into(),
        ..Pins::default()
    })?;
    crate::vault::save(session).await
}

async fn compare_all<W: World>(
    session: &Session<W>,
    new: &NewManifest,
) -> Result<Vec<Signed<Identity>>, Error> {
    let mut people = Vec::with_capacity(new.staff.len());
    for listing in &new.staff {
        people.push(compared(session, listing.account, listing.code).await?);
    }
    Ok(people)
}

/// Who stays keeps the serial; who is new gets one that nobody ever had; the list is by serial.
fn list(
    new: &NewManifest,
    people: &[Signed<Identity>],
    before: Option<&Agency>,
) -> Result<Vec<Staff>, Error> {
    let listed = before.map_or(&[][..], |before| &before.current.staff);
    let chain = before.map_or(&[][..], |before| &before.manifests);
    let mut serial = highest_serial(chain.iter().map(|manifest| &***manifest));
    let mut staff = Vec::with_capacity(new.staff.len());
    for (listing, identity) in new.staff.iter().zip(people) {
        let same =
            |one: &&Staff| one.account == listing.account && one.identity_hash == identity.digest();
        let kept = listed.iter().find(same).map(|staff| staff.serial);
        let own = match kept {
            Some(kept) => kept,
            None => {
                serial = serial.checked_add(1).ok_or(Untrusted::Manifest)?;
                serial
            }
        };
        staff.push(Staff {
            account: listing.account,
            serial: own,
            identity_hash: identity.digest(),
            roles: listing.roles,
            name: listing.name.clone(),
        });
    }
    staff.sort_by_key(|staff| staff.serial);
    Ok(staff)
}

/// The highest serial that was ever given; 0 if none was.
fn highest_serial<'a>(chain: impl Iterator<Item = &'a Manifest>) -> u32 {
    let listed = chain.flat_map(|manifest| &manifest.staff);
    listed.map(|staff| staff.serial).max().unwrap_or(0)
}

/// The inbox's key; the seed only where it is new.
struct Inbox {
    epoch: u32,
    key: crypto::wrap::KemPublicKey,
    seed: Option<KemSeed>,
}

impl Inbox {
    fn next(
        rng: &mut impl CryptoRng,
        before: Option<&Agency>,
        staff: &[Staff],
    ) -> Result<Self, Error> {
        let readers = |staff: &[Staff]| {
            let readers = staff.iter().filter(|staff| staff.roles.has(Roles::INBOX));
            readers
                .map(|staff| (staff.serial, staff.identity_hash))
                .collect::<Vec<_>>()
        };
        if let Some(before) = before
            && readers(&before.current.staff) == readers(staff)
        {
            return Ok(Self {
                epoch: before.current.inbox_epoch,
                key: before.current.inbox_key.clone(),
                seed: None,
            });
        }
        let seed = KemSeed::make(rng);
        Ok(Self {
            epoch: before.map_or(1, |before| before.current.inbox_epoch.saturating_add(1)),
            key: seed.public_key()?,
            seed: Some(seed),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::manifest;

    #[test]
    fn the_serial_of_somebody_who_left_is_not_given_again() {
        let role = Roles::COUNSELLOR;
        let chain = [
            manifest(1, 0, &[(1, 1, role), (2, 7, role)]),
            manifest(2, 0, &[(1, 1, role)]),
        ];
        assert_eq!(highest_serial(chain.iter().map(|one| &**one)), 7);
        assert_eq!(highest_serial([].into_iter()), 0);
    }
}
