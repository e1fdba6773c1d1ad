//! One agency, proved from the platform root down to its profile.

use std::rc::Rc;

use crypto::identity::Identity;
use crypto::trust::merkle;
use crypto::trust::{
    AdminList, AgencyEntry, AgencyState, AssociationEntry, Freshness, Head, Manifest,
};
use crypto::{Digest, Signed, Unverified, VerifyError};
use domain::Blob;
use domain::agency::{AgencyChain, Legal, Roles};
use domain::enquiry::Answers;
use domain::id::{AccountId, AgencyId};
use domain::postcode::Postcode;
use domain::profile::Profile;
use domain::time::Day;
use domain::topic::TopicId;

use crate::error::Untrusted;
use crate::form::from_json;
use crate::platform::Platform;
use crate::trust::{Pin, Pins};

/// An agency whose every shown name and used key has been verified.
#[derive(Debug, Clone)]
pub struct Agency {
    pub(crate) entry: Signed<AgencyEntry>,
    pub(crate) association: Signed<AssociationEntry>,
    /// From the oldest that was asked for to the current one; never empty.
    pub(crate) manifests: Vec<Rc<Signed<Manifest>>>,
    pub(crate) current: Rc<Signed<Manifest>>,
    legal: Legal,
    profile: Profile,
    heard: Day,
    head: Day,
    pins: Pins,
    /// What proved it.
    pub(crate) chain: Rc<AgencyChain>,
}

/// How long ago an agency was last heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// At most 30 days.
    Fresh,
    /// At most 90 days: one line before writing says so, with the number of days.
    Quiet(u32),
    /// Longer: not offered for new enquiries.
    Stale(u32),
}

impl Agency {
    /// Which.
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

    /// Its association's name.
    #[must_use]
    pub fn association_name(&self) -> &str {
        &self.association.name
    }

    /// Its association.
    #[must_use]
    pub fn association(&self) -> domain::id::AssociationId {
        self.association.association
    }

    /// Who is responsible, and the consent text in force.
    #[must_use]
    pub fn legal(&self) -> &Legal {
        &self.legal
    }

    /// The agency's rules in force.
    #[must_use]
    pub fn policy(&self) -> crypto::trust::Policy {
        self.current.policy
    }

    /// Which of the agency's manifests is in force, counted from 1.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.current.seq
    }

    /// Its public profile.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Who can read a first enquiry: the names of those with the inbox role.
    pub fn readers(&self) -> impl Iterator<Item = &str> {
        self.current
            .staff_with(Roles::INBOX)
            .map(|staff| staff.name.as_str())
    }

    /// The name of somebody whom the current manifest lists.
    #[must_use]
    pub fn person(&self, account: AccountId) -> Option<&str> {
        self.current
            .staff(&account)
            .map(|staff| staff.name.as_str())
    }

    /// What somebody is here, by the current manifest.
    #[must_use]
    pub fn roles(&self, account: AccountId) -> Roles {
        self.current
            .staff(&account)
            .map_or(Roles::default(), |staff| staff.roles)
    }

    /// How long ago it was last heard of.
    #[must_use]
    pub fn age(&self, today: Day) -> Age {
        match today.since(self.heard) {
            0..=30 => Age::Fresh,
            days @ 31..=90 => Age::Quiet(days),
            days => Age::Stale(days),
        }
    }

    /// Checks that the *signed* profile takes an enquiry about `topic`: a directory's hints only
    /// propose. `link` says that the person came by the agency's own link.
    ///
    /// Whoever comes by the agency's own link is taken from anywhere, and whatever was answered.
    ///
    /// # Errors
    /// [`Untrusted::Hint`] if the profile does not say so, [`Untrusted::Stale`] if the agency has
    /// not been heard of for more than 90 days.
    pub fn takes(
        &self,
        topic: TopicId,
        postcode: Option<Postcode>,
        answers: &Answers,
        link: bool,
        today: Day,
    ) -> Result<(), Untrusted> {
        if matches!(self.age(today), Age::Stale(_)) {
            return Err(Untrusted::Stale);
        }
        let open = self.entry.state == AgencyState::Open && !self.profile.offline;
        let offer = self.profile.offer(topic);
        if open
            && offer.is_some_and(|offer| link || offer.serves(postcode) && offer.admits(answers))
        {
            Ok(())
        } else {
            Err(Untrusted::Hint)
        }
    }

    /// Number, digest and day of the directory's head under which it was verified.
    pub(crate) fn head(&self) -> (u64, Digest, Day) {
        let pin = self.pins.head.unwrap_or(Pin::new(0, Digest::ZERO));
        (pin.seq, pin.digest(), self.head)
    }

    /// The day on which it was last heard of.
    #[must_use]
    pub const fn heard(&self) -> Day {
        self.heard
    }

    /// What to remember of it.
    #[must_use]
    pub fn pins(&self) -> &Pins {
        &self.pins
    }
}

/// Verifies everything that proves `agency`.
///
/// # Errors
/// The first link that does not hold.
pub fn verify_agency(
    platform: &Platform,
    chain: &AgencyChain,
    agency: AgencyId,
    pins: &Pins,
    today: Day,
) -> Result<Agency, Untrusted> {
    let admins = verify_admins(platform, &chain.admins, pins.admins.as_ref())?;
    let head = verify_heads(platform, &admins, &chain.heads, pins.head.as_ref())?;
    let entry = Unverified::<AgencyEntry>::decode(chain.entry.as_slice())
        .map_err(|_| Untrusted::Agency)?
        .verify(&platform.id, &admins)
        .map_err(|_| Untrusted::Agency)?;
    merkle::verify_agency(&head, &entry, &chain.entry_proof).map_err(|_| Untrusted::Agency)?;
    let association = Unverified::<AssociationEntry>::decode(chain.association.as_slice())
        .map_err(|_| Untrusted::Association)?
        .verify(&platform.id, &admins)
        .map_err(|_| Untrusted::Association)?;
    merkle::verify_association(&head, &association, &chain.association_proof)
        .map_err(|_| Untrusted::Association)?;
    if entry.agency != agency {
        return Err(Untrusted::Agency);
    }
    if entry.association != association.association
        || Digest::of(chain.legal.as_slice()) != association.legal_hash
    {
        return Err(Untrusted::Association);
    }
    let legal = from_json(chain.legal.as_slice()).map_err(|_| Untrusted::Association)?;
    let manifests = verify_manifests(platform, &entry, &chain.manifests, pins)?;
    let current = Rc::clone(manifests.last().ok_or(Untrusted::Manifest)?);
    if Digest::of(chain.profile.as_slice()) != current.profile_hash {
        return Err(Untrusted::Profile);
    }
    let profile: Profile = from_json(chain.profile.as_slice()).map_err(|_| Untrusted::Profile)?;
    profile.check().map_err(|_| Untrusted::Profile)?;
    let heard = verify_freshness(platform, chain, &current)?.max(current.day);
    // Two days of tolerance for clocks and time zones.
    if heard.max(head.day) > Day(today.0.saturating_add(2)) {
        return Err(Untrusted::Clock);
    }
    let seen = Pins {
        admins: Some(Pin::new(admins.seq, admins.digest())),
        head: Some(Pin::new(head.seq, head.digest())),
        manifests: [(agency, Pin::new(current.seq, current.digest()))].into(),
    };
    Ok(Agency {
        entry,
        association,
        manifests,
        current,
        legal,
        profile,
        heard,
        head: head.day,
        pins: seen,
        chain: Rc::new(chain.clone()),
    })
}

/// Verifies admin lists from the first to the newest; gives the newest.
pub(crate) fn verify_admins(
    platform: &Platform,
    lists: &[Blob],
    pin: Option<&Pin>,
) -> Result<Signed<AdminList>, Untrusted> {
    let mut newest: Option<Signed<AdminList>> = None;
    for bytes in lists {
        let list = Unverified::<AdminList>::decode(bytes.as_slice())
            .map_err(|_| Untrusted::Admins)?
            .verify(&platform.id, &platform.root)
            .map_err(|_| Untrusted::Admins)?;
        let follows = match &newest {
            None => list.prev_hash.is_zero(),
            Some(before) => {
                list.seq == before.seq.wrapping_add(1) && list.prev_hash == before.digest()
            }
        };
        if !follows {
            return Err(Untrusted::Admins);
        }
        if pin.is_some_and(|pin| pin.seq == list.seq && pin.digest() != list.digest()) {
            return Err(Untrusted::Fork);
        }
        newest = Some(list);
    }
    let newest = newest.ok_or(Untrusted::Admins)?;
    Pin::check(pin, &Pin::new(newest.seq, newest.digest()))?;
    Ok(newest)
}

/// Verifies heads, link by link.
pub(crate) fn verify_heads(
    platform: &Platform,
    admins: &Signed<AdminList>,
    heads: &[Blob],
    pin: Option<&Pin>,
) -> Result<Signed<Head>, Untrusted> {
    let mut places = Vec::with_capacity(heads.len());
    let mut newest: Option<Signed<Head>> = None;
    for bytes in heads {
        let head = Unverified::<Head>::decode(bytes.as_slice())
            .map_err(|_| Untrusted::Head)?
            .verify(&platform.id, admins)
            .map_err(|_| Untrusted::Head)?;
        let follows = newest.as_ref().is_none_or(|before| {
            head.seq == before.seq.wrapping_add(1) && head.prev_hash == before.digest()
        });
        if !follows {
            return Err(Untrusted::Head);
        }
        places.push((head.seq, head.digest()));
        newest = Some(head);
    }
    check_pin(pin, &places, Untrusted::Head)?;
    newest.ok_or(Untrusted::Head)
}

/// Verifies manifests, link by link. A new root must be the one whose hash the manifest before
/// named; the last must be signed by the root in the agency's entry.
fn verify_manifests(
    platform: &Platform,
    entry: &Signed<AgencyEntry>,
    manifests: &[Blob],
    pins: &Pins,
) -> Result<Vec<Rc<Signed<Manifest>>>, Untrusted> {
    let pin = pins.manifests.get(&entry.agency);
    let mut chain: Vec<Rc<Signed<Manifest>>> = Vec::with_capacity(manifests.len());
    for bytes in manifests {
        let manifest = verify_manifest(platform, entry.agency, bytes)?;
        let follows = chain.last().is_none_or(|before| {
            let announced = Digest::of(manifest.root_key.as_bytes()) == before.next_root_hash;
            manifest.seq == before.seq.wrapping_add(1)
                && manifest.prev_hash == before.digest()
                && (manifest.root_key == before.root_key || announced)
        });
        if !follows {
            return Err(Untrusted::Manifest);
        }
        chain.push(Rc::new(manifest));
    }
    let places: Vec<_> = chain.iter().map(|one| (one.seq, one.digest())).collect();
    check_pin(pin, &places, Untrusted::Manifest)?;
    match chain.last() {
        Some(last) if last.root_key == entry.root_key => Ok(chain),
        Some(_) if pin.is_some() => Err(Untrusted::RootChanged),
        _ => Err(Untrusted::Manifest),
    }
}

/// A manifest of this agency, signed by the root that it names. Whether that root counts is the
/// chain's to say.
pub(crate) fn verify_manifest(
    platform: &Platform,
    agency: AgencyId,
    bytes: &Blob,
) -> Result<Signed<Manifest>, Untrusted> {
    let manifest =
        Unverified::<Manifest>::decode(bytes.as_slice()).map_err(|_| Untrusted::Manifest)?;
    let root = manifest.claimed_root();
    manifest
        .verify(&platform.id, &agency, &root)
        .map_err(|_| Untrusted::Manifest)
}

/// The pin must lie on the chain: it begins at or before the pin's place, holds the same thing
/// there, and does not end before it.
fn check_pin(
    pin: Option<&Pin>,
    chain: &[(u64, Digest)],
    otherwise: Untrusted,
) -> Result<(), Untrusted> {
    let Some(pin) = pin else { return Ok(()) };
    if chain.last().is_none_or(|(seq, _)| *seq < pin.seq) {
        return Err(Untrusted::Rollback);
    }
    match chain.iter().find(|(seq, _)| *seq == pin.seq) {
        Some((_, digest)) if *digest == pin.digest() => Ok(()),
        Some(_) => Err(Untrusted::Fork),
        None => Err(otherwise),
    }
}

/// The day of the freshness statement; day 0 without one.
fn verify_freshness(
    platform: &Platform,
    chain: &AgencyChain,
    current: &Signed<Manifest>,
) -> Result<Day, Untrusted> {
    let (Some(statement), Some(author)) = (&chain.freshness, &chain.freshness_by) else {
        return Ok(Day(0));
    };
    let author = Unverified::<Identity>::decode(author.as_slice())
        .map_err(|_| Untrusted::Freshness)?
        .verify(&platform.id)
        .map_err(|_| Untrusted::Freshness)?;
    let statement =
        Unverified::<Freshness>::decode(statement.as_slice()).map_err(|_| Untrusted::Freshness)?;
    match statement.verify(&platform.id, current, &author) {
        Ok(statement) => Ok(statement.day),
        // Said of an earlier manifest: no lie, and no news.
        Err(VerifyError::Mismatch) => Ok(Day(0)),
        Err(_) => Err(Untrusted::Freshness),
    }
}
