//! One line a request: number, method, route template, status, how long. Never the path, an address or an agent.

use super::state::Http;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use domain::wire::{CALLS, PREFIX};
use std::time::{Duration, Instant};

/// The number of a request; a person who meets an error is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub String);

/// Gives the request its number, and writes its line once the answer is made.
pub async fn layer(State(http): State<Http>, mut request: Request, next: Next) -> Response {
    let number = http.request_number();
    let method = method_of(&request);
    let route = route_of(&request);
    request.extensions_mut().insert(Number(number.clone()));
    let began = Instant::now();
    let response = next.run(request).await;
    let took = bucket(began.elapsed());
    let status = response.status();
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(
            request = number,
            method,
            route,
            status = status.as_u16(),
            took,
            "answered"
        );
    } else {
        tracing::info!(
            request = number,
            method,
            route,
            status = status.as_u16(),
            took,
            "answered"
        );
    }
    response
}

/// A method may be any word: only the usual ones are written down.
fn method_of(request: &Request) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// The template of the route; for calls the endpoint, which is one of a fixed list.
fn route_of(request: &Request) -> String {
    let call = request
        .uri()
        .path()
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_prefix('/'));
    let known = call.and_then(|asked| CALLS.iter().find(|(known, _)| *known == asked));
    match (known, request.extensions().get::<MatchedPath>()) {
        (Some((path, _)), _) => format!("{PREFIX}/{path}"),
        (None, Some(template)) => template.as_str().to_owned(),
        (None, None) => "none".to_owned(),
    }
}

/// How long, roughly: exact times would tell one request from another.
fn bucket(took: Duration) -> &'static str {
    match took.as_millis() {
        0..10 => "<10ms",
        10..30 => "<30ms",
        30..100 => "<100ms",
        100..300 => "<300ms",
        300..1_000 => "<1s",
        1_000..3_000 => "<3s",
        _ => ">=3s",
    }
}
