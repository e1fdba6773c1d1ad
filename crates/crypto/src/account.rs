//! An account's own key, and the paper of an association.

use domain::id::AgencyId;

use crate::derive::derive;
use crate::error::OpenError;
use crate::secret::{Secret, secret_key};
use crate::signature::SigningKey;

secret_key! {
    /// `AK`: 32 random bytes that never leave the client unwrapped.
    AccountKey
}

impl AccountKey {
    /// Compares in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.matches(other.expose())
    }

    pub(crate) fn derive_vault_key(&self) -> Result<Secret<32>, OpenError> {
        derive(self.expose(), "ak/vault", &[])
    }

    pub(crate) fn derive_draft_key(&self) -> Result<Secret<32>, OpenError> {
        derive(self.expose(), "ak/draft", &[])
    }

    pub(crate) fn derive_label_key(&self) -> Result<Secret<32>, OpenError> {
        derive(self.expose(), "ak/label", &[])
    }

    pub(crate) fn derive_local_key(&self) -> Result<Secret<32>, OpenError> {
        derive(self.expose(), "ak/local", &[])
    }
}

secret_key! {
    /// `ns`: an association's paper secret, from which the next roots of its agencies come.
    NextRootSecret
}

impl NextRootSecret {
    /// The root number `number` of an agency.
    ///
    /// # Errors
    /// None with today's library.
    pub fn derive_root(&self, agency: &AgencyId, number: u32) -> Result<SigningKey, OpenError> {
        let context: [&[u8]; 2] = [agency.as_bytes(), &number.to_be_bytes()];
        derive::<32>(self.expose(), "ns/next-root", &context).map(SigningKey::from)
    }
}
