//! The next manifest as the current one with something changed: who stays needs no new comparing,
//! because the current manifest is verified.

use crypto::Signed;
use crypto::identity::Identity;
use crypto::trust::{Policy, Staff};
use domain::agency::Roles;
use domain::id::AccountId;
use domain::profile::Profile;

use crate::admin::manifest::{HOLDERS, Next, highest_serial, readers};
use crate::admin::{AgencyRoot, stored_identity};
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::trust::Agency;
use crate::world::World;

/// What the next manifest says otherwise.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Another profile.
    pub profile: Option<Profile>,
    /// Other rules.
    pub policy: Option<Policy>,
    /// Changes of who is listed, one after the other.
    pub staff: Vec<StaffChange>,
    /// Admins of the association who are given the root as well.
    pub holders: Vec<Signed<Identity>>,
}

/// A change of who is listed.
#[derive(Debug, Clone)]
pub enum StaffChange {
    /// Somebody comes, or comes back with new keys: a new serial in any case.
    Join {
        /// The identity, which the caller has compared.
        identity: Box<Signed<Identity>>,
        /// What the person is here.
        roles: Roles,
        /// The name to show, ≤ 48 bytes.
        name: String,
    },
    /// Somebody is something else from now on.
    Roles {
        /// Who.
        account: AccountId,
        /// What the person is here from now on.
        roles: Roles,
    },
    /// Somebody is listed no more.
    Leave {
        /// Who.
        account: AccountId,
    },
}

/// Signs and publishes the manifest after `seen`, which is what the person looked at when
/// deciding: [`super::agency`] gives it. Whoever gets the inbox or the root gets the keys.
///
/// # Errors
/// [`domain::Refusal::VersionOutdated`] if another manifest came meanwhile,
/// [`Error::Untrusted`] if somebody to be given a key has other keys than are listed; or as
/// [`crate::call`].
pub async fn change_manifest<W: World>(
    session: &Session<W>,
    root: &AgencyRoot,
    seen: &Agency,
    change: &Change,
) -> Result<(), Error> {
    // The whole chain tells which serials were ever given.
    let first = seen.manifests.first().map(|first| first.seq);
    if root.agency() != seen.id() || first != Some(1) {
        return Err(Error::Untrusted(Untrusted::Manifest));
    }
    let staff = list(seen, &change.staff)?;
    let mut people: Vec<Signed<Identity>> = change.holders.clone();
    people.extend(change.staff.iter().filter_map(|one| match one {
        StaffChange::Join { identity, .. } => Some((**identity).clone()),
        _ => None,
    }));
    let before = &seen.current.staff;
    let rekeyed = readers(before) != readers(&staff);
    let held = |account: AccountId| {
        let listed = seen.current.staff(&account);
        listed.is_some_and(|listed| listed.roles.has_any(HOLDERS))
    };
    let mut holders: Vec<_> = change.holders.iter().map(|one| one.account).collect();
    for listed in &staff {
        let joins = before.iter().all(|was| was.serial != listed.serial);
        let holds = listed.roles.has_any(HOLDERS) && (joins || !held(listed.account));
        if holds && !holders.contains(&listed.account) {
            holders.push(listed.account);
        }
        let known = people.iter().any(|one| one.account == listed.account);
        if !known && (holds || rekeyed && listed.roles.has(Roles::INBOX)) {
            let identity = stored_identity(session, listed.account).await?;
            if identity.digest() != listed.identity_hash {
                return Err(Error::Untrusted(Untrusted::Identity));
            }
            people.push(identity);
        }
    }
    let next = Next {
        root,
        before: Some(seen),
        profile: change.profile.as_ref().unwrap_or(seen.profile()),
        policy: change.policy.unwrap_or(seen.policy()),
        staff,
        people: &people,
        holders,
    };
    next.publish(session).await
}

/// The list after the changes, by serial.
fn list(seen: &Agency, changes: &[StaffChange]) -> Result<Vec<Staff>, Error> {
    let mut staff = seen.current.staff.clone();
    let mut serial = highest_serial(seen.manifests.iter().map(|one| &***one));
    for change in changes {
        match change {
            StaffChange::Join {
                identity,
                roles,
                name,
            } => {
                serial = serial.checked_add(1).ok_or(Untrusted::Manifest)?;
                staff.retain(|listed| listed.account != identity.account);
                staff.push(Staff {
                    account: identity.account,
                    serial,
                    identity_hash: identity.digest(),
                    roles: *roles,
                    name: name.clone(),
                });
            }
            StaffChange::Roles { account, roles } => {
                let listed = staff.iter_mut().find(|listed| listed.account == *account);
                listed.ok_or(domain::Refusal::NotFound)?.roles = *roles;
            }
            StaffChange::Leave { account } => staff.retain(|listed| listed.account != *account),
        }
    }
    staff.sort_by_key(|listed| listed.serial);
    Ok(staff)
}
