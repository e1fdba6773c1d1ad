//! What can go wrong: a rule said no, or something broke.

use std::error::Error as StdError;
use std::path::PathBuf;

use domain::Refusal;

/// Why a service did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule said no. Nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something broke. Logged once, at the boundary, never shown.
    #[error("{during}")]
    Internal {
        /// What was being done; no data of persons.
        during: &'static str,
        /// What broke.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// Something broke while `during`.
    pub fn internal(
        during: &'static str,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Internal {
            during,
            source: source.into(),
        }
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(source: sea_orm::DbErr) -> Self {
        Self::internal("asking the database", source)
    }
}

/// Why a platform cannot be opened or made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no platform yet: `init` or the demonstration makes one.
    #[error("the database holds no platform yet")]
    NotInitialised,
    /// There is a platform already, and making one must not touch it.
    #[error("the database holds a platform already")]
    AlreadyInitialised,
    /// A demonstration's database, opened as a real one.
    #[error("the database is a demonstration's")]
    IsDemonstration,
    /// A real database, opened as a demonstration.
    #[error("the database is not a demonstration's")]
    NotDemonstration,
    /// The schema was made by a newer version of this program.
    #[error("the database was written by a newer version")]
    SchemaTooNew,
    /// There is no server key at this place.
    #[error("no server key at {}", .0.display())]
    KeyMissing(PathBuf),
    /// The server key's file can be read by others (its mode must be 0600 or stricter).
    #[error("others can read the server key at {}", .0.display())]
    KeyReadable(PathBuf),
    /// The file is not 32 bytes long.
    #[error("no 32 byte server key at {}", .0.display())]
    KeyMalformed(PathBuf),
    /// The server key does not open what this database holds.
    #[error("the server key belongs to another database")]
    WrongKey,
    /// A file could not be read or written.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database does not answer, or not as expected.
    #[error("cannot use the database")]
    Database(#[source] Box<dyn StdError + Send + Sync>),
}

impl From<sea_orm::DbErr> for OpenError {
    fn from(source: sea_orm::DbErr) -> Self {
        Self::Database(Box::new(source))
    }
}

impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        Self::Database(Box::new(error))
    }
}
