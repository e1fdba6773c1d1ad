//! Limits and deadlines: the first things that a request meets.

use axum::body::{Body, Bytes};
use domain::Refusal;
use std::time::Duration;

/// Largest body of a call, in bytes.
pub const BODY: usize = 128 * 1024;
/// Largest body of a call that publishes signed objects with their wraps, or all that an account key has sealed, in bytes.
pub const BODY_OF_BATCH: usize = 512 * 1024;
/// Largest report of a browser, in bytes.
pub const BODY_OF_REPORT: usize = 16 * 1024;
/// Largest request line and headers together, in bytes.
pub const HEAD: usize = 16 * 1024;
/// How long headers, and then the body, may take to arrive.
pub const ARRIVAL: Duration = Duration::from_secs(10);
/// How long an answer may take to be made.
pub const ANSWER: Duration = Duration::from_secs(30);

/// Reads a whole body.
///
/// # Errors
/// [`Refusal::TooLarge`] beyond `limit`; [`Refusal::Malformed`] if it breaks off or takes longer than [`ARRIVAL`].
pub async fn read(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    match tokio::time::timeout(ARRIVAL, axum::body::to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_large(&error) => Err(Refusal::TooLarge),
        Ok(Err(_)) | Err(_) => Err(Refusal::Malformed),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Largest body of the call at `path`, in bytes.
#[must_use]
pub fn of(path: &str) -> usize {
    let wraps = matches!(path, "inbox/accept" | "conversation/rotate" | "keys/renew");
    if wraps || path.starts_with("admin/publish-") {
        BODY_OF_BATCH
    } else {
        BODY
    }
}
