//! 06: an agency in the directory, signed by a platform admin.

use domain::id::{AgencyId, AssociationId, PlatformId};

use crate::codec::{ObjectType, Reader, Writer};
use crate::error::{FormatError, VerifyError};
use crate::signature::VerifyingKey;
use crate::signed::{Layout, Signed, Unverified};
use crate::trust::admins::AdminList;
use crate::trust::association::NAME_LIMIT;

/// Longest name of a place, in bytes of UTF-8.
pub const PLACE_LIMIT: u8 = 40;

/// An agency: whose it is, which key signs for it, what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyEntry {
    /// Which.
    pub agency: AgencyId,
    /// Counts the versions of the entry, from 1.
    pub seq: u32,
    /// Which platform admin signed.
    pub admin_serial: u32,
    /// Whose agency it is.
    pub association: AssociationId,
    /// The agency's root: signs its manifests.
    pub root_key: VerifyingKey,
    /// Whether it takes enquiries.
    pub state: AgencyState,
    /// The shown place, ≤ 40 bytes.
    pub place: String,
    /// The shown name, ≤ 80 bytes.
    pub name: String,
}

/// Whether an agency takes enquiries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum AgencyState {
    /// In work; short absences stand in the profile.
    Open = 0,
    /// Closed for good.
    Closed = 1,
}

impl Unverified<AgencyEntry> {
    /// The root that it names: for who verified these very bytes before.
    pub fn claimed_root(&self) -> VerifyingKey {
        self.claims().root_key
    }

    /// Checks that a platform admin, active or retired, signed it. It *counts* while a head
    /// contains it: see [`super::merkle::verify_agency`].
    ///
    /// # Errors
    /// [`VerifyError::Mismatch`] if the admin is not on the list, [`VerifyError::Signature`].
    pub fn verify(
        self,
        platform: &PlatformId,
        admins: &Signed<AdminList>,
    ) -> Result<Signed<AgencyEntry>, VerifyError> {
        let serial = self.claims().admin_serial;
        let admin = admins.admin(serial).ok_or(VerifyError::Mismatch)?;
        self.verify_signature(platform, &admin.sig_key)
    }
}

impl Layout for AgencyEntry {
    const OBJECT: ObjectType = ObjectType::AgencyEntry;
    const NAME: &'static str = "agency";

    fn write(&self, to: &mut Writer) {
        to.put(self.agency.as_bytes())
            .u32(self.seq)
            .u32(self.admin_serial)
            .put(self.association.as_bytes())
            .put(self.root_key.as_bytes())
            .u8(self.state as u8)
            .text(&self.place, PLACE_LIMIT)
            .text(&self.name, NAME_LIMIT);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self {
            agency: from.agency()?,
            seq: from.u32()?,
            admin_serial: from.u32()?,
            association: from.association()?,
            root_key: from.verifying_key()?,
            state: match from.u8()? {
                0 => AgencyState::Open,
                1 => AgencyState::Closed,
                _ => return Err(FormatError::Value),
            },
            place: from.text(PLACE_LIMIT)?,
            name: from.text(NAME_LIMIT)?,
        })
    }
}
