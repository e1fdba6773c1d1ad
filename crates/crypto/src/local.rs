//! 14: a record on a device that somebody calls their own.

use domain::id::AccountId;
use zeroize::Zeroizing;

use crate::account::AccountKey;
use crate::codec::{ObjectType, Reader, Writer};
use crate::error::{FormatError, OpenError};
use crate::hazmat::aead::{self, NONCE_LEN, TAG_LEN};
use crate::padding::{LENGTH_LEN, pad, unpad};
use crate::random::{CryptoRng, make_bytes};
use crate::secret::Secret;

const STEP: usize = 4096;
const HEADER_LEN: usize = 34;

/// Encrypts and opens the records of one account: each opens under its own name only.
pub struct LocalKey {
    key: Secret<32>,
    account: AccountId,
}

impl LocalKey {
    /// The key of an account's records.
    ///
    /// # Errors
    /// None with today's library.
    pub fn of_account(key: &AccountKey, account: &AccountId) -> Result<Self, OpenError> {
        Ok(Self {
            key: key.derive_local_key()?,
            account: *account,
        })
    }

    /// `type 1 | suite 1 | version 8 | nonce 24 | ct`, padded to steps of 4 KiB. `version` is the
    /// content's form.
    ///
    /// # Errors
    /// [`FormatError::Length`] from 4 GiB on.
    pub fn seal(
        &self,
        rng: &mut impl CryptoRng,
        name: &str,
        version: u64,
        content: &[u8],
    ) -> Result<Vec<u8>, FormatError> {
        let size = (LENGTH_LEN + content.len()).next_multiple_of(STEP);
        let plain = pad(content, size)?;
        let nonce: [u8; NONCE_LEN] = make_bytes(rng);
        let mut writer = Writer::new(ObjectType::LocalRecord);
        writer.u64(version).put(&nonce);
        let mut bytes = writer.finish()?;
        let ciphertext = aead::seal(self.key.expose(), &nonce, &self.aad(&bytes, name), &plain)
            .map_err(|_| FormatError::Length)?;
        bytes.extend_from_slice(&ciphertext);
        Ok(bytes)
    }

    /// Opens a record; gives its version too.
    ///
    /// # Errors
    /// [`OpenError`]: another account, another name, changed bytes, or no record.
    pub fn open(&self, name: &str, record: &[u8]) -> Result<(u64, Zeroizing<Vec<u8>>), OpenError> {
        let mut reader = Reader::open(record, ObjectType::LocalRecord)?;
        let version = reader.u64()?;
        let (header, ciphertext) = record.split_at_checked(HEADER_LEN).ok_or(OpenError)?;
        let nonce = header.last_chunk().ok_or(OpenError)?;
        let padded = ciphertext.len().checked_sub(TAG_LEN).ok_or(OpenError)?;
        if padded == 0 || padded % STEP != 0 {
            return Err(OpenError);
        }
        let aad = self.aad(header, name);
        let plain = Zeroizing::new(aead::open(self.key.expose(), nonce, &aad, ciphertext)?);
        let content = unpad(&plain)?;
        if (LENGTH_LEN + content.len()).next_multiple_of(STEP) != plain.len() {
            return Err(OpenError);
        }
        Ok((version, Zeroizing::new(content.to_vec())))
    }

    /// Header, account, name: the name is last, so no two are spelt alike.
    fn aad(&self, header: &[u8], name: &str) -> Vec<u8> {
        [header, self.account.as_bytes(), name.as_bytes()].concat()
    }
}
