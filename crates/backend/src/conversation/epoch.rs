//! What the server checks of epoch records and their wraps. Clients check more: the server only
//! keeps out what no honest client could use.

use std::collections::BTreeSet;

use crypto::Signed;
use crypto::epoch::{EpochRecord, Member, MemberRole};
use crypto::identity::Identity;
use crypto::wrap::EpochWrap;
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{AddressedWrap, MemberId};

use crate::check::{agrees, formed, malformed};
use crate::error::Error;
use crate::store::wraps::NewWrap;

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
pub(crate) fn accounts(
    members: &[Member],
) -> impl Iterator<Item = (domain::id::AccountId, &Member)> {
    members.iter().filter_map(|member| match member.id {
        MemberId::Account(id) => Some((id, member)),
        MemberId::Inbox(_) => None,
    })
}

/// Checks that `wraps` are for members of `record`, sealed to their keys, each at most once.
/// `key_of` gives the digest of a member's key and the epochs that it may be given.
pub(crate) fn check_wraps(
    record: &Signed<EpochRecord>,
    wraps: &[AddressedWrap],
    key_of: impl Fn(MemberId) -> Option<crypto::Digest>,
) -> Result<Vec<NewWrap>, Error> {
    let mut seen = BTreeSet::new();
    let mut checked = Vec::with_capacity(wraps.len());
    for addressed in wraps {
        let wrap = EpochWrap::decode(addressed.wrap.as_slice()).map_err(malformed)?;
        let (_, member) = record.find(&addressed.to).ok_or(Refusal::Malformed)?;
        formed(wrap.conversation() == record.conversation)?;
        formed((member.history_from..=record.epoch).contains(&wrap.epoch()))?;
        formed(seen.insert((addressed.to, wrap.epoch())))?;
        agrees(key_of(addressed.to) == Some(wrap.recipient()))?;
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
