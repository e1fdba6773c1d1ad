//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), 24-byte nonce, 16-byte tag.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::error::OpenError;

/// Bytes of the nonce; random ones do not collide.
pub const NONCE_LEN: usize = 24;
/// Bytes of the tag behind every ciphertext.
pub const TAG_LEN: usize = 16;

/// Encrypts; the tag stands at the end.
///
/// # Errors
/// Only for a plaintext of 256 GiB and more.
pub fn seal(
    key: &[u8; 32],
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, OpenError> {
    let payload = Payload {
        msg: plaintext,
        aad,
    };
    XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| OpenError)
}

/// Decrypts what [`seal`] made with the same key, nonce and additional data.
///
/// # Errors
/// [`OpenError`], whatever the reason.
pub fn open(
    key: &[u8; 32],
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, OpenError> {
    let payload = Payload {
        msg: ciphertext,
        aad,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| OpenError)
}
