//! 03: what a client keeps of an account on the server, under the account key.

use domain::Blob;
use domain::id::AccountId;
use zeroize::Zeroizing;

use crate::account::AccountKey;
use crate::codec::{ObjectType, Reader, Writer};
use crate::error::{FormatError, OpenError};
use crate::hazmat::aead::{self, NONCE_LEN, TAG_LEN};
use crate::padding::{LENGTH_LEN, pad, unpad};
use crate::random::{CryptoRng, make_bytes};

/// The most bytes of padded content: 28 steps of 4 KiB.
pub const PLAIN_LIMIT: usize = 112 * 1024;
/// The most bytes of content.
pub const CONTENT_LIMIT: usize = PLAIN_LIMIT - LENGTH_LEN;

const STEP: usize = 4096;
const HEADER_LEN: usize = 34;

/// An encrypted vault: `type 1 | suite 1 | version 8 | nonce 24 | ct`.
///
/// The content is `client`'s (a CBOR map). Never an epoch key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vault {
    version: u64,
    bytes: Blob,
}

impl Vault {
    /// Encrypts `content` as `version`.
    ///
    /// # Errors
    /// [`FormatError::Length`] above [`CONTENT_LIMIT`].
    pub fn seal(
        rng: &mut impl CryptoRng,
        key: &AccountKey,
        account: &AccountId,
        version: u64,
        content: &[u8],
    ) -> Result<Self, FormatError> {
        let size = (LENGTH_LEN + content.len()).next_multiple_of(STEP);
        if size > PLAIN_LIMIT {
            return Err(FormatError::Length);
        }
        let plain = pad(content, size)?;
        let nonce: [u8; NONCE_LEN] = make_bytes(rng);
        let ciphertext = key
            .derive_vault_key()
            .and_then(|key| aead::seal(key.expose(), &nonce, &aad(account, version), &plain))
            .map_err(|_| FormatError::Length)?;
        let mut writer = Writer::new(ObjectType::Vault);
        writer.u64(version).put(&nonce).put(&ciphertext);
        Ok(Self {
            version,
            bytes: writer.finish()?.into(),
        })
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`] if these are not the bytes of a vault.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, ObjectType::Vault)?;
        let version = reader.u64()?;
        reader.take(NONCE_LEN)?;
        let padded = reader
            .rest()
            .len()
            .checked_sub(TAG_LEN)
            .ok_or(FormatError::Length)?;
        if padded == 0 || padded % STEP != 0 || padded > PLAIN_LIMIT {
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
    /// [`OpenError`]: another account's vault, another version's, changed bytes, another key.
    pub fn open(
        &self,
        key: &AccountKey,
        account: &AccountId,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (header, ciphertext) = self.bytes.0.split_at_checked(HEADER_LEN).ok_or(OpenError)?;
        let nonce = header.last_chunk().ok_or(OpenError)?;
        let key = key.derive_vault_key()?;
        let plain = aead::open(key.expose(), nonce, &aad(account, self.version), ciphertext)
            .map(Zeroizing::new)?;
        let content = unpad(&plain)?;
        if (LENGTH_LEN + content.len()).next_multiple_of(STEP) != plain.len() {
            return Err(OpenError);
        }
        Ok(Zeroizing::new(content.to_vec()))
    }

    /// The version it says it is; the server swaps only upwards by one.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes.0
    }
}

/// Type, suite, account, version.
fn aad(account: &AccountId, version: u64) -> Vec<u8> {
    let mut aad = vec![ObjectType::Vault as u8, crate::codec::SUITE];
    aad.extend_from_slice(account.as_bytes());
    aad.extend_from_slice(&version.to_be_bytes());
    aad
}
