//! What is believed without proof: the platform's id and root.

use crypto::VerifyingKey;
use domain::id::PlatformId;
use domain::trust::TrustFile;

use crate::error::Error;
use crate::form::from_json;

/// A platform's id and the public key of its root, out of `trust.json`.
///
/// Whoever loads the file checks it against the hash that the shell names (`integrity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform {
    /// Which platform.
    pub id: PlatformId,
    /// The root's key.
    pub root: VerifyingKey,
}

impl Platform {
    /// Reads `trust.json`.
    ///
    /// # Errors
    /// [`Error::Damaged`] for anything else.
    pub fn parse(json: &[u8]) -> Result<Self, Error> {
        let file: TrustFile = from_json(json)?;
        let root = file.root_bytes().ok_or(Error::Damaged)?;
        Ok(Self {
            id: file.platform,
            root: VerifyingKey::from_bytes(root),
        })
    }
}
