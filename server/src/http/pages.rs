//! Public pages: complete documents with an entity tag.

use super::answer;
use super::state::Http;
use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;

pub(super) fn router(_: &Http) -> Router<Http> {
    Router::new()
}

pub(super) async fn not_found() -> Response {
    answer::status(StatusCode::NOT_FOUND)
}
