//! 04: the platform's admins, signed by the platform's root.

use domain::id::{AccountId, PlatformId};

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::error::{FormatError, VerifyError};
use crate::signature::VerifyingKey;
use crate::signed::{Layout, Signed, Unverified};

/// Everybody who is or was a platform admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminList {
    /// Counts the lists, from 1.
    pub seq: u64,
    /// Digest of the list before; zero for the first.
    pub prev_hash: Digest,
    /// The admins, by rising serial; the retired stay.
    pub admins: Vec<Admin>,
}

/// One admin, and which heads are theirs to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    /// Names the admin in entries and heads; never reused.
    pub serial: u32,
    /// Who.
    pub account: AccountId,
    /// Digest of the identity record.
    pub identity_hash: Digest,
    /// The identity's signing key.
    pub sig_key: VerifyingKey,
    /// The first head `seq` that this admin may sign.
    pub from_head: u64,
    /// The first head `seq` that this admin may no longer sign; [`Admin::NOT_RETIRED`] while active.
    pub until_head: u64,
}

impl Admin {
    /// `until_head` of an admin who has not been retired.
    pub const NOT_RETIRED: u64 = u64::MAX;

    /// Whether this admin may sign the head with this `seq`.
    pub const fn may_sign(&self, head_seq: u64) -> bool {
        self.from_head <= head_seq && head_seq < self.until_head
    }
}

impl AdminList {
    /// The admin with this serial.
    pub fn admin(&self, serial: u32) -> Option<&Admin> {
        self.admins.iter().find(|admin| admin.serial == serial)
    }
}

impl Unverified<AdminList> {
    /// Checks that the platform's root signed it.
    ///
    /// # Errors
    /// [`VerifyError::Signature`].
    pub fn verify(
        self,
        platform: &PlatformId,
        root: &VerifyingKey,
    ) -> Result<Signed<AdminList>, VerifyError> {
        self.verify_signature(platform, root)
    }
}

impl Layout for AdminList {
    const OBJECT: ObjectType = ObjectType::AdminList;
    const NAME: &'static str = "admins";

    fn write(&self, to: &mut Writer) {
        to.u64(self.seq)
            .put(self.prev_hash.as_bytes())
            .count8(self.admins.len());
        for admin in &self.admins {
            to.u32(admin.serial)
                .put(admin.account.as_bytes())
                .put(admin.identity_hash.as_bytes())
                .put(admin.sig_key.as_bytes())
                .u64(admin.from_head)
                .u64(admin.until_head);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let seq = from.u64()?;
        let prev_hash = from.digest()?;
        let admins = (0..from.u8()?)
            .map(|_| {
                Ok(Admin {
                    serial: from.u32()?,
                    account: from.account()?,
                    identity_hash: from.digest()?,
                    sig_key: from.verifying_key()?,
                    from_head: from.u64()?,
                    until_head: from.u64()?,
                })
            })
            .collect::<Result<Vec<_>, FormatError>>()?;
        if !admins.is_sorted_by(|a, b| a.serial < b.serial) {
            return Err(FormatError::List);
        }
        Ok(Self {
            seq,
            prev_hash,
            admins,
        })
    }
}
