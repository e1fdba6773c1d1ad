//! Keys encrypted to a person or an inbox: HPKE with X-Wing (objects 0B, 0C, 0D).

mod agency;

use core::fmt;

use domain::Blob;
use domain::id::{ConversationId, PlatformId};

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::epoch::{EpochKey, EpochRecord};
use crate::error::{FormatError, OpenError};
use crate::hazmat::kem;
use crate::label::label;
use crate::random::CryptoRng;
use crate::secret::{Secret, secret_key};
use crate::signed::Signed;

pub use agency::{AgencySecret, AgencyWrap, InboxWrap, RootWrap};

/// Bytes of a [`KemPublicKey`].
pub const KEM_PUBLIC_LEN: usize = kem::PUBLIC_LEN;
/// Bytes of an epoch, inbox or root wrap.
pub const WRAP_LEN: usize = 1222;

const SEALED_KEY_LEN: usize = 48;

secret_key! {
    /// The seed of an X-Wing key pair; in X-Wing it *is* the secret key.
    KemSeed
}

impl KemSeed {
    /// The public half.
    ///
    /// # Errors
    /// None with today's library.
    pub fn public_key(&self) -> Result<KemPublicKey, FormatError> {
        Ok(KemPublicKey(Box::new(kem::public_key(self.expose())?)))
    }
}

/// An X-Wing public key, 1,216 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct KemPublicKey(Box<[u8; KEM_PUBLIC_LEN]>);

impl KemPublicKey {
    /// Takes 1,216 bytes that the library accepts as a key.
    ///
    /// # Errors
    /// [`FormatError`] for another length or bytes that are no key.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, FormatError> {
        let key: [u8; KEM_PUBLIC_LEN] = bytes.try_into().map_err(|_| FormatError::Length)?;
        kem::check_public(&key)?;
        Ok(Self(Box::new(key)))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; KEM_PUBLIC_LEN] {
        &self.0
    }

    /// SHA-256 of the key: how wraps name their recipient.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0[..])
    }
}

impl fmt::Debug for KemPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KemPublicKey({:?})", self.digest())
    }
}

/// 0B: an epoch's key for one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochWrap(Wrap);

impl EpochWrap {
    /// Wraps `key` for `recipient`.
    ///
    /// # Errors
    /// [`FormatError::Value`] if `key` is not the one that `record` commits to.
    pub fn seal(
        rng: &mut impl CryptoRng,
        platform: &PlatformId,
        record: &Signed<EpochRecord>,
        key: &EpochKey,
        recipient: &KemPublicKey,
    ) -> Result<Self, FormatError> {
        if !key.fits(record) {
            return Err(FormatError::Value);
        }
        let place = Place::epoch(record);
        let info = place.info(platform, Some(record.digest()), recipient.digest());
        Wrap::seal(rng, place, &info, recipient, key.expose()).map(Self)
    }

    /// Unwraps; the key is the one that the signed record commits to.
    ///
    /// # Errors
    /// [`OpenError`]: another epoch's wrap, another recipient, changed bytes, a foreign key.
    pub fn open(
        &self,
        platform: &PlatformId,
        record: &Signed<EpochRecord>,
        seed: &KemSeed,
    ) -> Result<EpochKey, OpenError> {
        if self.0.place != Place::epoch(record) {
            return Err(OpenError);
        }
        let info = self
            .0
            .place
            .info(platform, Some(record.digest()), self.0.recipient);
        let key = EpochKey::from(self.0.open(&info, seed)?);
        if key.fits(record) {
            Ok(key)
        } else {
            Err(OpenError)
        }
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`] if these are not the 1,222 bytes of an epoch wrap.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        Wrap::decode(bytes, ObjectType::EpochWrap).map(Self)
    }

    /// The conversation it says it belongs to.
    pub fn conversation(&self) -> ConversationId {
        ConversationId::from_bytes(self.0.place.owner)
    }

    /// The epoch it says it belongs to.
    pub const fn epoch(&self) -> u32 {
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
}

/// What a wrap belongs to: kind, conversation or agency, number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    object: ObjectType,
    owner: [u8; 16],
    number: u32,
}

/// Ids stay out of logs.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.object, self.number)
    }
}

impl Place {
    fn epoch(record: &EpochRecord) -> Self {
        Self {
            object: ObjectType::EpochWrap,
            owner: *record.conversation.as_bytes(),
            number: record.epoch,
        }
    }

    fn info(&self, platform: &PlatformId, record: Option<Digest>, recipient: Digest) -> Vec<u8> {
        let name = match self.object {
            ObjectType::InboxWrap => "wrap-inbox",
            ObjectType::RootWrap => "wrap-root",
            _ => "wrap-epoch",
        };
        let mut info = label(name);
        info.extend_from_slice(platform.as_bytes());
        info.extend_from_slice(&self.owner);
        info.extend_from_slice(&self.number.to_be_bytes());
        if let Some(record) = record {
            info.extend_from_slice(record.as_bytes());
        }
        info.extend_from_slice(recipient.as_bytes());
        info
    }
}

/// `type 1 | suite 1 | owner 16 | number 4 | recipient 32 | enc 1120 | ct 48`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrap {
    place: Place,
    recipient: Digest,
    bytes: Blob,
}

impl Wrap {
    fn seal(
        rng: &mut impl CryptoRng,
        place: Place,
        info: &[u8],
        recipient: &KemPublicKey,
        key: &[u8; 32],
    ) -> Result<Self, FormatError> {
        let (encapsulated, ciphertext) = kem::seal(rng, recipient.as_bytes(), info, &[], key)?;
        let recipient = recipient.digest();
        let mut writer = Writer::new(place.object);
        writer
            .put(&place.owner)
            .u32(place.number)
            .put(recipient.as_bytes())
            .put(&encapsulated)
            .put(&ciphertext);
        Ok(Self {
            place,
            recipient,
            bytes: writer.finish()?.into(),
        })
    }

    fn decode(bytes: &[u8], object: ObjectType) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, object)?;
        let place = Place {
            object,
            owner: reader.array()?,
            number: reader.u32()?,
        };
        let recipient = reader.digest()?;
        reader.take(kem::ENCAPSULATED_LEN + SEALED_KEY_LEN)?;
        reader.finish()?;
        Ok(Self {
            place,
            recipient,
            bytes: bytes.to_vec().into(),
        })
    }

    fn open(&self, info: &[u8], seed: &KemSeed) -> Result<Secret<32>, OpenError> {
        let (head, ciphertext) = self
            .bytes
            .0
            .split_last_chunk::<SEALED_KEY_LEN>()
            .ok_or(OpenError)?;
        let (_, encapsulated) = head
            .split_last_chunk::<{ kem::ENCAPSULATED_LEN }>()
            .ok_or(OpenError)?;
        let mut plain = kem::open(seed.expose(), encapsulated, info, &[], ciphertext)?;
        let key = Secret::from_slice(&plain).ok_or(OpenError);
        zeroize::Zeroize::zeroize(&mut plain);
        key
    }
}
