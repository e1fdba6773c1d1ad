//! Signed objects for tests, and a world without a network.

pub(crate) mod world;

use crypto::trust::{Manifest, Policy, Staff};
use crypto::wrap::KemSeed;
use crypto::{Digest, Signed, SigningKey};
use domain::agency::Roles;
use domain::id::{AccountId, AgencyId, PlatformId};
use domain::time::Day;

pub(crate) const PLATFORM: PlatformId = PlatformId::from_bytes([9; 16]);
pub(crate) const AGENCY: AgencyId = AgencyId::from_bytes([8; 16]);

pub(crate) const fn account(which: u8) -> AccountId {
    AccountId::from_bytes([which; 16])
}

/// A key that is always the same.
pub(crate) const fn key(which: u8) -> SigningKey {
    SigningKey::from_bytes([which; 32])
}

/// A manifest that lists accounts with serials and roles; `day` tells two of one `seq` apart.
pub(crate) fn manifest(seq: u64, day: u32, listed: &[(u8, u32, Roles)]) -> Signed<Manifest> {
    let root = key(7);
    let staff = listed.iter().map(|(who, serial, roles)| Staff {
        account: account(*who),
        serial: *serial,
        identity_hash: Digest::of(&[*who]),
        roles: *roles,
        name: format!("Frau {who}"),
    });
    let manifest = Manifest {
        agency: AGENCY,
        seq,
        prev_hash: if seq == 1 {
            Digest::ZERO
        } else {
            Digest::of(b"before")
        },
        root_key: root.verifying_key(),
        next_root_hash: Digest::of(b"next"),
        inbox_epoch: 1,
        inbox_key: KemSeed::from_bytes([5; 32]).public_key().unwrap(),
        policy: Policy {
            named_deputy: true,
            ..Policy::default()
        },
        profile_hash: Digest::of(b"profile"),
        day: Day(day),
        staff: staff.collect(),
    };
    Signed::sign(manifest, &PLATFORM, &root).unwrap()
}
