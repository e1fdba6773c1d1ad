//! Challenges, before they are needed.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// Gives a challenge.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "work/ask", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn ask(request: domain::work::AskWork) -> Result<domain::work::WorkAsked, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.works().ask(&actor, request).await?)
}
