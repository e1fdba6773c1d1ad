//! Agencies: the public directory, the chain that proves one, freshness.

mod chain;
pub(crate) mod directory;
mod fresh;

pub(crate) use chain::profile;
pub(crate) use fresh::is_about;

use std::collections::HashMap;

use domain::Refusal;
use domain::agency::{
    AgencyChain, DirectoryRow, ListAgencies, ListMine, LoadAgency, LoadManifest, OwnAgency,
    PublishFreshness, StoredManifest, TopicDirectory,
};
use domain::id::AgencyId;
use domain::policy::{Action, Object};
use domain::profile::Profile;
use domain::topic::{AgencyChoice, TopicId};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;
use crate::store::{agency, conversation, identity, manifest as manifests, platform};

/// The public directory.
#[derive(Debug, Clone, Copy)]
pub struct Agencies<'a>(pub(crate) &'a Inner);

/// What a public page shows of an agency; everything comes from signed objects.
#[derive(Debug, Clone)]
pub struct AgencyOutline {
    /// Which.
    pub agency: AgencyId,
    /// Its name.
    pub name: String,
    /// Its place.
    pub place: String,
    /// What it says of itself.
    pub profile: Profile,
}

impl Agencies<'_> {
    /// Answers [`ListAgencies`]: agencies that are open, not offline, and in the topic's list.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] on a platform without a directory.
    pub async fn list(
        &self,
        actor: &Actor,
        request: ListAgencies,
    ) -> Result<TopicDirectory, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let db = self.0.store.read();
        let directory = self.0.directory.newest(db, &self.0.trust).await?;
        let admins = platform::newest_admin_list(db)
            .await?
            .ok_or(Refusal::NotFound)?;
        let waiting: HashMap<_, _> = conversation::count_waiting(db).await?.into_iter().collect();
        let counsellors: HashMap<_, _> = manifests::count_counsellors(db)
            .await?
            .into_iter()
            .collect();
        let mut rows = Vec::new();
        for (found, profile) in self.offering(request.topic).await? {
            let entry = directory.open_agency(found.id);
            let offer = profile.offer(request.topic).cloned();
            let Some((entry, offer)) = entry.zip(offer) else {
                continue;
            };
            if profile.offline || offer.choice == AgencyChoice::LinkOnly {
                continue;
            }
            let waiting = waiting.get(&found.id).copied().unwrap_or(0);
            let counsellors = counsellors.get(&found.id).copied().unwrap_or(0).max(1);
            let load = waiting.saturating_mul(10) / counsellors;
            rows.push(DirectoryRow {
                entry: entry.as_bytes().into(),
                postcode: profile.postcode,
                state: profile.state,
                offer,
                load: u16::try_from(load).unwrap_or(u16::MAX),
            });
        }
        Ok(TopicDirectory {
            admins: admins.into(),
            head: directory.head.clone().into(),
            rows,
        })
    }

    /// The open agencies that offer a topic, in whatever way, for public pages. Empty on a
    /// platform without a directory.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn outlines(&self, topic: TopicId) -> Result<Vec<AgencyOutline>, Error> {
        let db = self.0.store.read();
        let directory = match self.0.directory.newest(db, &self.0.trust).await {
            Err(Error::Refused(Refusal::NotFound)) => return Ok(Vec::new()),
            other => other?,
        };
        let offering = self.offering(topic).await?;
        let outlines = offering.into_iter().filter_map(|(found, profile)| {
            let entry = directory.open_agency(found.id)?;
            Some(AgencyOutline {
                agency: found.id,
                name: entry.name.clone(),
                place: entry.place.clone(),
                profile,
            })
        });
        Ok(outlines.collect())
    }

    async fn offering(&self, topic: TopicId) -> Result<Vec<(agency::Agency, Profile)>, Error> {
        let found = agency::agencies_with(self.0.store.read(), topic).await?;
        found
            .into_iter()
            .map(|mut found| {
                let profile = found.profile.take().unwrap_or_default();
                let profile = chain::profile(&profile)?;
                Ok((found, profile))
            })
            .collect()
    }

    /// Answers [`LoadAgency`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] also for an agency without a manifest.
    pub async fn load(&self, actor: &Actor, request: LoadAgency) -> Result<AgencyChain, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        chain::load(self.0, request).await
    }

    /// Answers [`LoadManifest`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn load_manifest(
        &self,
        actor: &Actor,
        request: LoadManifest,
    ) -> Result<StoredManifest, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let db = self.0.store.read();
        let found = manifests::manifest(db, request.agency, request.hash.as_slice()).await?;
        let (_, manifest) = found.ok_or(Refusal::NotFound)?;
        Ok(StoredManifest {
            manifest: manifest.into(),
        })
    }

    /// Answers [`ListMine`]: the agencies whose current manifest lists the actor.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub async fn list_mine(&self, actor: &Actor, _: ListMine) -> Result<Vec<OwnAgency>, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let asker = actor.account()?;
        let db = self.0.store.read();
        let mut mine = Vec::new();
        for id in manifests::listing(db, asker).await? {
            let request = LoadAgency {
                agency: id,
                manifest_after: None,
                head_after: None,
            };
            let wraps = manifests::inbox_wraps(db, id, asker).await?;
            let root_wraps = manifests::root_wraps(db, id, asker).await?;
            let colleagues = manifests::listed(db, id).await?;
            let colleagues = colleagues.into_iter().map(|(colleague, _)| colleague);
            let identities = identity::present(db, colleagues).await?;
            mine.push(OwnAgency {
                chain: chain::load(self.0, request).await?,
                inbox_wraps: wraps.into_iter().map(Into::into).collect(),
                identities: identities
                    .into_iter()
                    .map(|(_, _, record)| record.into())
                    .collect(),
                root_wraps: root_wraps.into_iter().map(Into::into).collect(),
            });
        }
        Ok(mine)
    }

    /// Answers [`PublishFreshness`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign agency, [`Refusal::ManifestOutdated`],
    /// [`Refusal::SignatureInvalid`], [`Refusal::Malformed`].
    pub async fn publish_freshness(
        &self,
        actor: &Actor,
        request: PublishFreshness,
    ) -> Result<(), Error> {
        fresh::publish(self.0, actor, request).await
    }
}
