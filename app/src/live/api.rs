//! A call that waits, for networks that let no WebSocket through.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// What happened, as soon as something did.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "live/wait", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn wait(
    request: domain::live::WaitLive,
) -> Result<Vec<domain::live::ToClient>, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.live().wait(&actor, request).await?)
}
