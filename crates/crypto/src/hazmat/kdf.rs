//! HKDF-SHA-256 (RFC 5869), HMAC-SHA-256 (RFC 2104), Argon2id (RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::OpenError;

/// Argon2id's memory in KiB.
pub const ARGON2_MEMORY: u32 = 65_536;
/// Argon2id's passes.
pub const ARGON2_PASSES: u32 = 3;
/// Argon2id's lanes.
pub const ARGON2_LANES: u32 = 1;

/// Fills `out` with HKDF-SHA-256.
///
/// # Errors
/// If more than 8,160 bytes are asked.
pub fn hkdf_sha256(
    ikm: &[u8],
    salt: Option<&[u8]>,
    info: &[&[u8]],
    out: &mut [u8],
) -> Result<(), OpenError> {
    Hkdf::<Sha256>::new(salt, ikm)
        .expand_multi_info(info, out)
        .map_err(|_| OpenError)
}

/// HMAC-SHA-256 of the concatenated parts.
///
/// # Errors
/// None with today's library, which takes keys of any length.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], OpenError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| OpenError)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

/// Fills `out` with Argon2id v1.3 at the platform's cost: 64 MiB, three passes, one lane.
///
/// # Errors
/// If memory cannot be had, or `salt` has under 8 bytes, or `out` under 4.
pub fn argon2id(password: &[u8], salt: &[u8], out: &mut [u8]) -> Result<(), OpenError> {
    argon2id_with(
        ARGON2_MEMORY,
        ARGON2_PASSES,
        ARGON2_LANES,
        password,
        salt,
        out,
    )
}

/// Argon2id v1.3 at another cost (`memory` in KiB), as for the proof of work.
///
/// # Errors
/// As [`argon2id`], and for costs that RFC 9106 forbids.
pub fn argon2id_with(
    memory: u32,
    passes: u32,
    lanes: u32,
    password: &[u8],
    salt: &[u8],
    out: &mut [u8],
) -> Result<(), OpenError> {
    let params = Params::new(memory, passes, lanes, Some(out.len())).map_err(|_| OpenError)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, out)
        .map_err(|_| OpenError)
}
