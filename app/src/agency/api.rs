//! The public directory, and what proves it.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// The directory of one topic.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "agency/list", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn list(
    request: domain::agency::ListAgencies,
) -> Result<domain::agency::TopicDirectory, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.agencies().list(&actor, request).await?)
}

/// All that proves one agency.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "agency/load", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load(
    request: domain::agency::LoadAgency,
) -> Result<domain::agency::AgencyChain, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.agencies().load(&actor, request).await?)
}

/// An older manifest.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "agency/load-manifest", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_manifest(
    request: domain::agency::LoadManifest,
) -> Result<domain::agency::StoredManifest, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.agencies().load_manifest(&actor, request).await?)
}

/// The agencies that list the asker.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "agency/list-mine", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn list_mine(
    request: domain::agency::ListMine,
) -> Result<Vec<domain::agency::OwnAgency>, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.agencies().list_mine(&actor, request).await?)
}

/// Publishes a freshness statement.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "agency/publish-freshness", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn publish_freshness(
    request: domain::agency::PublishFreshness,
) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend
        .agencies()
        .publish_freshness(&actor, request)
        .await?;
    Ok(Empty {})
}
