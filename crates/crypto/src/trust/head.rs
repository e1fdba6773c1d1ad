//! 07: the directory's head, signed by a platform admin.

use domain::id::PlatformId;
use domain::time::Day;

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::error::{FormatError, VerifyError};
use crate::signed::{Layout, Signed, Unverified};
use crate::trust::admins::AdminList;

/// Bytes of a head.
pub const HEAD_LEN: usize = 150;

/// What the directory held at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Counts the heads, from 1.
    pub seq: u64,
    /// Digest of the head before; zero for the first.
    pub prev_hash: Digest,
    /// Root of the tree over all entries (RFC 6962).
    pub merkle_root: Digest,
    /// How many entries there are.
    pub count: u32,
    /// When it was signed.
    pub day: Day,
    /// Which platform admin signed.
    pub admin_serial: u32,
}

impl Unverified<Head> {
    /// Checks that an admin signed it who was allowed to at this `seq`.
    ///
    /// # Errors
    /// [`VerifyError::Mismatch`] if the admin is not on the list or not for this `seq`,
    /// [`VerifyError::Signature`].
    pub fn verify(
        self,
        platform: &PlatformId,
        admins: &Signed<AdminList>,
    ) -> Result<Signed<Head>, VerifyError> {
        let Head {
            seq, admin_serial, ..
        } = *self.claims();
        let admin = admins
            .admin(admin_serial)
            .filter(|admin| admin.may_sign(seq))
            .ok_or(VerifyError::Mismatch)?;
        self.verify_signature(platform, &admin.sig_key)
    }
}

impl Layout for Head {
    const OBJECT: ObjectType = ObjectType::Head;
    const NAME: &'static str = "head";

    fn write(&self, to: &mut Writer) {
        to.u64(self.seq)
            .put(self.prev_hash.as_bytes())
            .put(self.merkle_root.as_bytes())
            .u32(self.count)
            .u32(self.day.0)
            .u32(self.admin_serial);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self {
            seq: from.u64()?,
            prev_hash: from.digest()?,
            merkle_root: from.digest()?,
            count: from.u32()?,
            day: from.day()?,
            admin_serial: from.u32()?,
        })
    }
}
