//! 08: an agency's staff, inbox key and policy, signed by the agency's root.

use domain::agency::Roles;
use domain::id::{AccountId, AgencyId, PlatformId};
use domain::time::Day;

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::error::{FormatError, VerifyError};
use crate::signature::VerifyingKey;
use crate::signed::{Layout, Signed, Unverified};
use crate::trust::association::PERSON_LIMIT;
use crate::wrap::KemPublicKey;

/// Who works for an agency, and which key its inbox has. A counsellor is valid by being listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Whose.
    pub agency: AgencyId,
    /// Counts the manifests, from 1.
    pub seq: u64,
    /// Digest of the manifest before; zero for the first.
    pub prev_hash: Digest,
    /// The root that signed this one.
    pub root_key: VerifyingKey,
    /// SHA-256 of the next root's public key.
    pub next_root_hash: Digest,
    /// Counts the inbox keys.
    pub inbox_epoch: u32,
    /// Receives first enquiries.
    pub inbox_key: KemPublicKey,
    /// The agency's rules.
    pub policy: Policy,
    /// SHA-256 of the public profile, JSON as served.
    pub profile_hash: Digest,
    /// When it was signed.
    pub day: Day,
    /// The listed persons, by rising serial.
    pub staff: Vec<Staff>,
}

/// An agency's rules: `flags 4 | retention days 2 | reserved 2 (zero)`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// A deputy is named at acceptance.
    pub named_deputy: bool,
    /// The team reads along, visibly.
    pub team_reading: bool,
    /// A supervisor reads along, visibly.
    pub supervision: bool,
    /// How long closed cases are kept, in days.
    pub retention_days: u16,
}

/// Somebody listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub account: AccountId,
    /// Grows with every listing, never reused.
    pub serial: u32,
    /// Digest of the identity record.
    pub identity_hash: Digest,
    /// What the person is here.
    pub roles: Roles,
    /// The shown name, ≤ 48 bytes.
    pub name: String,
}

impl Manifest {
    /// The listing of an account.
    pub fn staff(&self, account: &AccountId) -> Option<&Staff> {
        self.staff.iter().find(|staff| staff.account == *account)
    }

    /// Everybody who holds all of `roles`.
    pub fn staff_with(&self, roles: Roles) -> impl Iterator<Item = &Staff> {
        self.staff
            .iter()
            .filter(move |staff| staff.roles.has(roles))
    }
}

impl Unverified<Manifest> {
    /// The agency that it says it is of.
    pub fn claimed_agency(&self) -> AgencyId {
        self.claims().agency
    }

    /// Which root the manifest says has signed it, to walk a chain of manifests back to a pin.
    pub fn claimed_root(&self) -> VerifyingKey {
        self.claims().root_key
    }

    /// Checks that it is this agency's, and that `root` signed it and is the root it names.
    ///
    /// # Errors
    /// [`VerifyError::Mismatch`] for another agency or root, [`VerifyError::Signature`].
    pub fn verify(
        self,
        platform: &PlatformId,
        agency: &AgencyId,
        root: &VerifyingKey,
    ) -> Result<Signed<Manifest>, VerifyError> {
        if self.claims().agency != *agency || self.claims().root_key != *root {
            return Err(VerifyError::Mismatch);
        }
        self.verify_signature(platform, root)
    }
}

impl Policy {
    const NAMED_DEPUTY: u32 = 1;
    const TEAM_READING: u32 = 1 << 1;
    const SUPERVISION: u32 = 1 << 2;

    fn flags(self) -> u32 {
        let bit = |set: bool, bit: u32| if set { bit } else { 0 };
        bit(self.named_deputy, Self::NAMED_DEPUTY)
            | bit(self.team_reading, Self::TEAM_READING)
            | bit(self.supervision, Self::SUPERVISION)
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let flags = from.u32()?;
        let retention_days = from.u16()?;
        let reserved = from.u16()?;
        let policy = Self {
            named_deputy: flags & Self::NAMED_DEPUTY != 0,
            team_reading: flags & Self::TEAM_READING != 0,
            supervision: flags & Self::SUPERVISION != 0,
            retention_days,
        };
        if policy.flags() == flags && reserved == 0 {
            Ok(policy)
        } else {
            Err(FormatError::Value)
        }
    }
}

impl Layout for Manifest {
    const OBJECT: ObjectType = ObjectType::Manifest;
    const NAME: &'static str = "manifest";

    fn write(&self, to: &mut Writer) {
        to.put(self.agency.as_bytes())
            .u64(self.seq)
            .put(self.prev_hash.as_bytes())
            .put(self.root_key.as_bytes())
            .put(self.next_root_hash.as_bytes())
            .u32(self.inbox_epoch)
            .put(self.inbox_key.as_bytes())
            .u32(self.policy.flags())
            .u16(self.policy.retention_days)
            .u16(0)
            .put(self.profile_hash.as_bytes())
            .u32(self.day.0)
            .count16(self.staff.len());
        for staff in &self.staff {
            to.put(staff.account.as_bytes())
                .u32(staff.serial)
                .put(staff.identity_hash.as_bytes())
                .u16(staff.roles.0)
                .text(&staff.name, PERSON_LIMIT);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let manifest = Self {
            agency: from.agency()?,
            seq: from.u64()?,
            prev_hash: from.digest()?,
            root_key: from.verifying_key()?,
            next_root_hash: from.digest()?,
            inbox_epoch: from.u32()?,
            inbox_key: from.kem_key()?,
            policy: Policy::read(from)?,
            profile_hash: from.digest()?,
            day: from.day()?,
            staff: (0..from.u16()?)
                .map(|_| read_staff(from))
                .collect::<Result<_, FormatError>>()?,
        };
        let mut accounts: Vec<_> = manifest.staff.iter().map(|staff| staff.account).collect();
        accounts.sort_unstable();
        let once = accounts.is_sorted_by(|a, b| a < b);
        let rising = manifest.staff.is_sorted_by(|a, b| a.serial < b.serial);
        if once && rising {
            Ok(manifest)
        } else {
            Err(FormatError::List)
        }
    }
}

fn read_staff(from: &mut Reader<'_>) -> Result<Staff, FormatError> {
    let staff = Staff {
        account: from.account()?,
        serial: from.u32()?,
        identity_hash: from.digest()?,
        roles: Roles(from.u16()?),
        name: from.text(PERSON_LIMIT)?,
    };
    if Roles::ALL.has(staff.roles) {
        Ok(staff)
    } else {
        Err(FormatError::Value)
    }
}
