//! What waits at agencies.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// What waits where the asker reads the inbox.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "inbox/list", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn list(
    request: domain::inbox::ListInbox,
) -> Result<Vec<domain::inbox::WaitingEnquiry>, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.inbox().list(&actor, request).await?)
}

/// Says who is to take an enquiry.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "inbox/assign", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn assign(request: domain::inbox::AssignEnquiry) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.inbox().assign(&actor, request).await?;
    Ok(Empty {})
}

/// Accepts an enquiry, if nobody was faster.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "inbox/accept", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn accept(
    request: domain::inbox::AcceptEnquiry,
) -> Result<domain::conversation::ConversationRow, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.inbox().accept(&actor, request).await?)
}
