//! 15: values that the server keeps under a key outside its database. Native only.

use zeroize::Zeroizing;

use crate::codec::{ObjectType, Reader, Writer};
use crate::derive::derive;
use crate::error::{FormatError, OpenError};
use crate::hazmat::aead::{self, NONCE_LEN};
use crate::hazmat::kdf;
use crate::random::{CryptoRng, make_bytes};
use crate::secret::{Secret, secret_key};

/// The server key: 32 bytes from outside the database, and its number.
#[derive(Debug)]
pub struct ServerKey {
    number: u16,
    key: Secret<32>,
}

/// Where a sealed value lies: it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// The table.
    pub table: &'a str,
    /// The column; each has its own key.
    pub column: &'a str,
    /// The row's id.
    pub row: &'a [u8],
}

impl ServerKey {
    /// Takes over the key with this number.
    pub const fn new(number: u16, key: Secret<32>) -> Self {
        Self { number, key }
    }

    /// Seals: `type 1 | suite 1 | key_no 2 | nonce 24 | ct`.
    ///
    /// # Errors
    /// [`FormatError::Text`] for names of 256 bytes and more.
    pub fn seal(
        &self,
        rng: &mut impl CryptoRng,
        cell: Cell<'_>,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, FormatError> {
        let nonce: [u8; NONCE_LEN] = make_bytes(rng);
        let mut writer = Writer::new(ObjectType::ServerSeal);
        writer.u16(self.number).put(&nonce);
        let mut bytes = writer.finish()?;
        let aad = cell.aad(&bytes).ok_or(FormatError::Text)?;
        let ciphertext = self
            .column_key(cell)
            .and_then(|key| aead::seal(key.expose(), &nonce, &aad, plaintext))
            .map_err(|_| FormatError::Length)?;
        bytes.extend_from_slice(&ciphertext);
        Ok(bytes)
    }

    /// Opens what [`ServerKey::seal`] sealed for the same cell.
    ///
    /// # Errors
    /// [`OpenError`]: another key, table, column or row, or changed bytes.
    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let mut reader = Reader::open(sealed, ObjectType::ServerSeal)?;
        if reader.u16()? != self.number {
            return Err(OpenError);
        }
        let nonce: [u8; NONCE_LEN] = reader.array()?;
        let ciphertext = reader.rest();
        let header = &sealed[..sealed.len() - ciphertext.len()];
        let aad = cell.aad(header).ok_or(OpenError)?;
        let key = self.column_key(cell)?;
        aead::open(key.expose(), &nonce, &aad, ciphertext).map(Zeroizing::new)
    }

    fn column_key(&self, cell: Cell<'_>) -> Result<Secret<32>, OpenError> {
        derive(self.key.expose(), &format!("sk/{}", cell.column), &[])
    }
}

impl Cell<'_> {
    /// Header, then table and column with their lengths, then the row. `None` for longer names.
    fn aad(&self, header: &[u8]) -> Option<Vec<u8>> {
        let mut aad = header.to_vec();
        for name in [self.table, self.column] {
            aad.push(u8::try_from(name.len()).ok()?);
            aad.extend_from_slice(name.as_bytes());
        }
        aad.extend_from_slice(self.row);
        Some(aad)
    }
}

/// The number of the server key that a sealed value names, to choose the key.
///
/// # Errors
/// [`FormatError`] if the bytes are no server seal.
pub fn key_number(sealed: &[u8]) -> Result<u16, FormatError> {
    Reader::open(sealed, ObjectType::ServerSeal)?.u16()
}

secret_key! {
    /// `k_cred`: turns user names into OPAQUE's credential identifiers. Never changes.
    CredentialKey
}

impl CredentialKey {
    /// `HMAC-SHA-256(k_cred, user name)`, for known and unknown names alike.
    ///
    /// # Errors
    /// None with today's library.
    pub fn derive_identifier(&self, user_name: &str) -> Result<[u8; 32], OpenError> {
        kdf::hmac_sha256(self.expose(), &[user_name.as_bytes()])
    }
}

secret_key! {
    /// `k_name`: turns user names into what the database looks them up by. Never changes.
    NameKey
}

impl NameKey {
    /// `HMAC-SHA-256(k_name, user name)`.
    ///
    /// # Errors
    /// None with today's library.
    pub fn derive_lookup(&self, user_name: &str) -> Result<[u8; 32], OpenError> {
        kdf::hmac_sha256(self.expose(), &[user_name.as_bytes()])
    }
}
