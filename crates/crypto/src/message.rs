//! 10: a message: encrypted under the epoch's key, signed inside, in one of seven sizes.

use domain::Blob;
use domain::id::{ConversationId, MessageId, PlatformId};
use domain::time::Minute;
use zeroize::Zeroizing;

use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::epoch::{EpochKey, EpochRecord, MemberId};
use crate::error::{FormatError, OpenError};
use crate::hazmat::aead::{self, NONCE_LEN, TAG_LEN};
use crate::hazmat::signature::SIGNATURE_LEN;
use crate::identity::Identity;
use crate::label::label;
use crate::padding::{SIZES, size_for};
use crate::random::{CryptoRng, make_bytes};
use crate::signature::SigningKey;
use crate::signed::Signed;

/// Bytes of the header in clear.
pub const HEADER_LEN: usize = 64;
/// Bytes of a message's inner part beside its body.
pub const INNER_FIXED_LEN: usize = 153;
/// The most bytes of a body.
pub const BODY_LIMIT: usize = 32_768 - INNER_FIXED_LEN;
/// The seven sizes of stored messages.
pub const STORED_SIZES: [usize; 7] = [592, 1104, 2128, 4176, 8272, 16_464, 32_848];

const LABEL: &str = "msg";

/// What a message says.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// The chain of the tab that wrote it: eight random bytes.
    pub chain: [u8; 8],
    /// Counts the chain's messages, from 0.
    pub seq: u32,
    /// Digest of the author's message before; zero if there is none.
    pub prev_own_hash: Digest,
    /// Digest of the newest verified message of another member; zero if there is none.
    pub seen_hash: Digest,
    /// When the author's device says it was sent.
    pub sent: Minute,
    /// How to read the body.
    pub content_type: ContentType,
    /// At most [`BODY_LIMIT`] bytes.
    pub body: Vec<u8>,
}

/// How to read a message's body. Unknown numbers are kept: "needs a newer version".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentType(pub u8);

impl ContentType {
    /// Text with our Markdown, UTF-8.
    pub const TEXT: Self = Self(1);
    /// The enquiry's pseudonym and answers, JSON.
    pub const ENQUIRY: Self = Self(2);
    /// Takes an own message back, JSON.
    pub const DELETE: Self = Self(3);
    /// Replaces an own message's text, JSON.
    pub const EDIT: Self = Self(4);
    /// A file, JSON.
    pub const FILE: Self = Self(5);
    /// Asks for a consent or gives one, JSON.
    pub const CONSENT: Self = Self(6);
    /// Text that answers a message, JSON.
    pub const REPLY: Self = Self(7);
    /// The title of a group or staff container, JSON.
    pub const TITLE: Self = Self(8);
}

/// Nothing of a message may reach a log.
impl core::fmt::Debug for Content {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Content([redacted])")
    }
}

/// An encrypted message as it travels and is stored.
///
/// Header: `type 1 | suite 1 | conv_id 16 | epoch 4 | msg_id 16 | sender_slot 2 | nonce 24`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    conversation: ConversationId,
    epoch: u32,
    id: MessageId,
    sender_slot: u16,
    bytes: Blob,
}

impl Message {
    /// Signs and encrypts `content` as the member in `sender_slot`.
    ///
    /// # Errors
    /// [`FormatError::Length`] for a body above [`BODY_LIMIT`]; [`FormatError::Value`] if `key`
    /// is not the record's or the slot is no person's.
    #[expect(
        clippy::too_many_arguments,
        reason = "each binds the message to something; a struct would only rename them"
    )]
    pub fn seal(
        rng: &mut impl CryptoRng,
        platform: &PlatformId,
        record: &Signed<EpochRecord>,
        key: &EpochKey,
        signer: &SigningKey,
        id: MessageId,
        sender_slot: u16,
        content: &Content,
    ) -> Result<Self, FormatError> {
        if !is_person(record, sender_slot) || !key.fits(record) {
            return Err(FormatError::Value);
        }
        let mut writer = Writer::new(ObjectType::Message);
        writer
            .put(record.conversation.as_bytes())
            .u32(record.epoch)
            .put(id.as_bytes())
            .u16(sender_slot)
            .put(&make_bytes::<NONCE_LEN>(rng));
        let mut bytes = writer.finish()?;
        let signed_part = content.encode()?;
        let size = size_for(SIGNATURE_LEN + signed_part.len()).ok_or(FormatError::Length)?;
        let signature = signer.sign(&signature_input(
            LABEL,
            platform,
            &bytes,
            record,
            &signed_part,
        ));
        let mut inner = Zeroizing::new(Vec::with_capacity(size));
        inner.extend_from_slice(&signature);
        inner.extend_from_slice(&signed_part);
        inner.resize(size, 0);
        let nonce = bytes.last_chunk().ok_or(FormatError::Length)?;
        let ciphertext = key
            .derive_message_key(&record.conversation, record.epoch)
            .and_then(|key| aead::seal(key.expose(), nonce, &aad(&bytes, record), &inner))
            .map_err(|_| FormatError::Length)?;
        bytes.extend_from_slice(&ciphertext);
        Self::decode(&bytes)
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`] if these are not the bytes of a message in one of the seven sizes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, ObjectType::Message)?;
        let message = Self {
            conversation: reader.conversation()?,
            epoch: reader.u32()?,
            id: reader.message()?,
            sender_slot: reader.u16()?,
            bytes: bytes.to_vec().into(),
        };
        reader.take(NONCE_LEN)?;
        let sizes = SIZES.map(|size| size + TAG_LEN);
        if sizes.contains(&reader.rest().len()) {
            Ok(message)
        } else {
            Err(FormatError::Length)
        }
    }

    /// Decrypts, and checks that `sender` is the member in the header's slot and signed it.
    ///
    /// # Errors
    /// [`OpenError`]: another conversation's, epoch's or sender's message, changed bytes,
    /// another key, a second spelling.
    pub fn open(
        &self,
        platform: &PlatformId,
        record: &Signed<EpochRecord>,
        key: &EpochKey,
        sender: &Signed<Identity>,
    ) -> Result<Content, OpenError> {
        let here = self.conversation == record.conversation && self.epoch == record.epoch;
        if !is_listed(record, self.sender_slot, sender) || !here || !key.fits(record) {
            return Err(OpenError);
        }
        let (header, ciphertext) = self.bytes.0.split_at_checked(HEADER_LEN).ok_or(OpenError)?;
        let nonce = header.last_chunk().ok_or(OpenError)?;
        let key = key.derive_message_key(&record.conversation, record.epoch)?;
        let inner = aead::open(key.expose(), nonce, &aad(header, record), ciphertext)
            .map(Zeroizing::new)?;
        let (signature, rest) = inner
            .split_first_chunk::<SIGNATURE_LEN>()
            .ok_or(OpenError)?;
        let (content, signed_part) = Content::decode(rest)?;
        if size_for(SIGNATURE_LEN + signed_part.len()) != Some(inner.len()) {
            return Err(OpenError);
        }
        let input = signature_input(LABEL, platform, header, record, signed_part);
        if sender.sig_key.verify(&input, signature) {
            Ok(content)
        } else {
            Err(OpenError)
        }
    }

    /// The conversation it says it belongs to.
    pub const fn conversation(&self) -> ConversationId {
        self.conversation
    }

    /// The epoch it says it belongs to.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The id that its author chose.
    pub const fn id(&self) -> MessageId {
        self.id
    }

    /// The place of its author in the epoch's members, as it says.
    pub const fn sender_slot(&self) -> u16 {
        self.sender_slot
    }

    /// SHA-256 of header and ciphertext: how other messages name it.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes.0)
    }

    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes.0
    }
}

impl Content {
    /// From chain to the end of the body.
    fn encode(&self) -> Result<Zeroizing<Vec<u8>>, FormatError> {
        if self.body.len() > BODY_LIMIT {
            return Err(FormatError::Length);
        }
        let body_len = u32::try_from(self.body.len()).map_err(|_| FormatError::Length)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(INNER_FIXED_LEN + self.body.len()));
        bytes.extend_from_slice(&self.chain);
        bytes.extend_from_slice(&self.seq.to_be_bytes());
        bytes.extend_from_slice(self.prev_own_hash.as_bytes());
        bytes.extend_from_slice(self.seen_hash.as_bytes());
        bytes.extend_from_slice(&self.sent.0.to_be_bytes());
        bytes.push(self.content_type.0);
        bytes.extend_from_slice(&body_len.to_be_bytes());
        bytes.extend_from_slice(&self.body);
        Ok(bytes)
    }

    /// The content, and its bytes without the zeros behind them.
    fn decode(padded: &[u8]) -> Result<(Self, &[u8]), FormatError> {
        let mut reader = Reader::new(padded);
        let content = Self {
            chain: reader.array()?,
            seq: reader.u32()?,
            prev_own_hash: reader.digest()?,
            seen_hash: reader.digest()?,
            sent: reader.minute()?,
            content_type: ContentType(reader.u8()?),
            body: {
                let len = usize::try_from(reader.u32()?).map_err(|_| FormatError::Length)?;
                reader.take(len)?.to_vec()
            },
        };
        let zeros = reader.rest();
        if zeros.iter().any(|byte| *byte != 0) {
            return Err(FormatError::Value);
        }
        Ok((content, &padded[..padded.len() - zeros.len()]))
    }
}

/// Whether a person has this slot.
pub(crate) fn is_person(record: &EpochRecord, slot: u16) -> bool {
    record
        .member(slot)
        .is_some_and(|member| matches!(member.id, MemberId::Account(_)))
}

/// Whether the slot is this person's, under this very identity.
pub(crate) fn is_listed(record: &EpochRecord, slot: u16, person: &Signed<Identity>) -> bool {
    record.member(slot).is_some_and(|member| {
        member.id == MemberId::Account(person.account) && member.identity_hash == person.digest()
    })
}

/// Header, then the digest of the epoch's record.
pub(crate) fn aad(header: &[u8], record: &Signed<EpochRecord>) -> Vec<u8> {
    [header, record.digest().as_bytes()].concat()
}

/// What a member of an epoch signs; `name` is the object's.
pub(crate) fn signature_input(
    name: &str,
    platform: &PlatformId,
    header: &[u8],
    record: &Signed<EpochRecord>,
    signed_part: &[u8],
) -> Vec<u8> {
    let mut input = label(name);
    input.extend_from_slice(platform.as_bytes());
    input.extend_from_slice(header);
    input.extend_from_slice(record.digest().as_bytes());
    input.extend_from_slice(Digest::of(signed_part).as_bytes());
    input
}
