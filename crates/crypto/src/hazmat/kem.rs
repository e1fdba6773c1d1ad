//! HPKE base mode (RFC 9180) with X-Wing, HKDF-SHA-256 and ChaCha20-Poly1305.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};

use crate::error::{FormatError, OpenError};
use crate::random::CryptoRng;

/// Bytes of an X-Wing public key: 1,184 of ML-KEM-768 and 32 of X25519.
pub const PUBLIC_LEN: usize = 1216;
/// Bytes of an encapsulated key.
pub const ENCAPSULATED_LEN: usize = 1120;

/// The public key of a 32-byte seed (in X-Wing the secret key *is* the seed).
///
/// # Errors
/// None with today's library.
pub fn public_key(seed: &[u8; 32]) -> Result<[u8; PUBLIC_LEN], FormatError> {
    let secret = secret_key(seed)?;
    let mut public = [0; PUBLIC_LEN];
    XWing::sk_to_pk(&secret).write_exact(&mut public);
    Ok(public)
}

/// Whether these bytes are a public key that the library accepts.
///
/// # Errors
/// [`FormatError::Value`] if not.
pub fn check_public(public: &[u8]) -> Result<(), FormatError> {
    PublicKey::from_bytes(public)
        .map(|_| ())
        .map_err(|_| FormatError::Value)
}

/// Encrypts to `public`: the encapsulated key and the ciphertext with its tag.
///
/// # Errors
/// [`FormatError::Value`] for a key that the library refuses.
pub fn seal(
    rng: &mut impl CryptoRng,
    public: &[u8],
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<([u8; ENCAPSULATED_LEN], Vec<u8>), FormatError> {
    let public = PublicKey::from_bytes(public).map_err(|_| FormatError::Value)?;
    let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        XWing,
    >(&OpModeS::Base, &public, info, plaintext, aad, rng)
    .map_err(|_| FormatError::Value)?;
    let mut enc = [0; ENCAPSULATED_LEN];
    enc.copy_from_slice(&encapsulated.to_bytes());
    Ok((enc, ciphertext))
}

/// Decrypts what [`seal`] made.
///
/// # Errors
/// [`OpenError`], whatever the reason.
pub fn open(
    seed: &[u8; 32],
    encapsulated: &[u8],
    info: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, OpenError> {
    let secret = secret_key(seed)?;
    let encapsulated =
        <XWing as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| OpenError)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &secret,
        &encapsulated,
        info,
        ciphertext,
        aad,
    )
    .map_err(|_| OpenError)
}

type PublicKey = <XWing as hpke::Kem>::PublicKey;
type SecretKey = <XWing as hpke::Kem>::PrivateKey;

fn secret_key(seed: &[u8; 32]) -> Result<SecretKey, FormatError> {
    SecretKey::from_bytes(seed).map_err(|_| FormatError::Value)
}
