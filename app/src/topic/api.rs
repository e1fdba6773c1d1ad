//! Topics of counselling.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use leptos::prelude::*;
use server_fn::codec::Json;

use crate::context;
use crate::error::AppError;

/// All topics.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "topic/list", prefix = "/api", input = Json, output = Json)]
pub async fn list(
    request: domain::topic::ListTopics,
) -> Result<Vec<domain::topic::Topic>, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.topics().list(&actor, request).await?)
}
