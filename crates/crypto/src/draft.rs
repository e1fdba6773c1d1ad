//! 13: a draft, encrypted for oneself: on the server for an account, in the tab before there is one.

use core::fmt;

use domain::Blob;
use domain::id::{AccountId, ConversationId, TabId};
use zeroize::Zeroizing;

use crate::account::AccountKey;
use crate::codec::{ObjectType, Reader, Writer};
use crate::error::{FormatError, OpenError};
use crate::hazmat::aead::{self, NONCE_LEN, TAG_LEN};
use crate::padding::{LENGTH_LEN, SIZES, pad, size_for, unpad};
use crate::random::{CryptoRng, make_bytes};
use crate::secret::Secret;

/// The most bytes of a draft's content.
pub const CONTENT_LIMIT: usize = 32_768 - LENGTH_LEN;

const HEADER_LEN: usize = 34;

/// Under which key a draft lies, and where: it opens nowhere else.
pub struct DraftPlace {
    key: Secret<32>,
    place: Vec<u8>,
}

/// Ids stay out of logs, as do keys.
impl fmt::Debug for DraftPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DraftPlace([redacted])")
    }
}

impl DraftPlace {
    /// A draft for a conversation of an account.
    ///
    /// # Errors
    /// None with today's library.
    pub fn of_account(
        key: &AccountKey,
        account: &AccountId,
        conversation: &ConversationId,
    ) -> Result<Self, OpenError> {
        Ok(Self {
            key: key.derive_draft_key()?,
            place: [&account.as_bytes()[..], conversation.as_bytes()].concat(),
        })
    }

    /// A tab's draft before there is an account, under the key that the server remembers for it.
    pub fn of_tab(key: Secret<32>, tab: &TabId) -> Self {
        Self {
            key,
            place: tab.as_bytes().to_vec(),
        }
    }

    fn aad(&self, header: &[u8]) -> Vec<u8> {
        [header, &self.place].concat()
    }
}

/// `type 1 | suite 1 | version 8 | nonce 24 | ct`, padded to one of seven sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    version: u64,
    bytes: Blob,
}

impl Draft {
    /// Encrypts `content` as `version`.
    ///
    /// # Errors
    /// [`FormatError::Length`] above [`CONTENT_LIMIT`].
    pub fn seal(
        rng: &mut impl CryptoRng,
        place: &DraftPlace,
        version: u64,
        content: &[u8],
    ) -> Result<Self, FormatError> {
        let size = size_for(LENGTH_LEN + content.len()).ok_or(FormatError::Length)?;
        let plain = pad(content, size)?;
        let nonce: [u8; NONCE_LEN] = make_bytes(rng);
        let mut writer = Writer::new(ObjectType::Draft);
        writer.u64(version).put(&nonce);
        let mut bytes = writer.finish()?;
        let ciphertext = aead::seal(place.key.expose(), &nonce, &place.aad(&bytes), &plain)
            .map_err(|_| FormatError::Length)?;
        bytes.extend_from_slice(&ciphertext);
        Ok(Self {
            version,
            bytes: bytes.into(),
        })
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`] if these are not the bytes of a draft.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, ObjectType::Draft)?;
        let version = reader.u64()?;
        reader.take(NONCE_LEN)?;
        let sizes = SIZES.map(|size| size + TAG_LEN);
        if !sizes.contains(&reader.rest().len()) {
            return Err(FormatError::Length);
        }
        Ok(Self {
            version,
            bytes: bytes.to_vec().into(),
        })
    }

    /// Decrypts the content.
    ///
    /// # Errors
    /// [`OpenError`]: another place, another key, changed bytes.
    pub fn open(&self, place: &DraftPlace) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (header, ciphertext) = self.bytes.0.split_at_checked(HEADER_LEN).ok_or(OpenError)?;
        let nonce = header.last_chunk().ok_or(OpenError)?;
        let plain = aead::open(place.key.expose(), nonce, &place.aad(header), ciphertext)
            .map(Zeroizing::new)?;
        let content = unpad(&plain)?;
        if size_for(LENGTH_LEN + content.len()) != Some(plain.len()) {
            return Err(OpenError);
        }
        Ok(Zeroizing::new(content.to_vec()))
    }

    /// Counts the saves of one draft.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes.0
    }
}
