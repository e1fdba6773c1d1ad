//! Why something did not happen. Views match exhaustively and choose the words.

use domain::Refusal;

use crate::transport::Unreachable;

/// Why something did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A rule said no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// No answer came. Trying again is always safe.
    #[error("no connection")]
    Unreachable,
    /// Something broke on the server; this is the number to tell its operator (may be empty).
    #[error("incident {0}")]
    Incident(String),
    /// Something could not be verified. It is not shown, not used, and not repaired.
    #[error("not verified: {0:?}")]
    Untrusted(Untrusted),
    /// Own ciphertext does not open, or an answer has not the form it must have.
    #[error("damaged")]
    Damaged,
    /// The worker for heavy work could not be started, or ended.
    #[error("no worker")]
    Worker,
    /// This device keeps nothing: its storage is full or forbidden.
    #[error("no storage")]
    Storage,
    /// More text than a message holds.
    #[error("too long")]
    TooLong,
}

/// What could not be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Untrusted {
    /// The vault was made on a platform with another root.
    Platform,
    /// An admin list is not signed by the root, or the lists are no chain.
    Admins,
    /// A directory head is not signed by an admin who may, or the heads are no chain.
    Head,
    /// An agency's entry is not signed, not the asked one, or not in the directory.
    Agency,
    /// An association's entry or its legal text is not signed, or not in the directory.
    Association,
    /// A manifest is not signed by the agency's root, or the manifests are no chain.
    Manifest,
    /// The public profile is not the one that the manifest covers.
    Profile,
    /// A freshness statement is not signed by a listed lead or admin.
    Freshness,
    /// Something is signed for a day that has not come: this device's clock is wrong, or another's.
    Clock,
    /// Something is older than what this account has seen before.
    Rollback,
    /// Two different things claim the same place in a chain.
    Fork,
    /// The agency has a new root since the account saw it last.
    RootChanged,
    /// The directory proposed an agency whose signed profile does not say so.
    Hint,
    /// The agency has not reported for more than 90 days.
    Stale,
    /// An identity record is not the one that a signed object names, or is missing.
    Identity,
    /// An epoch's record is not signed, or may not follow the one before.
    Epoch,
    /// A key does not open, or is not the one that a signed record commits to.
    Key,
    /// A message does not open, is not signed by its sender, or is not at its place.
    Message,
}

impl From<Unreachable> for Error {
    fn from(_: Unreachable) -> Self {
        Self::Unreachable
    }
}

impl From<Untrusted> for Error {
    fn from(why: Untrusted) -> Self {
        Self::Untrusted(why)
    }
}

impl From<crypto::OpenError> for Error {
    fn from(_: crypto::OpenError) -> Self {
        Self::Damaged
    }
}

impl From<crypto::FormatError> for Error {
    fn from(_: crypto::FormatError) -> Self {
        Self::Damaged
    }
}
