//! Every reason for which a rule can say no. No text: the app turns each into words.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::id::AccountId;

/// Why something was refused. Part of the wire: variants may be added, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The request does not have the form that this endpoint reads.
    #[error("malformed request")]
    Malformed,
    /// There is no such thing, or it is not the asker's to see.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or the session has ended.
    #[error("not signed in")]
    NotSignedIn,
    /// Signed in, but this is not theirs to do.
    #[error("not allowed")]
    NotAllowed,
    /// User name and password do not belong together, or there is no such account.
    #[error("wrong credentials")]
    WrongCredentials,
    /// The sign-in took longer than its 60 seconds, or was finished before.
    #[error("sign-in expired")]
    SignInExpired,
    /// The password was right, and a second factor is needed as well.
    #[error("second factor needed")]
    FactorNeeded {
        /// The server's state, sealed under its key, for five minutes.
        state: Blob,
        /// Whether there is an app that shows codes.
        app: bool,
        /// Where there is a passkey: `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, 5.1), as text.
        passkey: Option<String>,
    },
    /// The code is wrong, too old or used before; or the passkey is not one of the account's.
    #[error("wrong second factor")]
    WrongFactor,
    /// This session allows nothing but setting up a second factor, which staff must have.
    #[error("second factor missing")]
    FactorMissing,
    /// The person has to show the password, and the second factor, once more.
    #[error("confirmation needed")]
    ConfirmationNeeded,
    /// No account has this recovery code.
    #[error("wrong recovery code")]
    WrongCode,
    /// Somebody else has this user name.
    #[error("user name taken")]
    UserNameTaken,
    /// The user name breaks the rules of [`crate::account::UserName`].
    #[error("user name not allowed")]
    UserNameInvalid,
    /// The consent names another version than the one in force.
    #[error("consent outdated")]
    ConsentOutdated,
    /// The invitation is unknown, used or too old.
    #[error("invitation invalid")]
    InvitationInvalid,
    /// A signed object does not verify, or contradicts what it must agree with.
    #[error("signed object invalid")]
    SignatureInvalid,
    /// The agency takes no new enquiries now.
    #[error("agency closed")]
    AgencyClosed,
    /// A wrap for an inbox key that is no longer in force: verify the manifest and seal again.
    #[error("inbox key outdated")]
    InboxKeyOutdated,
    /// The enquiry names an outdated manifest: fetch, verify and seal again.
    #[error("manifest outdated")]
    ManifestOutdated,
    /// Another counsellor accepted first.
    #[error("already accepted")]
    AlreadyAccepted {
        /// Who was faster; the client finds the name in the verified manifest.
        by: AccountId,
    },
    /// The message or record stands on an epoch that is no longer the newest.
    #[error("epoch outdated")]
    EpochOutdated,
    /// The epoch is over, or somebody has left: rotate it, then write.
    #[error("epoch due")]
    EpochDue,
    /// The vault, label, read mark or draft was changed elsewhere in the meantime.
    #[error("version outdated")]
    VersionOutdated,
    /// The conversation's state does not allow this.
    #[error("state does not allow this")]
    WrongState,
    /// This id was used for something else.
    #[error("id taken")]
    IdTaken,
    /// Too much or too large.
    #[error("too large")]
    TooLarge,
    /// Too many of these in a short time.
    #[error("too many requests")]
    TooMany {
        /// Seconds until the next try makes sense.
        retry_after: u32,
    },
    /// Some work is to be done first, as proof of which the request is sent again: none came, or it
    /// was for something else, too little, too old or used before.
    #[error("work needed")]
    WorkNeeded {
        /// Challenge (type 16) for exactly this.
        challenge: Blob,
    },
    /// The tab's draft key is gone (older than 60 minutes, or the server was restarted).
    #[error("draft expired")]
    DraftExpired,
}

impl Refusal {
    /// The HTTP status (RFC 9110) that goes with it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed | Self::UserNameInvalid => 400,
            // Nothing is wrong: one step of two is done (browsers call everything from 400 on an error).
            Self::FactorNeeded { .. } => 202,
            Self::NotSignedIn
            | Self::WrongCredentials
            | Self::WrongFactor
            | Self::WrongCode
            | Self::SignInExpired => 401,
            Self::NotAllowed | Self::FactorMissing | Self::ConfirmationNeeded => 403,
            Self::NotFound => 404,
            Self::UserNameTaken
            | Self::ConsentOutdated
            | Self::AgencyClosed
            | Self::InboxKeyOutdated
            | Self::ManifestOutdated
            | Self::AlreadyAccepted { .. }
            | Self::EpochOutdated
            | Self::EpochDue
            | Self::VersionOutdated
            | Self::WrongState
            | Self::IdTaken => 409,
            Self::InvitationInvalid | Self::DraftExpired => 410,
            Self::TooLarge => 413,
            Self::SignatureInvalid => 422,
            Self::WorkNeeded { .. } => 428,
            Self::TooMany { .. } => 429,
        }
    }
}
