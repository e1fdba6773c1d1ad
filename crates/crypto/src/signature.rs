//! Who says something: Ed25519 keys.

use core::fmt;

use crate::hazmat::signature as raw;
use crate::secret::secret_key;

secret_key! {
    /// The seed of an Ed25519 key: an account's, an agency's root, the platform's root.
    SigningKey
}

impl SigningKey {
    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(raw::public_key(self.expose()))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; raw::SIGNATURE_LEN] {
        raw::sign(self.expose(), message)
    }
}

/// An Ed25519 public key, as its 32 bytes. A key that is none verifies nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// Takes the 32 bytes; they are judged when something is verified.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; raw::SIGNATURE_LEN]) -> bool {
        raw::verify(&self.0, message, signature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}
