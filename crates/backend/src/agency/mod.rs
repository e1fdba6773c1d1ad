//! The public directory.

use domain::agency::{AgencyChain, ListAgencies, ListMine, LoadAgency, LoadManifest, OwnAgency, PublishFreshness, StoredManifest, TopicDirectory};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// The public directory.
#[derive(Debug, Clone, Copy)]
pub struct Agencies<'a>(pub(crate) &'a Inner);

impl Agencies<'_> {
    /// Answers [`ListAgencies`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn list(&self, _actor: &Actor, _request: ListAgencies) -> Result<TopicDirectory, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`LoadAgency`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn load(&self, _actor: &Actor, _request: LoadAgency) -> Result<AgencyChain, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`LoadManifest`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn load_manifest(&self, _actor: &Actor, _request: LoadManifest) -> Result<StoredManifest, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`ListMine`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn list_mine(&self, _actor: &Actor, _request: ListMine) -> Result<Vec<OwnAgency>, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`PublishFreshness`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn publish_freshness(&self, _actor: &Actor, _request: PublishFreshness) -> Result<(), Error> {
        Err(domain::Refusal::NotFound.into())
    }

}

/// What a public page shows of an agency; everything comes from signed objects.
#[derive(Debug, Clone)]
pub struct AgencyOutline {
    /// Which.
    pub agency: domain::id::AgencyId,
    /// Its name.
    pub name: String,
    /// Its place.
    pub place: String,
    /// What it says of itself.
    pub profile: domain::profile::Profile,
}
