//! Registration, sign-in, sessions, sign-out.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::{Cbor, Json};

use crate::context;
use crate::error::AppError;

/// First step of a registration.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/register-start", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn register_start(
    request: domain::account::RegisterStart,
) -> Result<domain::account::RegisterStarted, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.accounts().register_start(&actor, request).await?)
}

/// Last step of a registration; a session begins.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/register-finish", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn register_finish(
    request: domain::account::RegisterFinish,
) -> Result<domain::account::SignedIn, AppError> {
    let (backend, actor) = context::request().await?;
    let begun = backend.accounts().register_finish(&actor, request).await?;
    Ok(context::begin_session(begun))
}

/// First step of a sign-in.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/sign-in-start", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn sign_in_start(
    request: domain::account::SignInStart,
) -> Result<domain::account::SignInStarted, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.accounts().sign_in_start(&actor, request).await?)
}

/// Last step of a sign-in; a session begins.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/sign-in-finish", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn sign_in_finish(
    request: domain::account::SignInFinish,
) -> Result<domain::account::SignedIn, AppError> {
    let (backend, actor) = context::request().await?;
    let begun = backend.accounts().sign_in_finish(&actor, request).await?;
    Ok(context::begin_session(begun))
}

/// Whether the session lives, and what a reloaded tab needs.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/resume", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn resume(
    request: domain::account::ResumeSession,
) -> Result<domain::account::Resumed, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.accounts().resume(&actor, request).await?)
}

/// First step of another password.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/change-password-start", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn change_password_start(
    request: domain::account::ChangePasswordStart,
) -> Result<domain::account::ChangePasswordStarted, AppError> {
    let (backend, actor) = context::request().await?;
    let accounts = backend.accounts();
    Ok(accounts.change_password_start(&actor, request).await?)
}

/// Last step: the new password counts, all other sessions end.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/change-password", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn change_password(request: domain::account::ChangePassword) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.accounts().change_password(&actor, request).await?;
    Ok(Empty {})
}

/// Ends the session.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/sign-out", prefix = "/api", input = Json, output = Json)]
pub async fn sign_out(request: domain::account::SignOut) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.accounts().sign_out(&actor, request).await?;
    context::end_session(request.keep);
    Ok(Empty {})
}

/// Deletes the own account.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/delete", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn delete(request: domain::account::DeleteAccount) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.accounts().delete(&actor, request).await?;
    context::end_session(false);
    Ok(Empty {})
}

/// What keeps the session.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/stay", prefix = "/api", input = Json, output = Json)]
pub async fn stay(
    request: domain::account::StaySignedIn,
) -> Result<domain::account::Stays, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.accounts().stay(&actor, request).await?)
}

/// Where the account is signed in.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/list-sessions", prefix = "/api", input = Json, output = Json)]
pub async fn list_sessions(
    request: domain::account::ListSessions,
) -> Result<Vec<domain::account::ListedSession>, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.accounts().list_sessions(&actor, request).await?)
}

/// Ends one other session, or all others.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "account/end-sessions", prefix = "/api", input = Json, output = Json)]
pub async fn end_sessions(request: domain::account::EndSessions) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.accounts().end_sessions(&actor, request).await?;
    Ok(Empty {})
}
