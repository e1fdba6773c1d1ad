//! The HTTP server, in the order in which a request meets it:
//!
//! 1. [`listen`]: deadline and size of the headers;
//! 2. [`headers`]: every answer's security headers, refusals included;
//! 3. [`trace`]: a number, and one line in the log;
//! 4. [`visitor`]: what stands for the visitor's address; the address goes no further;
//! 5. deadline of the answer, and panics as incidents;
//! 6. [`csrf`]: changes come from our own pages only;
//! 7. the session's cookie ([`session_token`]), and how many calls it may make;
//! 8. the route: [`calls`], the live channel, pages, the static site.

pub(crate) mod answer;
pub mod calls;
pub mod csrf;
pub mod headers;
pub mod limits;
pub mod listen;
pub mod pages;
pub mod report;
mod state;
pub mod trace;
mod visitor;
mod wellknown;

pub use visitor::{ClientAddress, Visitors};

pub use state::{Http, Parts};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{COOKIE, HeaderMap};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::ConfigError;

/// Everything that this server answers.
///
/// # Errors
/// If the public address has no form that a browser sends as an origin.
pub fn router(http: &Http) -> Result<Router, ConfigError> {
    let transport = http.transport;
    let csrf = csrf::layer(&http.address)?
        .with_rejection_response(|_| answer::refusal(&domain::Refusal::NotAllowed));
    let routes = public()
        .merge(private())
        .fallback(pages::not_found)
        .with_state(http.clone())
        .merge(crate::site::router(http.site.clone()));
    Ok(routes
        .layer(middleware::from_fn(csrf::methods_and_types))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(|_| {
            answer::status(StatusCode::INTERNAL_SERVER_ERROR)
        }))
        .layer(middleware::from_fn(deadline))
        .layer(middleware::from_fn_with_state(http.clone(), visitor::layer))
        .layer(middleware::from_fn_with_state(http.clone(), trace::layer))
        .layer(middleware::from_fn(move |request, next| {
            headers::layer(transport, request, next)
        })))
}

/// What is the same for everybody, and compressed.
fn public() -> Router<Http> {
    let mut router = pages::router().merge(wellknown::router());
    for path in calls::PUBLIC {
        router = router.route(
            &format!("{}/{path}", domain::wire::PREFIX),
            post(calls::answer),
        );
    }
    router.layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)))
}

/// What is for one person, and never compressed.
fn private() -> Router<Http> {
    Router::new()
        .route(report::PATH, post(report::receive))
        .route("/api/{*call}", post(calls::answer))
        .route(domain::wire::LIVE_PATH, get(crate::live::open))
}

/// The value of the session's cookie, if one came.
#[must_use]
pub fn session_token(http: &Http, headers: &HeaderMap) -> Option<String> {
    let values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    http.cookie().find(values).map(str::to_owned)
}

/// Nobody waits longer than this for an answer.
async fn deadline(request: Request, next: Next) -> Response {
    match tokio::time::timeout(limits::ANSWER, next.run(request)).await {
        Ok(response) => response,
        Err(_) => answer::status(StatusCode::SERVICE_UNAVAILABLE),
    }
}
