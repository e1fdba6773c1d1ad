//! Routes of the static site. Headers come from `http::headers`; here are only type, encoding and entity tag.

use super::assets::{self, Encoding};
use super::folder::Site;
use super::install::{INSTALL_SEEKER, INSTALL_STAFF};
use super::manifest::File;
use app::shell::Face;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH, VARY,
};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// Shells, hashed files and the trust file. Files that keep their name (`/sw.js`, icons) are answered by
/// [`serve_asset`], which the application's fallback calls.
pub fn router(site: Arc<Site>) -> Router {
    // Who does not take what is packed already. Shells hold nothing of anybody.
    let other = CompressionLayer::new().quality(CompressionLevel::Precise(5));
    let mut router = Router::new()
        .route("/app", get(seeker))
        .route("/team", get(staff))
        .route("/team/{*screen}", get(staff))
        .layer(other)
        .route(INSTALL_SEEKER, get(install_seeker))
        .route(INSTALL_STAFF, get(install_staff))
        .route("/site/{name}", get(trust))
        .route("/pkg/{name}", get(asset))
        .route("/assets/{name}", get(asset));
    let kept = site
        .manifest()
        .files
        .values()
        .filter(|file| !file.path.starts_with("/pkg/") && !file.path.starts_with("/assets/"));
    for file in kept {
        router = router.route(&file.path, get(asset));
    }
    router.with_state(site)
}

async fn seeker(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    shell(&site, Face::Seeker, &headers)
}

async fn staff(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    shell(&site, Face::Staff, &headers)
}

async fn install_seeker(State(site): State<Arc<Site>>) -> Response {
    install(&site, Face::Seeker)
}

async fn install_staff(State(site): State<Arc<Site>>) -> Response {
    install(&site, Face::Staff)
}

fn install(site: &Site, face: Face) -> Response {
    let kind = [(CONTENT_TYPE, "application/manifest+json")];
    (kind, site.install(face).to_owned()).into_response()
}

fn shell(site: &Site, face: Face, headers: &HeaderMap) -> Response {
    let shell = site.shell(face);
    if Encoding::Brotli.is_accepted(accepted(headers)) {
        let packed = Html(shell.packed().to_owned());
        let encoding = [(CONTENT_ENCODING, "br"), (VARY, "accept-encoding")];
        (encoding, packed).into_response()
    } else {
        Html(shell.plain().to_owned()).into_response()
    }
}

/// The value of `Accept-Encoding`; empty without one.
fn accepted(headers: &HeaderMap) -> &str {
    let value = headers.get(ACCEPT_ENCODING);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

async fn trust(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    match site.trust(uri.path()) {
        Some(content) => ([(CONTENT_TYPE, "application/json")], content.to_owned()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn asset(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    serve_asset(&site, uri.path(), &headers)
        .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// The built file at `path`, in the best encoding that the browser accepts; `None` if there is none.
#[must_use]
pub fn serve_asset(site: &Site, path: &str, headers: &HeaderMap) -> Option<Response> {
    let file = site.manifest().by_path(path)?;
    let tag = format!("\"{}\"", file.integrity);
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| {
        known
            .split(',')
            .any(|entry| entry.trim().trim_start_matches("W/") == tag)
    }) {
        return Some(
            (
                StatusCode::NOT_MODIFIED,
                [(ETAG, tag), (VARY, "accept-encoding".to_owned())],
            )
                .into_response(),
        );
    }
    answer(file, headers, tag)
}

fn answer(file: &File, headers: &HeaderMap, tag: String) -> Option<Response> {
    let found = assets::read(file, Encoding::choose(file, accepted(headers)))?;
    let mut response = Response::builder()
        .header(CONTENT_TYPE, &file.content_type)
        .header(VARY, "accept-encoding")
        .header(ETAG, tag);
    if let Some(token) = found.encoding.token() {
        response = response.header(CONTENT_ENCODING, token);
    }
    response.body(Body::from(found.bytes.into_owned())).ok()
}
