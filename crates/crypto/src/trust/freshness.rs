//! 09: "this manifest was current on that day", signed by a listed lead or admin.

use domain::agency::Roles;
use domain::id::{AgencyId, PlatformId};
use domain::time::Day;

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::error::{FormatError, VerifyError};
use crate::identity::Identity;
use crate::signed::{Layout, Signed, Unverified};
use crate::trust::manifest::Manifest;

/// Bytes of a freshness statement.
pub const FRESHNESS_LEN: usize = 130;

/// That an agency still stands by a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// Whose manifest.
    pub agency: AgencyId,
    /// The manifest's `seq`.
    pub seq: u64,
    /// The manifest's digest.
    pub manifest_hash: Digest,
    /// When it was said.
    pub day: Day,
    /// The serial of who says it, in that manifest.
    pub serial: u32,
}

impl Freshness {
    /// Who may say it: any of these roles.
    pub const ROLES: Roles = Roles::LEAD
        .and(Roles::AGENCY_ADMIN)
        .and(Roles::ASSOCIATION_ADMIN);
}

impl Unverified<Freshness> {
    /// The agency that it says it is about.
    pub fn claimed_agency(&self) -> AgencyId {
        self.claims().agency
    }

    /// The digest of the manifest that it says it is about.
    pub fn claimed_manifest(&self) -> Digest {
        self.claims().manifest_hash
    }

    /// The serial of who says it, to find that person's identity record.
    pub fn claimed_serial(&self) -> u32 {
        self.claims().serial
    }

    /// Checks that it speaks of `manifest`, and that `author` is listed there as lead or admin,
    /// with this identity, and signed it.
    ///
    /// # Errors
    /// [`VerifyError::Mismatch`] or [`VerifyError::Signature`].
    pub fn verify(
        self,
        platform: &PlatformId,
        manifest: &Signed<Manifest>,
        author: &Signed<Identity>,
    ) -> Result<Signed<Freshness>, VerifyError> {
        let said = self.claims();
        let of_manifest = said.agency == manifest.agency
            && said.seq == manifest.seq
            && said.manifest_hash == manifest.digest();
        let by_author = manifest.staff(&author.account).is_some_and(|staff| {
            staff.serial == said.serial
                && staff.identity_hash == author.digest()
                && staff.roles.has_any(Freshness::ROLES)
        });
        if !(of_manifest && by_author) {
            return Err(VerifyError::Mismatch);
        }
        self.verify_signature(platform, &author.sig_key)
    }
}

impl Layout for Freshness {
    const OBJECT: ObjectType = ObjectType::Freshness;
    const NAME: &'static str = "fresh";

    fn write(&self, to: &mut Writer) {
        to.put(self.agency.as_bytes())
            .u64(self.seq)
            .put(self.manifest_hash.as_bytes())
            .u32(self.day.0)
            .u32(self.serial);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self {
            agency: from.agency()?,
            seq: from.u64()?,
            manifest_hash: from.digest()?,
            day: from.day()?,
            serial: from.u32()?,
        })
    }
}
