//! The vault, and keys of tab drafts.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// The own vault.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "keys/load-vault", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_vault(
    request: domain::keys::LoadVault,
) -> Result<domain::keys::StoredVault, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.keys().load_vault(&actor, request).await?)
}

/// Replaces the own vault by its next version.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "keys/save-vault", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn save_vault(request: domain::keys::SaveVault) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.keys().save_vault(&actor, request).await?;
    Ok(Empty {})
}

/// Everything that the password opens, anew.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "keys/renew", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn renew(
    request: domain::keys::RenewKeys,
) -> Result<domain::account::SignedIn, AppError> {
    let (backend, actor) = context::request().await?;
    let begun = backend.keys().renew(&actor, request).await?;
    Ok(context::begin_session(begun))
}

/// A key for a tab's draft.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "keys/open-tab", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn open_tab(request: domain::keys::OpenTab) -> Result<domain::keys::TabKey, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.keys().open_tab(&actor, request).await?)
}

/// The same key again after a reload.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "keys/resume-tab", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn resume_tab(
    request: domain::keys::ResumeTab,
) -> Result<domain::keys::TabKey, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.keys().resume_tab(&actor, request).await?)
}

/// Forgets the key.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "keys/close-tab", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn close_tab(request: domain::keys::CloseTab) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.keys().close_tab(&actor, request).await?;
    Ok(Empty {})
}
