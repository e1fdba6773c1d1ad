//! Recovery codes: back into an account whose password is lost, without an e-mail.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::account::{AccountKind, Confirmation, Secretive};
use crate::factor::Shown;
use crate::id::AccountId;

/// What the server keeps of an account's recovery code. It replaces the one before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCode {
    /// `rc_id`, 16 bytes: finds the account.
    pub id: Blob,
    /// SHA-256 of `rc_auth`, 32 bytes.
    pub proof_hash: Blob,
    /// Key wrap (type 02) of the account key for purpose `rc`.
    pub key_wrap: Blob,
}

/// Asks for the account that a code belongs to, and proves the code, in one request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recover {
    /// `rc_id`, 16 bytes.
    pub id: Blob,
    /// `rc_auth`, 32 bytes.
    pub proof: Blob,
    /// Proof of work for [`crate::work::Purpose::Recovery`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Blob>,
    /// The second factor, once asked for ([`crate::Refusal::FactorNeeded`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<Shown>,
}

/// Answer to [`Recover`]: the account, for as long as it takes to choose a new password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recovered {
    /// Whose account.
    pub account: AccountId,
    /// Which face.
    pub kind: AccountKind,
    /// What the person signs in with.
    pub user_name: Secretive,
    /// Key wrap (type 02) of the account key for purpose `rc`.
    pub key_wrap: Blob,
    /// The server's state, sealed under its key.
    pub state: Blob,
}

/// First step of the new password: OPAQUE's registration (RFC 9807, 5.1).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPasswordStart {
    /// [`Recovered::state`], unchanged.
    pub state: Blob,
    /// OPAQUE `RegistrationRequest`, 32 bytes.
    pub request: Blob,
}

/// Answer to [`NewPasswordStart`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPasswordStarted {
    /// OPAQUE `RegistrationResponse`, 64 bytes.
    pub response: Blob,
}

/// Last step: a new password and a new code take effect together, all sessions end, and a new one
/// begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishRecovery {
    /// [`Recovered::state`], unchanged.
    pub state: Blob,
    /// OPAQUE `RegistrationRecord`, 192 bytes.
    pub record: Blob,
    /// Key wrap (type 02) of the account key for purpose `pw`.
    pub key_wrap: Blob,
    /// The new code.
    pub code: NewCode,
}

/// Sets another code for the own account; the one before opens nothing any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReplaceCode {
    /// The person is here now.
    pub confirmation: Confirmation,
    /// The new code.
    pub code: NewCode,
}
