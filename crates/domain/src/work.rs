//! Work instead of a refusal: what an action costs a device when many ask at once.

use serde::{Deserialize, Serialize};

use crate::Blob;

/// For what work is done. A proof counts for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Making an account.
    Registration,
    /// Sending a first enquiry.
    Enquiry,
    /// Beginning a sign-in.
    SignIn,
    /// A key for a tab's draft.
    Tab,
    /// Trying a recovery code.
    Recovery,
}

/// Asks for a challenge before it is needed, so that nobody has to wait for the work.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskWork {
    /// For what.
    pub purpose: Purpose,
}

/// What is to be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WorkAsked {
    /// Challenge (type 16), good for a few minutes.
    pub challenge: Blob,
}
