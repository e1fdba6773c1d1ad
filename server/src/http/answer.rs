//! Answers that no route makes itself.

use axum::Json;
use axum::http::StatusCode;
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

/// A bare status.
pub(super) fn status(status: StatusCode) -> Response {
    status.into_response()
}
