//! Changes come from our own pages only. Three barriers: the cookie is `SameSite=Strict`; the browser's word about
//! the sender's origin (tower-http's [`CsrfLayer`]); content types that no form can send.

use crate::address::PublicUrl;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use tower_http::csrf::{ConfigError, CsrfLayer};

use super::answer;

/// Content types of calls.
const CALLS: [&str; 3] = [
    "application/json",
    "application/cbor",
    "application/octet-stream",
];
/// Content types of a browser's reports.
const REPORTS: [&str; 2] = ["application/reports+json", "application/csp-report"];

/// The layer that knows our origins. Reports are exempt: a browser sends them from documents without an origin too.
///
/// # Errors
/// If an origin has no form that a browser sends.
pub fn layer(address: &PublicUrl) -> Result<CsrfLayer, ConfigError> {
    let layer = CsrfLayer::new().with_insecure_bypass(|_, uri| uri.path() == super::report::PATH);
    let origins = address.origins();
    origins
        .iter()
        .try_fold(layer, |layer, origin| layer.add_trusted_origin(origin))
}

/// Lets `GET`, `HEAD` and well-typed `POST` pass, nothing else.
pub async fn methods_and_types(request: Request, next: Next) -> Response {
    let allowed = match *request.method() {
        Method::GET | Method::HEAD => true,
        Method::POST if request.uri().path() == super::report::PATH => {
            has_type(request.headers(), &REPORTS)
        }
        Method::POST => has_type(request.headers(), &CALLS),
        _ => return answer::status(axum::http::StatusCode::METHOD_NOT_ALLOWED),
    };
    if allowed {
        next.run(request).await
    } else {
        answer::refusal(&Refusal::Malformed).into_response()
    }
}

/// Whether exactly one content type is given, and it is one of `allowed`, parameters aside.
fn has_type(headers: &HeaderMap, allowed: &[&str]) -> bool {
    let mut given = headers.get_all(CONTENT_TYPE).iter();
    let (Some(only), None) = (given.next(), given.next()) else {
        return false;
    };
    let kind = only.to_str().ok().and_then(|value| value.split(';').next());
    kind.is_some_and(|kind| allowed.contains(&kind.trim().to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (CONTENT_TYPE, value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_types_that_no_form_can_send() {
        for good in [
            "application/json",
            "application/cbor",
            "Application/JSON; charset=utf-8",
        ] {
            assert!(has_type(&headers(&[good]), &CALLS), "{good}");
        }
        for form in [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain",
            "",
        ] {
            assert!(!has_type(&headers(&[form]), &CALLS), "{form}");
        }
        assert!(!has_type(&headers(&[]), &CALLS));
        assert!(!has_type(
            &headers(&["application/json", "text/plain"]),
            &CALLS
        ));
        assert!(!has_type(
            &headers(&["text/plain; application/json"]),
            &CALLS
        ));
    }
}
