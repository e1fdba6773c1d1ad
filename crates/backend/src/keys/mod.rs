//! The vault, and keys of tab drafts.

use domain::keys::{CloseTab, LoadVault, OpenTab, ResumeTab, SaveVault, StoredVault, TabKey};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// The vault, and keys of tab drafts.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a>(pub(crate) &'a Inner);

impl Keys<'_> {
    /// Answers [`LoadVault`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn load_vault(&self, _actor: &Actor, _request: LoadVault) -> Result<StoredVault, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`SaveVault`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn save_vault(&self, _actor: &Actor, _request: SaveVault) -> Result<(), Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`OpenTab`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn open_tab(&self, _actor: &Actor, _request: OpenTab) -> Result<TabKey, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`ResumeTab`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn resume_tab(&self, _actor: &Actor, _request: ResumeTab) -> Result<TabKey, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`CloseTab`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn close_tab(&self, _actor: &Actor, _request: CloseTab) -> Result<(), Error> {
        Err(domain::Refusal::NotFound.into())
    }

}
