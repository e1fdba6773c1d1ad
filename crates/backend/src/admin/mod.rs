//! Publishing what admins have signed. Every signature is checked here again.

mod directory;
mod manifest;

use domain::Refusal;
use domain::account::AccountKind;
use domain::admin::{
    DirectoryState, LoadDirectory, LoadIdentity, PublishDirectory, PublishManifest, StoredIdentity,
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
        actor
            .may(Action::AdministerPlatform, Object::None)
            .or_else(|_| actor.may(Action::PublishManifest, Object::None))?;
        let found = account::find(self.0.store.read(), request.account).await?;
        let found = found.filter(|found| found.kind == AccountKind::Staff);
        let found = found.ok_or(Refusal::NotFound)?;
        Ok(StoredIdentity {
            identity: found.identity.into(),
        })
    }
}
