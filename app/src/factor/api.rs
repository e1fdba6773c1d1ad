//! Second factors.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use backend::Begun;
use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// Last step of a sign-in with a second factor; a session begins.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/sign-in", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn sign_in(
    request: domain::factor::FinishSignIn,
) -> Result<domain::account::SignedIn, AppError> {
    let (backend, actor) = context::request().await?;
    let begun = backend.factors().sign_in(&actor, request).await?;
    Ok(context::begin_session(begun))
}

/// Confirms a dangerous step.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/confirm", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn confirm(
    request: domain::factor::Confirm,
) -> Result<domain::factor::Confirmed, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.factors().confirm(&actor, request).await?)
}

/// Which factors the own account has.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/list", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn list(
    request: domain::factor::ListFactors,
) -> Result<domain::factor::Factors, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.factors().list(&actor, request).await?)
}

/// What a browser needs to make a passkey.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/start-passkey", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn start_passkey(
    request: domain::factor::StartPasskey,
) -> Result<domain::factor::PasskeyStarted, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.factors().start_passkey(&actor, request).await?)
}

/// What a browser needs to sign in with a passkey alone.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/start-passkey-sign-in", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn start_passkey_sign_in(
    request: domain::factor::StartPasskeySignIn,
) -> Result<domain::factor::PasskeyAsked, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.factors().start_passkey_sign_in(&actor, request)?)
}

/// Signs in with a passkey alone; a session begins.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/passkey-sign-in", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn passkey_sign_in(
    request: domain::factor::PasskeySignIn,
) -> Result<domain::account::SignedIn, AppError> {
    let (backend, actor) = context::request().await?;
    let begun = backend.factors().passkey_sign_in(&actor, request).await?;
    Ok(context::begin_session(begun))
}

/// Sets a factor up; a session may begin with it.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/add", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn add(
    request: domain::factor::AddFactor,
) -> Result<domain::factor::FactorAdded, AppError> {
    let (backend, actor) = context::request().await?;
    let added = backend.factors().add(&actor, request).await?;
    Ok(match added.token {
        Some(token) => context::begin_session(Begun {
            reply: added.reply,
            token,
        }),
        None => added.reply,
    })
}

/// Takes a factor away.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/remove", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn remove(request: domain::factor::RemoveFactor) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.factors().remove(&actor, request).await?;
    Ok(Empty {})
}

/// New codes for a lost factor.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "factor/renew-spare", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn renew_spare(
    request: domain::factor::RenewSpare,
) -> Result<domain::factor::SpareCodes, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.factors().renew_spare(&actor, request).await?)
}
