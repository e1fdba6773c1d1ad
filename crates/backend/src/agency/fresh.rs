//! Freshness: that an agency still stands by its manifest.

use crypto::Unverified;
use crypto::trust::{Freshness, Manifest};
use domain::Refusal;
use domain::agency::PublishFreshness;
use domain::policy::{Action, Object};
use domain::time::Day;

use crate::Inner;
use crate::actor::Actor;
use crate::check::{agrees, identity, malformed, platform_fault, unbelievable};
use crate::error::Error;
use crate::store::{account, agency, manifest as manifests};

/// How far a client's day may lie from the server's.
pub(crate) const DAYS_OFF: u32 = 2;

/// Whether a signed day is today, give or take.
pub(crate) fn is_about(day: Day, today: Day) -> bool {
    day.0.abs_diff(today.0) <= DAYS_OFF
}

pub(super) async fn publish(
    inner: &Inner,
    actor: &Actor,
    request: PublishFreshness,
) -> Result<(), Error> {
    // Before the statement is read, whether the actor may publish any.
    actor.may(Action::PublishFreshness, Object::None)?;
    let statement =
        Unverified::<Freshness>::decode(request.statement.as_slice()).map_err(malformed)?;
    let id = statement.claimed_agency();
    actor.may(Action::PublishFreshness, Object::Agency(id))?;
    let author = actor.account()?;
    let trust = inner.trust;
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                let found = agency::find_locked(tx.db(), id)
                    .await?
                    .ok_or(Refusal::NotFound)?;
                let hash = found.manifest_hash.ok_or(Refusal::NotFound)?;
                let current = manifests::manifest(tx.db(), id, &hash).await?;
                let (_, current) = current.ok_or(Refusal::NotFound)?;
                let manifest = Unverified::<Manifest>::decode(&current).map_err(platform_fault)?;
                let root = manifest.claimed_root();
                let manifest = manifest
                    .verify(&trust.platform_id, &id, &root)
                    .map_err(platform_fault)?;
                if statement.claimed_manifest() != manifest.digest() {
                    return Err(Refusal::ManifestOutdated.into());
                }
                let author = account::find(tx.db(), author).await?;
                let author = author.ok_or(Refusal::NotSignedIn)?;
                let author = identity(&trust.platform_id, &author.identity)?;
                let statement = statement
                    .verify(&trust.platform_id, &manifest, &author)
                    .map_err(unbelievable)?;
                agrees(is_about(statement.day, tx.now().day()))?;
                let (statement, by) = (statement.as_bytes().to_vec(), author.as_bytes().to_vec());
                agency::put_freshness(tx.db(), id, statement, by).await?;
                Ok(())
            })
        })
        .await
}
