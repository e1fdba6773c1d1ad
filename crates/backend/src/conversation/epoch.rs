//! What the server checks of epoch records and their wraps. Clients check more: the server only
//! keeps out what no honest client could use.

use std::collections::{BTreeMap, BTreeSet};

use crypto::epoch::{EpochRecord, Member, MemberRole};
use crypto::identity::Identity;
use crypto::trust::Policy;
use crypto::wrap::EpochWrap;
use crypto::{Digest, Signed};
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{AddressedWrap, MemberId};
use domain::id::AccountId;

use crate::Inner;
use crate::check::{agrees, formed, identity, malformed};
use crate::error::Error;
use crate::store::identity as stored;
use crate::store::wraps::NewWrap;

/// Verified identities by their digests.
pub(crate) type Identities = BTreeMap<Digest, Signed<Identity>>;

/// The stored identities of these accounts, those before the present ones, too.
pub(crate) async fn identities(
    inner: &Inner,
    accounts: impl Iterator<Item = AccountId>,
) -> Result<Identities, Error> {
    let stored = stored::all(inner.store.read(), accounts).await?;
    stored
        .into_iter()
        .map(|(_, bytes)| {
            let identity = identity(&inner.trust.platform_id, &bytes)?;
            Ok((identity.digest(), identity))
        })
        .collect()
}

/// The identity that a record names for a member.
pub(crate) fn identity_of<'a>(
    identities: &'a Identities,
    member: &Member,
) -> Option<&'a Signed<Identity>> {
    let named = identities.get(&member.identity_hash);
    named.filter(|identity| is_listed_as(member, identity))
}

/// Where [`check_wraps`] finds the key of a person.
pub(crate) fn key_of(identities: &Identities) -> impl Fn(&Member) -> Option<Digest> {
    |member| identity_of(identities, member).map(|identity| identity.kem_key.digest())
}

/// Whether a listing allows a role in a conversation under these rules.
pub(crate) fn fits(role: MemberRole, listed: Roles, policy: Policy) -> bool {
    match role {
        // Whoever accompanies a volunteer is none.
        MemberRole::CoCounsellor => listed.has(Roles::COUNSELLOR) && !listed.has(Roles::PEER),
        MemberRole::Reader => {
            policy.team_reading && listed.has(Roles::COUNSELLOR)
                || policy.supervision && listed.has(Roles::SUPERVISOR)
        }
        role => needed(role).is_some_and(|needed| listed.has(needed)),
    }
}

/// What an agency's listing must hold for a role in a conversation.
pub(crate) const fn needed(role: MemberRole) -> Option<Roles> {
    match role {
        MemberRole::Counsellor | MemberRole::CoCounsellor => Some(Roles::COUNSELLOR),
        MemberRole::Deputy => Some(Roles::DEPUTY),
        MemberRole::Reader => Some(Roles::COUNSELLOR.and(Roles::SUPERVISOR)),
        _ => None,
    }
}

/// The accounts among members.
pub(crate) fn accounts(members: &[Member]) -> impl Iterator<Item = (AccountId, &Member)> {
    members.iter().filter_map(|member| match member.id {
        MemberId::Account(id) => Some((id, member)),
        MemberId::Inbox(_) => None,
    })
}

/// Checks that `wraps` are for members of `record`, sealed to their keys, each at most once.
/// `key_of` gives the digest of a member's key, `may_have` the epochs that it may be given.
pub(crate) fn check_wraps(
    record: &Signed<EpochRecord>,
    wraps: &[AddressedWrap],
    key_of: impl Fn(&Member) -> Option<Digest>,
    may_have: impl Fn(&Member, u32) -> bool,
) -> Result<Vec<NewWrap>, Error> {
    let mut seen = BTreeSet::new();
    let mut checked = Vec::with_capacity(wraps.len());
    for addressed in wraps {
        let wrap = EpochWrap::decode(addressed.wrap.as_slice()).map_err(malformed)?;
        let (_, member) = record.find(&addressed.to).ok_or(Refusal::Malformed)?;
        formed(wrap.conversation() == record.conversation)?;
        formed(wrap.epoch() <= record.epoch && may_have(member, wrap.epoch()))?;
        formed(seen.insert((addressed.to, wrap.epoch())))?;
        agrees(key_of(member) == Some(wrap.recipient()))?;
        checked.push(NewWrap {
            to: addressed.to,
            epoch: wrap.epoch(),
            body: wrap.as_bytes().to_vec(),
        });
    }
    Ok(checked)
}

/// Whether a member is listed under this very identity.
pub(crate) fn is_listed_as(member: &Member, identity: &Signed<Identity>) -> bool {
    member.id == MemberId::Account(identity.account) && member.identity_hash == identity.digest()
}
