//! 05: an association in the directory, signed by a platform admin.

use domain::id::{AccountId, AssociationId, PlatformId};

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::error::{FormatError, VerifyError};
use crate::signed::{Layout, Signed, Unverified};
use crate::trust::admins::AdminList;

/// Longest name of an association or agency, in bytes of UTF-8.
pub const NAME_LIMIT: u8 = 80;
/// Longest display name of a person, in bytes of UTF-8.
pub const PERSON_LIMIT: u8 = 48;

/// An association: name, legal texts, admins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociationEntry {
    /// Which.
    pub association: AssociationId,
    /// Counts the versions of the entry, from 1.
    pub seq: u32,
    /// Which platform admin signed.
    pub admin_serial: u32,
    /// The shown name, ≤ 80 bytes.
    pub name: String,
    /// SHA-256 of responsible body and consent text, as served.
    pub legal_hash: Digest,
    /// Its admins, by rising account id.
    pub admins: Vec<AssociationAdmin>,
}

/// Somebody who administers an association.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociationAdmin {
    /// Who.
    pub account: AccountId,
    /// Digest of the identity record.
    pub identity_hash: Digest,
    /// The shown name, ≤ 48 bytes.
    pub name: String,
}

impl Unverified<AssociationEntry> {
    /// Checks that a platform admin, active or retired, signed it. It *counts* while a head
    /// contains it: see [`super::merkle::verify_association`].
    ///
    /// # Errors
    /// [`VerifyError::Mismatch`] if the admin is not on the list, [`VerifyError::Signature`].
    pub fn verify(
        self,
        platform: &PlatformId,
        admins: &Signed<AdminList>,
    ) -> Result<Signed<AssociationEntry>, VerifyError> {
        let serial = self.claims().admin_serial;
        let admin = admins.admin(serial).ok_or(VerifyError::Mismatch)?;
        self.verify_signature(platform, &admin.sig_key)
    }
}

impl Layout for AssociationEntry {
    const OBJECT: ObjectType = ObjectType::AssociationEntry;
    const NAME: &'static str = "association";

    fn write(&self, to: &mut Writer) {
        to.put(self.association.as_bytes())
            .u32(self.seq)
            .u32(self.admin_serial)
            .text(&self.name, NAME_LIMIT)
            .put(self.legal_hash.as_bytes())
            .count8(self.admins.len());
        for admin in &self.admins {
            to.put(admin.account.as_bytes())
                .put(admin.identity_hash.as_bytes())
                .text(&admin.name, PERSON_LIMIT);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let association = from.association()?;
        let seq = from.u32()?;
        let admin_serial = from.u32()?;
        let name = from.text(NAME_LIMIT)?;
        let legal_hash = from.digest()?;
        let admins = (0..from.u8()?)
            .map(|_| {
                Ok(AssociationAdmin {
                    account: from.account()?,
                    identity_hash: from.digest()?,
                    name: from.text(PERSON_LIMIT)?,
                })
            })
            .collect::<Result<Vec<_>, FormatError>>()?;
        if !admins.is_sorted_by(|a, b| a.account < b.account) {
            return Err(FormatError::List);
        }
        Ok(Self {
            association,
            seq,
            admin_serial,
            name,
            legal_hash,
            admins,
        })
    }
}
