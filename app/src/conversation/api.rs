//! Conversations of the asker.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use domain::wire::Empty;
use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// All of them.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/list", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn list(
    request: domain::conversation::ListConversations,
) -> Result<Vec<domain::conversation::ConversationRow>, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.conversations().list(&actor, request).await?)
}

/// One of them.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/load", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load(
    request: domain::conversation::LoadConversation,
) -> Result<domain::conversation::ConversationRow, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.conversations().load(&actor, request).await?)
}

/// Messages and epochs of one.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/load-history", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_history(
    request: domain::conversation::LoadHistory,
) -> Result<domain::conversation::History, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend
        .conversations()
        .load_history(&actor, request)
        .await?)
}

/// Begins the next epoch.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/rotate", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn rotate(
    request: domain::conversation::RotateEpoch,
) -> Result<domain::conversation::ConversationRow, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.conversations().rotate(&actor, request).await?)
}

/// Agrees that somebody may join.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/consent", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn consent(request: domain::conversation::GiveConsent) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend
        .conversations()
        .give_consent(&actor, request)
        .await?;
    Ok(Empty {})
}

/// Deletes one for everybody.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/delete", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn delete(request: domain::conversation::DeleteConversation) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.conversations().delete(&actor, request).await?;
    Ok(Empty {})
}

/// Sends a message; once, however often it is asked.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/send", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn send_message(
    request: domain::conversation::SendMessage,
) -> Result<domain::conversation::Sent, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.conversations().send(&actor, request).await?)
}

/// Puts a conversation away, or brings it back.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/archive", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn archive(
    request: domain::conversation::ArchiveConversation,
) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.conversations().archive(&actor, request).await?;
    Ok(Empty {})
}

/// Replaces the asker's private label.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/save-label", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn save_label(
    request: domain::conversation::SaveLabel,
) -> Result<domain::conversation::LabelSaved, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.conversations().save_label(&actor, request).await?)
}

/// Replaces the asker's read mark.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/save-mark", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn save_mark(request: domain::conversation::SaveMark) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.conversations().save_mark(&actor, request).await?;
    Ok(Empty {})
}

/// The asker's draft.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/load-draft", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn load_draft(
    request: domain::conversation::LoadDraft,
) -> Result<domain::conversation::StoredDraft, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.conversations().load_draft(&actor, request).await?)
}

/// Replaces the asker's draft.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "conversation/save-draft", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn save_draft(request: domain::conversation::SaveDraft) -> Result<Empty, AppError> {
    let (backend, actor) = context::request().await?;
    backend.conversations().save_draft(&actor, request).await?;
    Ok(Empty {})
}
