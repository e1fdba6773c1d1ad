//! What stops a command: one sentence that says it, and one that says what to do.

use crate::address::AddressFault;
use crate::site::SiteError;
use backend::OpenError;
use std::path::Path;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{what}\n{remedy}")]
pub struct Fault {
    /// What is in the way.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Fault {
    /// A fault in two sentences.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// A file or folder that the system does not give.
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::new(
            format!("{} cannot be used: {error}.", path.display()),
            "Check that it exists, that this user may read and write it, and that the disk has room.",
        )
    }
}

impl From<AddressFault> for Fault {
    fn from(fault: AddressFault) -> Self {
        Self::new("The public address cannot be used.", format!("{fault}."))
    }
}

impl From<SiteError> for Fault {
    fn from(error: SiteError) -> Self {
        let remedy = match error {
            SiteError::Folder { .. } => "Check that this user may read and write the folder.",
            SiteError::Manifest(_) | SiteError::NotBuilt => {
                "`cargo xtask run` does both in the right order."
            }
        };
        Self::new(format!("The site cannot be served: {error}."), remedy)
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        let what = sentence(&error);
        let remedy = match &error {
            OpenError::NotInitialised => {
                "Make one with `beistand init --data DIR`, or a demonstration with `beistand demo --data DIR`."
            }
            OpenError::AlreadyInitialised => {
                "Choose another folder (and database), or start this one with `beistand serve --data DIR`."
            }
            OpenError::IsDemonstration => {
                "It holds passwords that everybody knows: start it with `serve --demo`, and never use it for real people."
            }
            OpenError::NotDemonstration => {
                "Start it without `--demo`; a demonstration belongs into a folder of its own."
            }
            OpenError::SchemaTooNew => {
                "Use the newer version of this program; there is no way back but a backup."
            }
            OpenError::KeyMissing(_) => {
                "Put the server key back from its backup. Without it nobody can sign in."
            }
            OpenError::KeyReadable(_) => {
                "Take the rights of others away: `chmod 600` on that file, and think about who may have read it."
            }
            OpenError::KeyMalformed(_) => "Put the server key back from its backup.",
            OpenError::WrongKey => {
                "Put the key of this database back, or open the database of this key."
            }
            OpenError::File { .. } => {
                "Check that this user may read and write it, and that the disk has room."
            }
            OpenError::Database(_) => {
                "Check that it runs and that DATABASE_URL, if set, is right. A demonstration that an older version left: delete its folder."
            }
        };
        Self::new(what, remedy)
    }
}

/// The error and its causes as one sentence; never the database's address, which may hold a password.
fn sentence(error: &OpenError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        // Some errors repeat their cause in their own words.
        if !text.contains(&error.to_string()) {
            text = format!("{text}: {error}");
        }
        cause = error.source();
    }
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
