//! An agency's root and its manifests: who works there, and which key the inbox has.

use crypto::account::NextRootSecret;
use crypto::identity::Identity;
use crypto::random::{CryptoRng, make_bytes};
use crypto::trust::{Manifest, Policy, Staff};
use crypto::wrap::{InboxWrap, KemSeed, RootWrap};
use crypto::{Digest, Signed, SigningKey, VerifyingKey};
use domain::admin::PublishManifest;
use domain::agency::Roles;
use domain::id::{AccountId, AgencyId, AssociationId};
use domain::profile::Profile;
use domain::{Blob, Refusal};

use crate::admin::{CodeWords, compared};
use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::trust::{Agency, Pin, Pins, load_association};
use crate::world::World;

/// An agency's root, in the hands of who founds it. Its seed leaves this value only wrapped for
/// the holders.
#[derive(Debug)]
pub struct AgencyRoot {
    agency: AgencyId,
    key: SigningKey,
    /// Counts the agency's roots, from 0.
    number: u32,
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
    /// With the first manifest: the association whose admins are given the root, too.
    pub association: Option<AssociationId>,
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
            number: 0,
            next_root_hash: Digest::of(next.verifying_key().as_bytes()),
        })
    }

    /// The root that signed the current manifest, in the hands of one of its holders.
    pub(super) fn held(agency: &Agency, key: SigningKey, number: u32) -> Self {
        Self {
            agency: agency.id(),
            key,
            number,
            next_root_hash: agency.current.next_root_hash,
        }
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
    let mut people = compare_all(session, new).await?;
    let staff = list(new, &people, before)?;
    let mut holders = Vec::new();
    if before.is_none() {
        holders = new.holders();
        if let Some(association) = new.association {
            let association = load_association(session, association).await?;
            for admin in association.identities() {
                if !holders.contains(&admin.account) {
                    holders.push(admin.account);
                    people.push(admin.clone());
                }
            }
        }
    }
    let next = Next {
        root,
        before,
        profile: &new.profile,
        policy: new.policy,
        staff,
        people: &people,
        holders,
    };
    next.publish(session).await
}

impl NewManifest {
    fn holders(&self) -> Vec<AccountId> {
        let holders = self.staff.iter();
        let holders = holders.filter(|listing| listing.roles.has_any(HOLDERS));
        holders.map(|listing| listing.account).collect()
    }
}

/// Roles that hold the root.
pub(super) const HOLDERS: Roles = Roles::AGENCY_ADMIN.and(Roles::ASSOCIATION_ADMIN);

/// A manifest about to be signed.
pub(super) struct Next<'a> {
    pub(super) root: &'a AgencyRoot,
    pub(super) before: Option<&'a Agency>,
    pub(super) profile: &'a Profile,
    pub(super) policy: Policy,
    /// By serial.
    pub(super) staff: Vec<Staff>,
    /// The identities of those for whom something is wrapped: who reads the inbox if its key is
    /// new, and `holders`.
    pub(super) people: &'a [Signed<Identity>],
    /// Who is given the root with this manifest.
    pub(super) holders: Vec<AccountId>,
}

impl Next<'_> {
    /// Signs it.
    pub(super) fn sign<W: World>(
        &self,
        session: &Session<W>,
    ) -> Result<(Signed<Manifest>, PublishManifest), Error> {
        let (root, before) = (self.root, self.before);
        let client = session.client();
        let platform = &client.platform().id;
        let rng = &mut client.world().random();
        let profile = serde_json::to_vec(self.profile).map_err(|_| Error::Damaged)?;
        let inbox = Inbox::next(rng, before, &self.staff)?;
        let manifest = Manifest {
            agency: root.agency,
            seq: before.map_or(1, |before| before.current.seq.saturating_add(1)),
            prev_hash: before.map_or(Digest::ZERO, |before| before.current.digest()),
            root_key: root.verifying_key(),
            next_root_hash: root.next_root_hash,
            inbox_epoch: inbox.epoch,
            inbox_key: inbox.key.clone(),
            policy: self.policy,
            profile_hash: Digest::of(&profile),
            day: client.world().now().day(),
            staff: self.staff.clone(),
        };
        let manifest = Signed::sign(manifest, platform, &root.key)?;
        let mut request = PublishManifest {
            manifest: Blob::from(manifest.as_bytes()),
            profile: Blob(profile),
            inbox_wraps: Vec::new(),
            root_wraps: Vec::new(),
        };
        if let Some(seed) = &inbox.seed {
            for staff in manifest.staff_with(Roles::INBOX) {
                let kem = &self.person(staff.account)?.kem_key;
                let wrap = InboxWrap::seal(rng, platform, &root.agency, inbox.epoch, seed, kem)?;
                request.inbox_wraps.push(Blob::from(wrap.as_bytes()));
            }
        }
        for holder in &self.holders {
            let kem = &self.person(*holder)?.kem_key;
            let (agency, number) = (&root.agency, root.number);
            let wrap = RootWrap::seal(rng, platform, agency, number, &root.key, kem)?;
            request.root_wraps.push(Blob::from(wrap.as_bytes()));
        }
        Ok((manifest, request))
    }

    fn person(&self, account: AccountId) -> Result<&Signed<Identity>, Untrusted> {
        let found = self.people.iter().find(|person| person.account == account);
        found.ok_or(Untrusted::Identity)
    }

    /// Signs and publishes it.
    pub(super) async fn publish<W: World>(self, session: &Session<W>) -> Result<(), Error> {
        let (manifest, request) = self.sign(session)?;
        call(session.client().transport(), request).await?;
        // A server that says so and goes on with the one before is noticed.
        let pin = Pin::new(manifest.seq, manifest.digest());
        session.pin(&Pins {
            manifests: [(self.root.agency, pin)].into(),
            ..Pins::default()
        })?;
        crate::vault::save(session).await
    }
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
pub(super) fn highest_serial<'a>(chain: impl Iterator<Item = &'a Manifest>) -> u32 {
    let listed = chain.flat_map(|manifest| &manifest.staff);
    listed.map(|staff| staff.serial).max().unwrap_or(0)
}

/// Who reads an inbox: whoever joins or leaves makes a new key necessary.
pub(super) fn readers(staff: &[Staff]) -> Vec<(u32, Digest)> {
    let readers = staff.iter().filter(|staff| staff.roles.has(Roles::INBOX));
    readers
        .map(|staff| (staff.serial, staff.identity_hash))
        .collect()
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
