//! First messages to an agency.
#![expect(
    missing_docs,
    reason = "the macro makes structs of the functions' one argument"
)]

use leptos::prelude::*;
use server_fn::codec::Cbor;

use crate::context;
use crate::error::AppError;

/// Sends an enquiry.
///
/// # Errors
/// [`AppError`] with the refusal or the incident.
#[server(endpoint = "enquiry/submit", prefix = "/api", input = Cbor, output = Cbor)]
pub async fn submit(
    request: domain::enquiry::SubmitEnquiry,
) -> Result<domain::enquiry::EnquiryReceipt, AppError> {
    let (backend, actor) = context::request().await?;
    Ok(backend.enquiries().submit(&actor, request).await?)
}
