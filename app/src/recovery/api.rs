//! Recovery codes.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// Finds the account that a code belongs to.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "recovery/recover", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn recover(
    request: domain::recovery::Recover,
) -> Result<domain::recovery::Recovered, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.recoveries().recover(&actor, request).await?)
}

/// First step of the new password.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "recovery/new-password-start", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn new_password_start(
    request: domain::recovery::NewPasswordStart,
) -> Result<domain::recovery::NewPasswordStarted, AppError> {
    let (backend, actor) = context::request().await?;
    let recoveries = backend.recoveries();
    Ok(recoveries.new_password_start(&actor, request).await?)
}

/// Last step: new password, new code; a session begins.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "recovery/finish", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn finish(
    request: domain::recovery::FinishRecovery,
) -> Result<domain::account::SignedIn, AppError> {
    let (backend, actor) = context::request().await?;
    let begun = backend.recoveries().finish(&actor, request).await?;
    Ok(context::begin_session(begun))
}

/// Another code for the own account.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "recovery/replace", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn replace(request: domain::recovery::ReplaceCode) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.recoveries().replace(&actor, request).await?;
    Ok(Empty {})
}
