//! Publishing what admins have signed.

use domain::admin::{DirectoryState, LoadDirectory, LoadIdentity, PublishDirectory, PublishManifest, StoredIdentity};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// Publishing what admins have signed.
#[derive(Debug, Clone, Copy)]
pub struct Admin<'a>(pub(crate) &'a Inner);

impl Admin<'_> {
    /// Answers [`PublishDirectory`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn publish_directory(&self, _actor: &Actor, _request: PublishDirectory) -> Result<(), Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`PublishManifest`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn publish_manifest(&self, _actor: &Actor, _request: PublishManifest) -> Result<(), Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`LoadDirectory`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn load_directory(&self, _actor: &Actor, _request: LoadDirectory) -> Result<DirectoryState, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`LoadIdentity`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn load_identity(&self, _actor: &Actor, _request: LoadIdentity) -> Result<StoredIdentity, Error> {
        Err(domain::Refusal::NotFound.into())
    }

}
