//! 01: an account's public keys, signed by themselves.

use domain::id::{AccountId, PlatformId};
use domain::time::Day;

use crate::codec::{ObjectType, Reader, Writer};
use crate::error::{FormatError, VerifyError};
use crate::signature::{SigningKey, VerifyingKey};
use crate::signed::{Layout, Signed, Unverified};
use crate::wrap::{KemPublicKey, KemSeed};

/// Bytes of an identity record.
pub const IDENTITY_LEN: usize = 1338;

/// Who an account is. Its digest is the *identity hash* by which others name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Whose.
    pub account: AccountId,
    /// Signs what the account says.
    pub sig_key: VerifyingKey,
    /// Receives the account's wraps.
    pub kem_key: KemPublicKey,
    /// When the keys were made.
    pub created: Day,
    /// Counts the account's identities, from 1.
    pub key_no: u32,
}

impl Layout for Identity {
    const OBJECT: ObjectType = ObjectType::Identity;
    const NAME: &'static str = "identity";

    fn write(&self, to: &mut Writer) {
        to.put(self.account.as_bytes())
            .put(self.sig_key.as_bytes())
            .put(self.kem_key.as_bytes())
            .u32(self.created.0)
            .u32(self.key_no);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self {
            account: from.account()?,
            sig_key: from.verifying_key()?,
            kem_key: from.kem_key()?,
            created: from.day()?,
            key_no: from.u32()?,
        })
    }
}

impl Unverified<Identity> {
    /// Checks that the owner of the named key signed it. *Whose* identity it is says only a
    /// signed object that names its digest.
    ///
    /// # Errors
    /// [`VerifyError::Signature`].
    pub fn verify(self, platform: &PlatformId) -> Result<Signed<Identity>, VerifyError> {
        let key = self.claims().sig_key;
        self.verify_signature(platform, &key)
    }
}

/// The private halves of an identity, as the vault holds them.
#[derive(Debug)]
pub struct IdentityKeys {
    /// Signs.
    pub sig: SigningKey,
    /// Opens wraps.
    pub kem: KemSeed,
}

impl IdentityKeys {
    /// New random keys.
    pub fn make(rng: &mut impl crate::random::CryptoRng) -> Self {
        Self {
            sig: SigningKey::make(rng),
            kem: KemSeed::make(rng),
        }
    }

    /// The record of these keys.
    ///
    /// # Errors
    /// None with today's library.
    pub fn record(
        &self,
        platform: &PlatformId,
        account: AccountId,
        created: Day,
        key_no: u32,
    ) -> Result<Signed<Identity>, FormatError> {
        let identity = Identity {
            account,
            sig_key: self.sig.verifying_key(),
            kem_key: self.kem.public_key()?,
            created,
            key_no,
        };
        Signed::sign(identity, platform, &self.sig)
    }
}
