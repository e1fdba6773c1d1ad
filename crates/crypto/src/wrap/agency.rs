//! What an agency's people share: the seed of its inbox (0C), the seed of its root (0D).

use core::marker::PhantomData;

use domain::id::{AgencyId, PlatformId};

use super::{KemPublicKey, KemSeed, Place, Wrap};
use crate::codec::ObjectType;
use crate::digest::Digest;
use crate::error::{FormatError, OpenError};
use crate::random::CryptoRng;
use crate::secret::Secret;
use crate::signature::{SigningKey, VerifyingKey};

/// 0C: the seed of an agency's inbox for one counsellor with the inbox role. Its number is the
/// inbox epoch; what it must reproduce is the key in the verified manifest.
pub type InboxWrap = AgencyWrap<KemSeed>;

/// 0D: the seed of an agency's root for one of its holders. Its number is the root's; what it must
/// reproduce is the key in the verified agency entry.
pub type RootWrap = AgencyWrap<SigningKey>;

/// A secret of an agency that is wrapped for persons.
pub trait AgencySecret: From<Secret<32>> + sealed::Sealed {
    /// What others know of it.
    type Public: PartialEq;

    /// The public half.
    ///
    /// # Errors
    /// None with today's library.
    fn public(&self) -> Result<Self::Public, FormatError>;
}

mod sealed {
    use crate::codec::ObjectType;

    pub trait Sealed {
        const OBJECT: ObjectType;
        fn seed(&self) -> &[u8; 32];
    }
}

impl sealed::Sealed for KemSeed {
    const OBJECT: ObjectType = ObjectType::InboxWrap;
    fn seed(&self) -> &[u8; 32] {
        self.expose()
    }
}

impl AgencySecret for KemSeed {
    type Public = KemPublicKey;
    fn public(&self) -> Result<KemPublicKey, FormatError> {
        self.public_key()
    }
}

impl sealed::Sealed for SigningKey {
    const OBJECT: ObjectType = ObjectType::RootWrap;
    fn seed(&self) -> &[u8; 32] {
        self.expose()
    }
}

impl AgencySecret for SigningKey {
    type Public = VerifyingKey;
    fn public(&self) -> Result<VerifyingKey, FormatError> {
        Ok(self.verifying_key())
    }
}

/// A secret of an agency for one person: see [`InboxWrap`] and [`RootWrap`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyWrap<S>(Wrap, PhantomData<S>);

impl<S: AgencySecret> AgencyWrap<S> {
    /// Wraps the secret with this number.
    ///
    /// # Errors
    /// None with today's library.
    pub fn seal(
        rng: &mut impl CryptoRng,
        platform: &PlatformId,
        agency: &AgencyId,
        number: u32,
        secret: &S,
        recipient: &KemPublicKey,
    ) -> Result<Self, FormatError> {
        let place = Self::place(agency, number);
        let info = place.info(platform, None, recipient.digest());
        Wrap::seal(rng, place, &info, recipient, secret.seed()).map(Self::of)
    }

    /// Unwraps a secret that reproduces `public`.
    ///
    /// # Errors
    /// [`OpenError`]: another agency's or number's wrap, changed bytes, a foreign secret.
    pub fn open(
        &self,
        platform: &PlatformId,
        agency: &AgencyId,
        number: u32,
        public: &S::Public,
        seed: &KemSeed,
    ) -> Result<S, OpenError> {
        if self.0.place != Self::place(agency, number) {
            return Err(OpenError);
        }
        let info = self.0.place.info(platform, None, self.0.recipient);
        let secret = S::from(self.0.open(&info, seed)?);
        if secret.public()? == *public {
            Ok(secret)
        } else {
            Err(OpenError)
        }
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`] if these are not the 1,222 bytes of such a wrap.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        Wrap::decode(bytes, S::OBJECT).map(Self::of)
    }

    /// The agency it says it belongs to.
    pub fn agency(&self) -> AgencyId {
        AgencyId::from_bytes(self.0.place.owner)
    }

    /// The number it says it has.
    pub const fn number(&self) -> u32 {
        self.0.place.number
    }

    /// [`KemPublicKey::digest`] of the recipient it names.
    pub const fn recipient(&self) -> Digest {
        self.0.recipient
    }

    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.bytes.0
    }

    const fn of(wrap: Wrap) -> Self {
        Self(wrap, PhantomData)
    }

    fn place(agency: &AgencyId, number: u32) -> Place {
        Place {
            object: S::OBJECT,
            owner: *agency.as_bytes(),
            number,
        }
    }
}
