//! Invitations.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::{Cbor, Json};

use crate::context;
use crate::error::AppError;

/// Stores invitations.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "invitation/create", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn create(request: domain::invitation::CreateInvitations) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.invitations().create(&actor, request).await?;
    Ok(Empty {})
}

/// Puts an invitation under a new code.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "invitation/renew", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn renew(request: domain::invitation::RenewInvitation) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.invitations().renew(&actor, request).await?;
    Ok(Empty {})
}

/// Takes an invitation back.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "invitation/revoke", prefix = "/api", input = Json, output = Json)]
pub async fn revoke(request: domain::invitation::RevokeInvitation) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.invitations().revoke(&actor, request).await?;
    Ok(Empty {})
}

/// The open invitations of a place.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "invitation/list", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn list(
    request: domain::invitation::ListInvitations,
) -> Result<Vec<domain::invitation::OpenInvitation>, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.invitations().list(&actor, request).await?)
}

/// What a link leads to.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "invitation/look", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn look(
    request: domain::invitation::LookAtInvitation,
) -> Result<domain::invitation::Invited, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.invitations().look(&actor, request).await?)
}
