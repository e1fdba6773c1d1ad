//! 11: a read mark: how far a member has read, for the other members of the epoch.

use domain::Blob;
use domain::id::{ConversationId, MessageId, PlatformId};
use domain::time::Minute;

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::epoch::{EpochKey, EpochRecord};
use crate::error::{FormatError, OpenError};
use crate::hazmat::aead::{self, NONCE_LEN, TAG_LEN};
use crate::hazmat::signature::SIGNATURE_LEN;
use crate::identity::Identity;
use crate::message::{aad, is_listed, is_person, signature_input};
use crate::random::{CryptoRng, make_bytes};
use crate::signature::SigningKey;
use crate::signed::Signed;

/// Bytes of a read mark.
pub const READ_MARK_LEN: usize = HEADER_LEN + INNER_LEN + TAG_LEN;

const HEADER_LEN: usize = 56;
const INNER_LEN: usize = 256;
/// Bytes of what the signature covers inside.
const CONTENT_LEN: usize = 56;
const LABEL: &str = "mark";

/// How far somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpTo {
    /// The last message that was read.
    pub message: MessageId,
    /// Its digest.
    pub digest: Digest,
    /// When, as the reader's device says.
    pub read: Minute,
}

/// A read mark as it travels and is stored.
///
/// `type 1 | suite 1 | conv_id 16 | epoch 4 | slot 2 | version 8 | nonce 24 | ct 272`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMark {
    conversation: ConversationId,
    epoch: u32,
    slot: u16,
    version: u64,
    bytes: Blob,
}

impl ReadMark {
    /// Signs and encrypts as the member in `slot`.
    ///
    /// # Errors
    /// [`FormatError::Value`] if `key` is not the record's or the slot is no person's.
    #[expect(
        clippy::too_many_arguments,
        reason = "each binds the mark to something; a struct would only rename them"
    )]
    pub fn seal(
        rng: &mut impl CryptoRng,
        platform: &PlatformId,
        record: &Signed<EpochRecord>,
        key: &EpochKey,
        signer: &SigningKey,
        slot: u16,
        version: u64,
        up_to: &UpTo,
    ) -> Result<Self, FormatError> {
        if !is_person(record, slot) || !key.fits(record) {
            return Err(FormatError::Value);
        }
        let nonce: [u8; NONCE_LEN] = make_bytes(rng);
        let mut writer = Writer::new(ObjectType::ReadMark);
        writer
            .put(record.conversation.as_bytes())
            .u32(record.epoch)
            .u16(slot)
            .u64(version)
            .put(&nonce);
        let mut bytes = writer.finish()?;
        let content = [
            &up_to.message.as_bytes()[..],
            up_to.digest.as_bytes(),
            &up_to.read.0.to_be_bytes(),
        ]
        .concat();
        let signature = signer.sign(&signature_input(LABEL, platform, &bytes, record, &content));
        let mut inner = [&signature[..], &content].concat();
        inner.resize(INNER_LEN, 0);
        let ciphertext = key
            .derive_mark_key(&record.conversation, record.epoch)
            .and_then(|key| aead::seal(key.expose(), &nonce, &aad(&bytes, record), &inner))
            .map_err(|_| FormatError::Value)?;
        bytes.extend_from_slice(&ciphertext);
        Self::decode(&bytes)
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`] if these are not the 328 bytes of a read mark.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, ObjectType::ReadMark)?;
        let mark = Self {
            conversation: reader.conversation()?,
            epoch: reader.u32()?,
            slot: reader.u16()?,
            version: reader.u64()?,
            bytes: bytes.to_vec().into(),
        };
        reader.take(NONCE_LEN + INNER_LEN + TAG_LEN)?;
        reader.finish()?;
        Ok(mark)
    }

    /// Decrypts, and checks that `reader` is the member in the header's slot and signed it.
    ///
    /// # Errors
    /// [`OpenError`]: another conversation's, epoch's or member's mark, changed bytes, another
    /// key, a second spelling.
    pub fn open(
        &self,
        platform: &PlatformId,
        record: &Signed<EpochRecord>,
        key: &EpochKey,
        reader: &Signed<Identity>,
    ) -> Result<UpTo, OpenError> {
        let here = self.conversation == record.conversation && self.epoch == record.epoch;
        if !is_listed(record, self.slot, reader) || !here || !key.fits(record) {
            return Err(OpenError);
        }
        let (header, ciphertext) = self.bytes.0.split_at_checked(HEADER_LEN).ok_or(OpenError)?;
        let nonce = header.last_chunk().ok_or(OpenError)?;
        let key = key.derive_mark_key(&record.conversation, record.epoch)?;
        let inner = aead::open(key.expose(), nonce, &aad(header, record), ciphertext)?;
        let (signature, rest) = inner
            .split_first_chunk::<SIGNATURE_LEN>()
            .ok_or(OpenError)?;
        let (content, zeros) = rest.split_at_checked(CONTENT_LEN).ok_or(OpenError)?;
        let input = signature_input(LABEL, platform, header, record, content);
        if zeros.iter().any(|byte| *byte != 0) || !reader.sig_key.verify(&input, signature) {
            return Err(OpenError);
        }
        let mut fields = Reader::new(content);
        Ok(UpTo {
            message: fields.message()?,
            digest: fields.digest()?,
            read: fields.minute()?,
        })
    }

    /// The conversation it says it belongs to.
    pub const fn conversation(&self) -> ConversationId {
        self.conversation
    }

    /// The epoch it says it belongs to.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The place of its author in the epoch's members, as it says.
    pub const fn slot(&self) -> u16 {
        self.slot
    }

    /// Counts the marks of one member; readers refuse a lower one than they know.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes.0
    }
}
