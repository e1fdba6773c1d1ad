//! Everything that proves one agency to a client (crypto.md 3.4).

use domain::Refusal;
use domain::agency::{AgencyChain, LoadAgency};
use domain::profile::Profile;

use crate::Inner;
use crate::error::Error;
use crate::store::{agency, manifest as manifests, platform};

/// A stored profile.
pub(crate) fn profile(bytes: &[u8]) -> Result<Profile, Error> {
    serde_json::from_slice(bytes).map_err(|source| Error::internal("reading a profile", source))
}

pub(super) async fn load(inner: &Inner, request: LoadAgency) -> Result<AgencyChain, Error> {
    let db = inner.store.read();
    let found = agency::find(db, request.agency)
        .await?
        .ok_or(Refusal::NotFound)?;
    let hash = found.manifest_hash.ok_or(Refusal::NotFound)?;
    let profile = found.profile.ok_or(Refusal::NotFound)?;
    // Read after the agency's row: the head may be newer than the row, never older.
    let directory = inner.directory.newest(db, &inner.trust).await?;
    let entry = directory
        .agencies
        .get(&request.agency)
        .ok_or(Refusal::NotFound)?;
    let association = directory
        .associations
        .get(&entry.association)
        .ok_or(Refusal::NotFound)?;
    let proofs = directory
        .tree
        .prove_agency(&request.agency)
        .zip(directory.tree.prove_association(&entry.association));
    let (entry_proof, association_proof) = proofs.ok_or(Refusal::NotFound)?;
    // The current one comes in any case: a pin holds its hash, not its bytes.
    let after = |pin: Option<u64>, newest: u64| pin.unwrap_or(u64::MAX).min(newest - 1);
    let head_after = after(request.head_after, directory.seq);
    let heads = agency::heads(db, head_after, directory.seq).await?;
    let current = manifests::manifest(db, request.agency, &hash).await?;
    let (seq, _) = current.ok_or(Refusal::NotFound)?;
    let manifest_after = after(request.manifest_after, seq);
    let manifests = manifests::manifests(db, request.agency, manifest_after, seq).await?;
    let admins = platform::admin_lists(db).await?;
    let (freshness, freshness_by) = found.freshness.unzip();
    Ok(AgencyChain {
        admins: admins.into_iter().map(Into::into).collect(),
        heads: heads.into_iter().map(Into::into).collect(),
        entry: entry.as_bytes().into(),
        entry_proof,
        association: association.entry.as_bytes().into(),
        association_proof,
        legal: association.legal.clone().into(),
        manifests: manifests.into_iter().map(Into::into).collect(),
        profile: profile.into(),
        freshness: freshness.map(Into::into),
        freshness_by: freshness_by.map(Into::into),
    })
}
