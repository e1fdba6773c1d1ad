//! Setting a platform up: used by the command line, never by HTTP.

use crypto::{Secret, VerifyingKey};
use domain::id::{AccountId, AssociationId, InvitationId, PlatformId};

use crate::config::Config;
use crate::error::{Error, OpenError};
use crate::Backend;

/// What `trust.json` holds.
#[derive(Debug, Clone, Copy)]
pub struct Trust {
    /// Which platform.
    pub platform_id: PlatformId,
    /// The platform root's public key.
    pub root_public_key: VerifyingKey,
}

/// A platform was made.
#[derive(Debug)]
pub struct Initialised {
    /// What `trust.json` holds.
    pub trust: Trust,
    /// The platform root's seed: the caller writes it where it can be taken offline. It is kept
    /// nowhere else.
    pub root_seed: Secret<32>,
}

/// Brings the schema to this version's.
///
/// # Errors
/// [`OpenError::Database`], [`OpenError::SchemaTooNew`].
pub async fn migrate(_config: &Config) -> Result<(), OpenError> {
    Err(OpenError::NotInitialised)
}

/// Makes a platform in an empty database (migrating it first): platform id, platform root, sealed
/// server secrets, and whether it is a demonstration.
///
/// # Errors
/// [`OpenError::AlreadyInitialised`], [`OpenError::Database`].
pub async fn init(_config: &Config) -> Result<Initialised, OpenError> {
    Err(OpenError::NotInitialised)
}

/// Signs an admin list that adds `account`, valid from the next head on.
///
/// # Errors
/// [`domain::Refusal::NotFound`] for an unknown staff account,
/// [`domain::Refusal::SignatureInvalid`] for another root's seed.
pub async fn certify_admin(
    _backend: &Backend,
    _root_seed: &Secret<32>,
    _account: AccountId,
) -> Result<(), Error> {
    Err(domain::Refusal::NotFound.into())
}

/// Invites somebody to a staff account, for 72 hours, once.
///
/// # Errors
/// [`Error::Internal`] only.
pub async fn create_invitation(
    _backend: &Backend,
    _association: Option<AssociationId>,
) -> Result<InvitationId, Error> {
    Err(domain::Refusal::NotFound.into())
}
