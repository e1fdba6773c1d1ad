//! Publishing what admins have signed.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// Publishes entries and the head that contains them.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "admin/publish-directory", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn publish_directory(
    request: domain::admin::PublishDirectory,
) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.admin().publish_directory(&actor, request).await?;
    Ok(Empty {})
}

/// Publishes an agency's next manifest.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "admin/publish-manifest", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn publish_manifest(request: domain::admin::PublishManifest) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.admin().publish_manifest(&actor, request).await?;
    Ok(Empty {})
}

/// The directory as it stands.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "admin/load-directory", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_directory(
    request: domain::admin::LoadDirectory,
) -> Result<domain::admin::DirectoryState, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.admin().load_directory(&actor, request).await?)
}

/// A staff account's identity record.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "admin/load-identity", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_identity(
    request: domain::admin::LoadIdentity,
) -> Result<domain::admin::StoredIdentity, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.admin().load_identity(&actor, request).await?)
}

/// What the asker administers.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "admin/load-rights", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_rights(
    request: domain::admin::LoadRights,
) -> Result<domain::admin::Rights, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.admin().load_rights(&actor, request)?)
}

/// A page of agencies.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "admin/search-agencies", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn search_agencies(
    request: domain::admin::SearchAgencies,
) -> Result<domain::admin::FoundAgencies, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.admin().search_agencies(&actor, request).await?)
}

/// An association, proved.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "admin/load-association", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_association(
    request: domain::admin::LoadAssociation,
) -> Result<domain::admin::AssociationChain, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.admin().load_association(&actor, request).await?)
}

/// An agency's root, as far as the asker holds it.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "admin/load-roots", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_roots(
    request: domain::admin::LoadRoots,
) -> Result<domain::admin::Roots, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.admin().load_roots(&actor, request).await?)
}
