//! Publishing what admins have signed. Every signature is checked here again.

mod directory;
mod manifest;
mod office;
mod search;

use domain::Refusal;
use domain::account::AccountKind;
use domain::admin::{
    AssociationChain, DirectoryState, FoundAgencies, LoadAssociation, LoadDirectory, LoadIdentity,
    LoadRights, LoadRoots, PublishDirectory, PublishManifest, Rights, Roots, SearchAgencies,
    StoredIdentity,
};
use domain::policy::{Action, Object};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;
use crate::store::{account, agency, platform};

/// Publishing what admins have signed.
#[derive(Debug, Clone, Copy)]
pub struct Admin<'a>(pub(crate) &'a Inner);

impl Admin<'_> {
    /// Answers [`PublishDirectory`]: all or nothing.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::Malformed`], [`Refusal::SignatureInvalid`] for what
    /// does not verify or does not follow, [`Refusal::VersionOutdated`] if another head was first.
    pub async fn publish_directory(
        &self,
        actor: &Actor,
        request: PublishDirectory,
    ) -> Result<(), Error> {
        actor.may(Action::AdministerPlatform, Object::None)?;
        directory::publish(self.0, request).await
    }

    /// Answers [`PublishManifest`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign agency, [`Refusal::Malformed`],
    /// [`Refusal::SignatureInvalid`] for what does not verify or does not agree,
    /// [`Refusal::VersionOutdated`] if another manifest was first.
    pub async fn publish_manifest(
        &self,
        actor: &Actor,
        request: PublishManifest,
    ) -> Result<(), Error> {
        actor.may(Action::PublishManifest, Object::None)?;
        manifest::publish(self.0, actor, request).await
    }

    /// Answers [`LoadDirectory`].
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub async fn load_directory(
        &self,
        actor: &Actor,
        _: LoadDirectory,
    ) -> Result<DirectoryState, Error> {
        actor.may(Action::AdministerPlatform, Object::None)?;
        let db = self.0.store.read();
        let admins = platform::admin_lists(db).await?;
        let head = agency::newest_head(db).await?;
        let associations = agency::associations(db).await?;
        let agencies = agency::agencies(db).await?;
        Ok(DirectoryState {
            admins: admins.into_iter().map(Into::into).collect(),
            head: head.map(|(_, head)| head.into()),
            associations: associations
                .into_iter()
                .map(|row| row.entry.into())
                .collect(),
            agencies: agencies.into_iter().map(|row| row.entry.into()).collect(),
        })
    }

    /// Answers [`LoadIdentity`]: staff only; whoever may list people may look at identities.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::NotFound`] also for a seeker's account.
    pub async fn load_identity(
        &self,
        actor: &Actor,
        request: LoadIdentity,
    ) -> Result<StoredIdentity, Error> {
        actor.may(Action::Administer, Object::None)?;
        let found = account::find(self.0.store.read(), request.account).await?;
        let found = found.filter(|found| found.kind == AccountKind::Staff);
        let found = found.ok_or(Refusal::NotFound)?;
        Ok(StoredIdentity {
            identity: found.identity.into(),
        })
    }

    /// Answers [`LoadRights`]: empty for who administers nothing.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub fn load_rights(&self, actor: &Actor, _: LoadRights) -> Result<Rights, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        Ok(office::rights(actor.subject()))
    }

    /// Answers [`SearchAgencies`]: among those that the actor administers.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for who administers nothing.
    pub async fn search_agencies(
        &self,
        actor: &Actor,
        request: SearchAgencies,
    ) -> Result<FoundAgencies, Error> {
        search::agencies(self.0, actor, request).await
    }

    /// Answers [`LoadAssociation`].
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::NotFound`] also for a foreign association.
    pub async fn load_association(
        &self,
        actor: &Actor,
        request: LoadAssociation,
    ) -> Result<AssociationChain, Error> {
        office::association(self.0, actor, request).await
    }

    /// Answers [`LoadRoots`]: the actor's own wraps.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::NotFound`] for a foreign agency.
    pub async fn load_roots(&self, actor: &Actor, request: LoadRoots) -> Result<Roots, Error> {
        office::roots(self.0, actor, request).await
    }
}
