//! Answers that no route makes itself.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use domain::wire::Problem;

/// A refusal with its status, as calls are answered.
pub(super) fn refusal(refusal: &Refusal) -> Response {
    let problem = Problem::from(refusal.clone());
    let status =
        StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(problem)).into_response()
}

/// Its status and when to come back, for whoever reads no body.
pub(crate) fn bare(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN);
    match refusal {
        Refusal::TooMany { retry_after } => {
            (status, [(RETRY_AFTER, retry_after.to_string())]).into_response()
        }
        _ => status.into_response(),
    }
}

/// A bare status.
pub(super) fn status(status: StatusCode) -> Response {
    status.into_response()
}
