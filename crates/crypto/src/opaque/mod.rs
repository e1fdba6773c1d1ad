//! `auth_pake`: OPAQUE-3DH (RFC 9807) over ristretto255 and SHA-512, stretched by Argon2id.
//!
//! [`client`] runs in the worker, [`server`] on the server only. What differs between the shipped
//! instance and the published vectors, stretching, context and randomness, is a parameter of
//! [`core`].

pub mod client;
pub mod core;
#[cfg(not(target_arch = "wasm32"))]
pub mod server;

use domain::id::PlatformId;
use thiserror::Error;

use crate::secret::Secret;

/// Bytes of a registration request.
pub const REGISTRATION_REQUEST_LEN: usize = 32;
/// Bytes of a registration response.
pub const REGISTRATION_RESPONSE_LEN: usize = 64;
/// Bytes of a record, as uploaded and as stored.
pub const RECORD_LEN: usize = 192;
/// Bytes of KE1.
pub const KE1_LEN: usize = 96;
/// Bytes of KE2.
pub const KE2_LEN: usize = 320;
/// Bytes of KE3.
pub const KE3_LEN: usize = 64;

/// What comes out for both sides of a login, 64 bytes.
pub type SessionKey = Secret<64>;
/// What comes out for the client only, at registration and at each login the same, 64 bytes.
pub type ExportKey = Secret<64>;

/// A step that did not work out: malformed message, wrong password, another server.
///
/// Deliberately without a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("sign-in failed")]
pub struct OpaqueError;

impl From<opaque_ke::errors::ProtocolError> for OpaqueError {
    fn from(_: opaque_ke::errors::ProtocolError) -> Self {
        Self
    }
}

/// The context string of our protocol runs.
const CONTEXT: &[u8] = b"beistand/v1/opaque";

/// Who signs in, and where. The server is its platform id, so that every address of it works.
#[derive(Clone, Copy)]
pub struct Parties<'a> {
    /// The user name, in the form of `domain::account::UserName`.
    pub user_name: &'a str,
    /// The platform.
    pub platform: &'a PlatformId,
}

impl<'a> Parties<'a> {
    const fn setting(self) -> core::Setting<'a> {
        core::Setting {
            context: CONTEXT,
            client: Some(self.user_name.as_bytes()),
            server: Some(self.platform.as_bytes()),
        }
    }
}
