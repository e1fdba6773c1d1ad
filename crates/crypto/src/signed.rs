//! Signed objects: what is decoded says nothing until it is verified.
//!
//! [`Unverified<T>`] holds bytes of the right form, and gives away no more than is needed to find
//! the key. Only the `verify…` functions beside each `T` turn it into [`Signed<T>`], which shows
//! the content. So no name, key or number can be used because somebody merely sent it.

use core::fmt;
use core::ops::Deref;

use domain::id::PlatformId;

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::error::{FormatError, VerifyError};
use crate::hazmat::signature::SIGNATURE_LEN;
use crate::label::label;
use crate::signature::{SigningKey, VerifyingKey};

/// What can be signed: the objects 01 and 04–0A, 0E.
pub trait Statement: Layout {}

impl<T: Layout> Statement for T {}

/// The layout of a signed object between type and signature. Sealed: only this crate's types.
pub trait Layout: Sized {
    /// The first byte.
    const OBJECT: ObjectType;
    /// The name in the label of its signature.
    const NAME: &'static str;

    /// Writes the fields between suite and signature.
    fn write(&self, to: &mut Writer);

    /// Reads the fields, refusing whatever [`Layout::write`] would not have written.
    ///
    /// # Errors
    /// [`FormatError`] for anything that is not the one spelling.
    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError>;
}

/// Bytes of the right form, of which nothing may be believed yet.
#[derive(Clone)]
pub struct Unverified<T> {
    bytes: Vec<u8>,
    content: T,
}

impl<T: Statement> Unverified<T> {
    /// Checks the form: type, suite, lengths, order of lists, no trailing bytes.
    ///
    /// # Errors
    /// [`FormatError`] says what is wrong with the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let body_len = bytes
            .len()
            .checked_sub(SIGNATURE_LEN)
            .ok_or(FormatError::Length)?;
        let mut reader = Reader::open(&bytes[..body_len], T::OBJECT)?;
        let content = T::read(&mut reader)?;
        reader.finish()?;
        Ok(Self {
            bytes: bytes.to_vec(),
            content,
        })
    }

    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `H(object)`: SHA-256 of the whole object as it travels.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    pub(crate) fn claims(&self) -> &T {
        &self.content
    }

    /// The signature only; what else must hold is asked by the functions beside each `T`.
    pub(crate) fn verify_signature(
        self,
        platform: &PlatformId,
        key: &VerifyingKey,
    ) -> Result<Signed<T>, VerifyError> {
        let (body, signature) = self
            .bytes
            .split_last_chunk::<SIGNATURE_LEN>()
            .ok_or(FormatError::Length)?;
        if !key.verify(&signature_input::<T>(platform, body), signature) {
            return Err(VerifyError::Signature);
        }
        Ok(Signed {
            digest: Digest::of(&self.bytes),
            bytes: self.bytes,
            content: self.content,
        })
    }
}

impl<T> fmt::Debug for Unverified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unverified({} bytes)", self.bytes.len())
    }
}

/// An object whose signature and place have been verified. Dereferences to its content.
#[derive(Clone)]
pub struct Signed<T> {
    bytes: Vec<u8>,
    content: T,
    digest: Digest,
}

impl<T: Statement> Signed<T> {
    /// Encodes and signs.
    ///
    /// # Errors
    /// [`FormatError`] if the content has no encoding: a text too long, a list out of order.
    pub fn sign(content: T, platform: &PlatformId, key: &SigningKey) -> Result<Self, FormatError> {
        let mut writer = Writer::new(T::OBJECT);
        content.write(&mut writer);
        let mut bytes = writer.finish()?;
        let signature = key.sign(&signature_input::<T>(platform, &bytes));
        bytes.extend_from_slice(&signature);
        // What a reader would refuse must not be signed.
        let Unverified { bytes, content } = Unverified::decode(&bytes)?;
        Ok(Self {
            digest: Digest::of(&bytes),
            bytes,
            content,
        })
    }
}

impl<T> Signed<T> {
    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `H(object)`: SHA-256 of the whole object as it travels.
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}

impl<T> Deref for Signed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.content
    }
}

impl<T> PartialEq for Signed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Signed<T> {}

impl<T: fmt::Debug> fmt::Debug for Signed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signed").field(&self.content).finish()
    }
}

/// `L(name) | platform_id | all bytes before the signature`: no statement of one platform, and
/// of one kind, is valid as another's.
fn signature_input<T: Layout>(platform: &PlatformId, body: &[u8]) -> Vec<u8> {
    let mut input = label(T::NAME);
    input.extend_from_slice(platform.as_bytes());
    input.extend_from_slice(body);
    input
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::consent::Consent;
    use crate::epoch::EpochRecord;
    use crate::identity::Identity;
    use crate::trust::{AdminList, AgencyEntry, AssociationEntry, Freshness, Head, Manifest};

    /// If the bytes are read as a `T`, writing that `T` gives the same bytes.
    fn is_canonical<T: Statement>(bytes: &[u8]) -> bool {
        Unverified::<T>::decode(bytes).is_ok_and(|object| {
            let mut writer = Writer::new(T::OBJECT);
            object.claims().write(&mut writer);
            let body = writer.finish().unwrap();
            assert_eq!(body, bytes[..bytes.len() - SIGNATURE_LEN]);
            true
        })
    }

    fn any_is_canonical(bytes: &[u8]) -> bool {
        is_canonical::<Identity>(bytes)
            || is_canonical::<AdminList>(bytes)
            || is_canonical::<AssociationEntry>(bytes)
            || is_canonical::<AgencyEntry>(bytes)
            || is_canonical::<Head>(bytes)
            || is_canonical::<Manifest>(bytes)
            || is_canonical::<Freshness>(bytes)
            || is_canonical::<EpochRecord>(bytes)
            || is_canonical::<Consent>(bytes)
    }

    fn golden() -> Vec<Vec<u8>> {
        let golden: Value =
            serde_json::from_str(include_str!("../tests/vectors/golden.json")).unwrap();
        let unhex = |text: &str| -> Vec<u8> {
            let digits = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
            (0..text.len()).step_by(2).map(digits).collect()
        };
        let signed = ["01", "04", "05", "06", "07", "08", "09", "0A", "0E"];
        let objects = golden["objects"].as_object().unwrap();
        objects
            .iter()
            .filter(|(name, _)| signed.contains(&&name[..2]))
            .map(|(_, value)| unhex(value.as_str().unwrap()))
            .collect()
    }

    #[test]
    fn golden_objects_are_canonical() {
        let golden = golden();
        assert_eq!(golden.len(), 10);
        assert!(golden.iter().all(|bytes| any_is_canonical(bytes)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn whatever_is_read_has_one_spelling(
            which in any::<prop::sample::Index>(),
            at in any::<prop::sample::Index>(),
            value in prop_oneof![0_u8..4, any::<u8>()],
            inserted in prop::option::of(any::<prop::sample::Index>()),
        ) {
            thread_local!(static GOLDEN: Vec<Vec<u8>> = golden());
            let mut bytes = GOLDEN.with(|golden| which.get(golden).clone());
            *at.get_mut(&mut bytes) = value;
            if let Some(inserted) = inserted {
                bytes.insert(inserted.index(bytes.len()), value);
            }
            any_is_canonical(&bytes);
        }
    }
}
