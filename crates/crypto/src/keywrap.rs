//! 02: the account key under a password, a code, a passkey, a tab or a device, with a
//! commitment: there is exactly one input that opens it.

use core::fmt;

use domain::id::{AccountId, PlatformId};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::account::AccountKey;
use crate::codec::{ObjectType, Reader, Writer};
use crate::digest::Digest;
use crate::error::{FormatError, OpenError};
use crate::hazmat::aead::{self, NONCE_LEN};
use crate::hazmat::kdf;
use crate::label::label;
use crate::random::{CryptoRng, make_bytes};
use crate::secret::Secret;

/// Bytes of a key wrap.
pub const KEY_WRAP_LEN: usize = 138;

const SALT_LEN: usize = 32;
const COMMIT_LEN: usize = 32;
const CIPHERTEXT_LEN: usize = 48;

/// What opens a key wrap. Each purpose has its own label: one never opens the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// OPAQUE's export key.
    Password,
    /// [`RecoverySecret::derive_wrap`](crate::recovery::RecoverySecret::derive_wrap).
    Recovery,
    /// The output of a passkey's PRF.
    Passkey,
    /// The tab's share and the server's share, see [`split_ikm`].
    Tab,
    /// The password and the device's own key.
    Device,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "pw",
            Self::Recovery => "rc",
            Self::Passkey => "prf",
            Self::Tab => "tab",
            Self::Device => "dev",
        }
    }
}

/// `type 1 | suite 1 | salt 32 | commit 32 | nonce 24 | ct 48`.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyWrap([u8; KEY_WRAP_LEN]);

impl fmt::Debug for KeyWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyWrap(138 bytes)")
    }
}

impl KeyWrap {
    /// Wraps the account key.
    ///
    /// # Errors
    /// None with today's library.
    pub fn seal(
        rng: &mut impl CryptoRng,
        purpose: Purpose,
        account: &AccountId,
        ikm: &[u8],
        key: &AccountKey,
    ) -> Result<Self, FormatError> {
        let salt: [u8; SALT_LEN] = make_bytes(rng);
        let nonce: [u8; NONCE_LEN] = make_bytes(rng);
        let derived = derive(purpose, account, ikm, &salt).map_err(|_| FormatError::Value)?;
        let mut writer = Writer::new(ObjectType::KeyWrap);
        writer.put(&salt).put(&derived.commit).put(&nonce);
        let mut bytes = writer.finish()?;
        let ciphertext = aead::seal(
            derived.key.expose(),
            &nonce,
            &aad(&bytes, account, purpose),
            key.expose(),
        )
        .map_err(|_| FormatError::Length)?;
        bytes.extend_from_slice(&ciphertext);
        Self::decode(&bytes)
    }

    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`] if these are not the 138 bytes of a key wrap.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, ObjectType::KeyWrap)?;
        reader.take(SALT_LEN + COMMIT_LEN + NONCE_LEN + CIPHERTEXT_LEN)?;
        reader.finish()?;
        bytes.try_into().map(Self).map_err(|_| FormatError::Length)
    }

    /// Unwraps; the commitment is compared before anything is decrypted.
    ///
    /// # Errors
    /// [`OpenError`]: another input, purpose or account, or changed bytes.
    pub fn open(
        &self,
        purpose: Purpose,
        account: &AccountId,
        ikm: &[u8],
    ) -> Result<AccountKey, OpenError> {
        let (head, ciphertext) = self
            .0
            .split_last_chunk::<CIPHERTEXT_LEN>()
            .ok_or(OpenError)?;
        let mut reader = Reader::open(head, ObjectType::KeyWrap)?;
        let salt = reader.array()?;
        let commit: [u8; COMMIT_LEN] = reader.array()?;
        let nonce = reader.array()?;
        let derived = derive(purpose, account, ikm, &salt)?;
        if !bool::from(derived.commit.ct_eq(&commit)) {
            return Err(OpenError);
        }
        let aad = aad(head, account, purpose);
        let plain = Zeroizing::new(aead::open(derived.key.expose(), &nonce, &aad, ciphertext)?);
        Secret::from_slice(&plain)
            .map(AccountKey::from)
            .ok_or(OpenError)
    }

    /// The object as it travels.
    pub const fn as_bytes(&self) -> &[u8; KEY_WRAP_LEN] {
        &self.0
    }
}

/// The input for [`Purpose::Tab`]: the share in the tab, then the server's.
pub fn split_ikm(tab_share: &Secret<32>, server_share: &Secret<32>) -> Secret<64> {
    let mut ikm = Secret::zero();
    let (tab, server) = ikm.expose_mut().split_at_mut(32);
    tab.copy_from_slice(tab_share.expose());
    server.copy_from_slice(server_share.expose());
    ikm
}

/// What a passkey's PRF is asked to compute something of, for [`Purpose::Passkey`]: the same for all passkeys of a
/// platform, as each computes with a secret of its own (WebAuthn Level 3, 10.1.4).
pub fn passkey_input(platform: &PlatformId) -> [u8; 32] {
    *Digest::of(&[&label("prf")[..], platform.as_bytes()].concat()).as_bytes()
}

struct Derived {
    key: Secret<32>,
    commit: [u8; COMMIT_LEN],
}

fn derive(
    purpose: Purpose,
    account: &AccountId,
    ikm: &[u8],
    salt: &[u8; SALT_LEN],
) -> Result<Derived, OpenError> {
    let label = purpose_label(purpose);
    let mut both = Zeroizing::new([0; 64]);
    kdf::hkdf_sha256(
        ikm,
        Some(salt),
        &[&label, account.as_bytes()],
        &mut both[..],
    )?;
    let (key, commit) = both.split_at(32);
    Ok(Derived {
        key: Secret::from_slice(key).ok_or(OpenError)?,
        commit: commit.try_into().map_err(|_| OpenError)?,
    })
}

fn purpose_label(purpose: Purpose) -> Vec<u8> {
    label(&format!("kw/{}", purpose.name()))
}

/// The bytes before the ciphertext, the account, the purpose.
fn aad(head: &[u8], account: &AccountId, purpose: Purpose) -> Vec<u8> {
    [head, account.as_bytes(), purpose.name().as_bytes()].concat()
}
