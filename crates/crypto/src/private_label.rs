//! 12: a member's own title, tags, snooze and unread position of a conversation.

use domain::Blob;
use domain::id::{AccountId, ConversationId};
use zeroize::Zeroizing;

use crate::account::AccountKey;
use crate::codec::{ObjectType, Reader, Writer};
use crate::error::{FormatError, OpenError};
use crate::hazmat::aead::{self, NONCE_LEN, TAG_LEN};
use crate::padding::{LENGTH_LEN, pad, unpad};
use crate::random::{CryptoRng, make_bytes};

/// Bytes of a private label.
pub const PRIVATE_LABEL_LEN: usize = 1090;
/// The most bytes of its content.
pub const CONTENT_LIMIT: usize = PLAIN_LEN - LENGTH_LEN;

const PLAIN_LEN: usize = 1024;
const HEADER_LEN: usize = 50;

/// `type 1 | suite 1 | conv_id 16 | version 8 | nonce 24 | ct 1040`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateLabel {
    conversation: ConversationId,
    version: u64,
    bytes: Blob,
}

impl PrivateLabel {
    /// Encrypts `content` as `version`.
    ///
    /// # Errors
    /// [`FormatError::Length`] above [`CONTENT_LIMIT`].
    pub fn seal(
        rng: &mut impl CryptoRng,
        key: &AccountKey,
        account: &AccountId,
        conversation: &ConversationId,
        version: u64,
        content: &[u8],
    ) -> Result<Self, FormatError> {
        let plain = pad(content, PLAIN_LEN)?;
        let nonce: [u8; NONCE_LEN] = make_bytes(rng);
        let mut writer = Writer::new(ObjectType::PrivateLabel);
        writer.put(conversation.as_bytes()).u64(version).put(&nonce);
        let mut bytes = writer.finish()?;
        let ciphertext = key
            .derive_label_key()
            .and_then(|key| aead::seal(key.expose(), &nonce, &aad(&bytes, account), &plain))
            .map_err(|_| FormatError::Length)?;
        bytes.extend_from_slice(&ciphertext);
        Self::decode(&bytes)
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`] if these are not the 1,090 bytes of a private label.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, ObjectType::PrivateLabel)?;
        let conversation = reader.conversation()?;
        let version = reader.u64()?;
        reader.take(NONCE_LEN + PLAIN_LEN + TAG_LEN)?;
        reader.finish()?;
        Ok(Self {
            conversation,
            version,
            bytes: bytes.to_vec().into(),
        })
    }

    /// Decrypts the content.
    ///
    /// # Errors
    /// [`OpenError`]: another account's or conversation's label, changed bytes, another key.
    pub fn open(
        &self,
        key: &AccountKey,
        account: &AccountId,
        conversation: &ConversationId,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        if self.conversation != *conversation {
            return Err(OpenError);
        }
        let (header, ciphertext) = self.bytes.0.split_at_checked(HEADER_LEN).ok_or(OpenError)?;
        let nonce = header.last_chunk().ok_or(OpenError)?;
        let key = key.derive_label_key()?;
        let plain = aead::open(key.expose(), nonce, &aad(header, account), ciphertext)
            .map(Zeroizing::new)?;
        unpad(&plain).map(|content| Zeroizing::new(content.to_vec()))
    }

    /// The conversation it says it belongs to.
    pub const fn conversation(&self) -> ConversationId {
        self.conversation
    }

    /// The version it says it is.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes.0
    }
}

fn aad(header: &[u8], account: &AccountId) -> Vec<u8> {
    [header, account.as_bytes()].concat()
}
