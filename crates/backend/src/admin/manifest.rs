//! An agency's next manifest.

use std::collections::{BTreeMap, BTreeSet};

use crypto::trust::{AgencyEntry, Manifest, Staff};
use crypto::wrap::{InboxWrap, RootWrap};
use crypto::{Digest, Signed, Unverified};
use domain::account::AccountKind;
use domain::admin::PublishManifest;
use domain::agency::Roles;
use domain::conversation::MemberId;
use domain::id::AccountId;
use domain::invitation::Post;
use domain::policy::{Action, Object};
use domain::profile::Profile;
use domain::{Blob, Refusal};
use sea_orm::ConnectionTrait;

use crate::Inner;
use crate::account::end_others;
use crate::actor::{Actor, SessionId};
use crate::agency::is_about;
use crate::check::{agrees, counts, formed, identity, malformed, platform_fault, unbelievable};
use crate::conversation::purge;
use crate::error::Error;
use crate::invitation;
use crate::platform::Trust;
use crate::store::{
    Tx, agency, conversation, epoch, identity as identities, manifest as manifests,
};

pub(super) async fn publish(
    inner: &Inner,
    actor: &Actor,
    request: PublishManifest,
) -> Result<(), Error> {
    let manifest =
        Unverified::<Manifest>::decode(request.manifest.as_slice()).map_err(malformed)?;
    actor.may(
        Action::PublishManifest,
        Object::Agency(manifest.claimed_agency()),
    )?;
    let trust = inner.trust;
    let by = actor.session()?;
    inner
        .store
        .write(move |tx| Box::pin(async move { store(tx, &trust, by, manifest, request).await }))
        .await?;
    purge(inner).await
}

async fn store(
    tx: &Tx,
    trust: &Trust,
    by: SessionId,
    manifest: Unverified<Manifest>,
    request: PublishManifest,
) -> Result<(), Error> {
    let db = tx.db();
    let id = manifest.claimed_agency();
    let found = agency::find_locked(db, id)
        .await?
        .ok_or(Refusal::NotFound)?;
    // The entry was verified before it was stored, and its root decides.
    let root = entry_root(&found.entry)?;
    let manifest = manifest
        .verify(&trust.platform_id, &id, &root)
        .map_err(unbelievable)?;
    let before = current(db, trust, &found).await?;
    check_place(&manifest, before.as_ref())?;
    agrees(is_about(manifest.day, tx.now().day()))?;
    let profile = check_profile(&manifest, request.profile.as_slice())?;
    let highest = highest_serial(db, trust, before.as_ref()).await?;
    let keys = check_staff(db, trust, &manifest, before.as_ref(), highest).await?;
    let inbox_wraps = check_inbox(&manifest, before.as_ref(), &keys, &request.inbox_wraps)?;
    let holders = holders(db, &manifest).await?;
    let root_wraps = check_root_wraps(db, trust, &manifest, &holders, &request.root_wraps).await?;

    let association = found.association;
    for (to, body) in inbox_wraps {
        manifests::insert_inbox_wrap(db, id, association, manifest.inbox_epoch, to, body).await?;
    }
    let members: Vec<_> = inbox_members(&manifest)
        .map(|(account, _)| account)
        .collect();
    manifests::keep_inbox_wraps(db, id, &members).await?;
    manifests::keep_root_wraps(db, id, &holders).await?;
    for (to, key_no, body) in root_wraps {
        manifests::insert_root_wrap(db, id, association, key_no, to, body).await?;
    }
    let gone = before
        .as_ref()
        .map_or(Vec::new(), |before| left(before, &manifest));
    epoch::set_due(db, id, &gone).await?;
    for account in gone {
        if manifest.staff(&account).is_none() {
            let member = MemberId::Account(account);
            conversation::insert_purges(db, id, association, member).await?;
            // Who takes themselves out knows it, and goes on with what else they are.
            end_others(tx, account, Some(by)).await?;
        }
    }
    let new = manifests::NewManifest {
        agency: id,
        association,
        seq: manifest.seq,
        hash: *manifest.digest().as_bytes(),
        body: manifest.as_bytes().to_vec(),
        profile: request.profile.into_vec(),
        topics: profile.topics.iter().map(|offer| offer.topic).collect(),
        staff: manifest
            .staff
            .iter()
            .map(|staff| (staff.account, staff.roles))
            .collect(),
        retention_days: domain::conversation::retention(manifest.policy.retention_days),
    };
    let listed: Vec<_> = new.staff.iter().map(|(account, _)| *account).collect();
    manifests::append_manifest(db, new).await?;
    invitation::take_up(tx, Post::Agency(id), &listed).await
}

/// Who is listed no more as before: their conversations begin another epoch before anybody writes.
fn left(before: &Manifest, now: &Manifest) -> Vec<AccountId> {
    let goes_on = |was: &Staff| {
        now.staff(&was.account)
            .is_some_and(|is| is.identity_hash == was.identity_hash && is.roles.has(was.roles))
    };
    let gone = before.staff.iter().filter(|was| !goes_on(was));
    gone.map(|was| was.account).collect()
}

/// The manifest in force, if there is one.
async fn current(
    db: &impl ConnectionTrait,
    trust: &Trust,
    found: &agency::Agency,
) -> Result<Option<Signed<Manifest>>, Error> {
    let Some(hash) = found.manifest_hash else {
        return Ok(None);
    };
    let stored = manifests::manifest(db, found.id, &hash).await?;
    let (_, stored) = stored.ok_or(Refusal::NotFound)?;
    let stored = Unverified::<Manifest>::decode(&stored).map_err(platform_fault)?;
    let root = stored.claimed_root();
    let stored = stored
        .verify(&trust.platform_id, &found.id, &root)
        .map_err(platform_fault)?;
    Ok(Some(stored))
}

/// It follows the one in force.
fn check_place(new: &Manifest, before: Option<&Signed<Manifest>>) -> Result<(), Error> {
    let (seq, prev_hash) = before.map_or((0, Digest::ZERO), |m| (m.seq, m.digest()));
    if new.seq != seq + 1 {
        return Err(Refusal::VersionOutdated.into());
    }
    agrees(new.prev_hash == prev_hash)
}

fn check_profile(manifest: &Manifest, bytes: &[u8]) -> Result<Profile, Error> {
    agrees(Digest::of(bytes) == manifest.profile_hash)?;
    let profile: Profile = serde_json::from_slice(bytes).map_err(|_| Refusal::Malformed)?;
    profile.check().map_err(|_| Refusal::Malformed)?;
    Ok(profile)
}

/// The highest serial that this agency ever gave; 0 if it gave none. Whoever left keeps his.
async fn highest_serial(
    db: &impl ConnectionTrait,
    trust: &Trust,
    before: Option<&Signed<Manifest>>,
) -> Result<u32, Error> {
    let Some(before) = before else {
        return Ok(0);
    };
    let mut highest = 0;
    for stored in manifests::manifests(db, before.agency, 0, before.seq).await? {
        let stored = Unverified::<Manifest>::decode(&stored).map_err(platform_fault)?;
        let root = stored.claimed_root();
        let stored = stored
            .verify(&trust.platform_id, &before.agency, &root)
            .map_err(platform_fault)?;
        let last = stored.staff.iter().map(|staff| staff.serial).max();
        highest = highest.max(last.unwrap_or(0));
    }
    Ok(highest)
}

/// Everybody listed is staff under the identity that is stored; serials grow. Gives each one's
/// key, by which wraps name their recipients.
async fn check_staff(
    db: &impl ConnectionTrait,
    trust: &Trust,
    manifest: &Manifest,
    before: Option<&Signed<Manifest>>,
    highest: u32,
) -> Result<BTreeMap<AccountId, Digest>, Error> {
    let accounts = manifest.staff.iter().map(|staff| staff.account);
    let stored = identities::present(db, accounts).await?;
    let mut keys = BTreeMap::new();
    for staff in &manifest.staff {
        let (_, _, record) = stored
            .iter()
            .find(|(id, kind, _)| *id == staff.account && *kind == AccountKind::Staff)
            .ok_or(Refusal::SignatureInvalid)?;
        let identity = identity(&trust.platform_id, record)?;
        agrees(identity.digest() == staff.identity_hash)?;
        let listed = before.and_then(|before| before.staff(&staff.account));
        let goes_on = listed.is_some_and(|before| {
            before.serial == staff.serial && before.identity_hash == staff.identity_hash
        });
        agrees(goes_on || staff.serial > highest)?;
        keys.insert(staff.account, identity.kem_key.digest());
    }
    Ok(keys)
}

fn inbox_members(manifest: &Manifest) -> impl Iterator<Item = (AccountId, Digest)> {
    manifest
        .staff_with(Roles::INBOX)
        .map(|staff| (staff.account, staff.identity_hash))
}

/// Whoever joins or leaves the inbox makes a new inbox key necessary; and a new key comes with
/// one wrap for each member.
fn check_inbox(
    manifest: &Manifest,
    before: Option<&Signed<Manifest>>,
    keys: &BTreeMap<AccountId, Digest>,
    wraps: &[Blob],
) -> Result<Vec<(AccountId, Vec<u8>)>, Error> {
    counts(manifest.inbox_epoch)?;
    let members: BTreeSet<_> = inbox_members(manifest).collect();
    if let Some(before) = before {
        let same_key = before.inbox_key == manifest.inbox_key;
        let same_members = inbox_members(before).collect::<BTreeSet<_>>() == members;
        if before.inbox_epoch == manifest.inbox_epoch {
            agrees(same_key && same_members)?;
            formed(wraps.is_empty())?;
            return Ok(Vec::new());
        }
        agrees(!same_key && before.inbox_epoch + 1 == manifest.inbox_epoch)?;
    }
    let mut missing: BTreeMap<_, _> = members
        .iter()
        .filter_map(|(account, _)| Some((*keys.get(account)?, *account)))
        .collect();
    let mut addressed = Vec::with_capacity(wraps.len());
    for wrap in wraps {
        let wrap = InboxWrap::decode(wrap.as_slice()).map_err(malformed)?;
        agrees(wrap.agency() == manifest.agency && wrap.number() == manifest.inbox_epoch)?;
        let to = missing.remove(&wrap.recipient());
        addressed.push((
            to.ok_or(Refusal::SignatureInvalid)?,
            wrap.as_bytes().to_vec(),
        ));
    }
    agrees(missing.is_empty())?;
    Ok(addressed)
}

/// Holders of a root are admins: of the association, or listed as admin of the agency.
async fn holders(db: &impl ConnectionTrait, manifest: &Manifest) -> Result<Vec<AccountId>, Error> {
    let admins = Roles::AGENCY_ADMIN.and(Roles::ASSOCIATION_ADMIN);
    let mut holders: BTreeSet<_> = agency::admins_of(db, manifest.agency)
        .await?
        .into_iter()
        .collect();
    let listed = manifest
        .staff
        .iter()
        .filter(|staff| staff.roles.has_any(admins));
    holders.extend(listed.map(|staff| staff.account));
    Ok(holders.into_iter().collect())
}

async fn check_root_wraps(
    db: &impl ConnectionTrait,
    trust: &Trust,
    manifest: &Manifest,
    holders: &[AccountId],
    wraps: &[Blob],
) -> Result<Vec<(AccountId, u32, Vec<u8>)>, Error> {
    if wraps.is_empty() {
        return Ok(Vec::new());
    }
    let mut by_key = BTreeMap::new();
    for (holder, _, record) in identities::present(db, holders.iter().copied()).await? {
        let key = identity(&trust.platform_id, &record)?.kem_key.digest();
        by_key.insert(key, holder);
    }
    let mut addressed = Vec::with_capacity(wraps.len());
    for wrap in wraps {
        let wrap = RootWrap::decode(wrap.as_slice()).map_err(malformed)?;
        agrees(wrap.agency() == manifest.agency)?;
        counts(wrap.number())?;
        let to = by_key.remove(&wrap.recipient());
        let to = to.ok_or(Refusal::SignatureInvalid)?;
        addressed.push((to, wrap.number(), wrap.as_bytes().to_vec()));
    }
    Ok(addressed)
}

fn entry_root(entry: &[u8]) -> Result<crypto::VerifyingKey, Error> {
    let entry = Unverified::<AgencyEntry>::decode(entry).map_err(platform_fault)?;
    Ok(entry.claimed_root())
}
