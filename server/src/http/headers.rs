//! The response headers of every route: a pure function from the kind of a route to its headers.
//!
//! Nothing else in the server sets one of these names.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap,
    HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY,
};
use axum::middleware::Next;
use axum::response::Response;

/// What a route is, as far as its headers go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page that anybody may read, find and link.
    Public,
    /// `/app`, `/team` and all below `/team`.
    Shell,
    /// A script or WASM with its hash in its name; a worker takes its policy from here.
    Script,
    /// Any other file with its hash in its name.
    Asset,
    /// The service worker, which keeps one name.
    ServiceWorker,
    /// Server functions, the live channel, reports.
    Api,
    /// Encrypted attachments.
    Blob,
}

impl Kind {
    /// The kind by a request's path; unknown paths are [`Kind::Public`], whose policy allows the least that a page needs.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let below = |folder: &str| {
            path.strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if below("/app") || below("/team") {
            Self::Shell
        } else if below("/pkg") {
            Self::Script
        } else if below("/assets") || below("/site") {
            Self::Asset
        } else if path == "/sw.js" {
            Self::ServiceWorker
        } else if below("/api/blob") {
            Self::Blob
        } else if below("/api") || below("/live") {
            Self::Api
        } else {
            Self::Public
        }
    }
}

/// How browsers reach this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Transport {
    /// `http` on loopback.
    #[default]
    Loopback,
    /// `https`, by our own TLS or a proxy's.
    Https {
        /// Also all names below ours.
        include_subdomains: bool,
        /// Agreed to the browsers' preload list.
        preload: bool,
    },
}

const EVERYWHERE: [(&str, &str); 8] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("reporting-endpoints", r#"csp="/api/report""#),
];

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), clipboard-read=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), payment=(), publickey-credentials-get=(), publickey-credentials-create=(), screen-wake-lock=(), serial=(), storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()";
/// As [`PERMISSIONS`], with passkeys.
const PERMISSIONS_SHELL: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), clipboard-read=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), payment=(), publickey-credentials-get=(self), publickey-credentials-create=(self), screen-wake-lock=(), serial=(), storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()";

const CSP_PUBLIC: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; report-to csp";
const CSP_SHELL: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types default; report-to csp";
const CSP_SCRIPT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; report-to csp";
const CSP_SERVICE_WORKER: &str = "default-src 'none'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; report-to csp";
const CSP_API: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const NO_CACHE: &str = "no-cache";
const NO_STORE: &str = "no-store";
const INTEGRITY_POLICY: &str = "blocked-destinations=(script), endpoints=(csp)";
const ROBOTS: &str = "noindex, noarchive";

/// All headers of an answer. `found` is false for refusals and for what is not there: those are never kept by a cache.
#[must_use]
pub fn headers(kind: Kind, transport: Transport, found: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value))
    };
    for (name, value) in EVERYWHERE {
        set(HeaderName::from_static(name), value);
    }
    let (policy, cache) = match kind {
        Kind::Public => (CSP_PUBLIC, NO_CACHE),
        Kind::Shell => (CSP_SHELL, NO_STORE),
        Kind::Script => (CSP_SCRIPT, IMMUTABLE),
        Kind::Asset => (CSP_API, IMMUTABLE),
        Kind::ServiceWorker => (CSP_SERVICE_WORKER, NO_CACHE),
        Kind::Api | Kind::Blob => (CSP_API, NO_STORE),
    };
    set(CONTENT_SECURITY_POLICY, policy);
    set(CACHE_CONTROL, if found { cache } else { NO_STORE });
    set(
        HeaderName::from_static("permissions-policy"),
        if kind == Kind::Shell {
            PERMISSIONS_SHELL
        } else {
            PERMISSIONS
        },
    );
    if kind == Kind::Shell {
        set(
            HeaderName::from_static("integrity-policy"),
            INTEGRITY_POLICY,
        );
    }
    if matches!(kind, Kind::Shell | Kind::Api | Kind::Blob) {
        set(HeaderName::from_static("x-robots-tag"), ROBOTS);
    }
    if kind == Kind::Blob {
        set(CONTENT_TYPE, "application/octet-stream");
        set(CONTENT_DISPOSITION, "attachment");
    }
    if let Transport::Https {
        include_subdomains,
        preload,
    } = transport
    {
        set(
            STRICT_TRANSPORT_SECURITY,
            strict_transport(include_subdomains, preload),
        );
    }
    headers
}

fn strict_transport(include_subdomains: bool, preload: bool) -> &'static str {
    match (include_subdomains, preload) {
        (false, false) => "max-age=31536000",
        (true, false) => "max-age=31536000; includeSubDomains",
        (false, true) => "max-age=31536000; preload",
        (true, true) => "max-age=31536000; includeSubDomains; preload",
    }
}

/// The layer that gives every answer its headers, also the answers of the layers below it that refuse.
pub async fn layer(transport: Transport, request: Request, next: Next) -> Response {
    let kind = Kind::of_path(request.uri().path());
    let mut response = next.run(request).await;
    let status = response.status();
    let found = status.is_success() || status.is_redirection() || status.is_informational();
    for (name, value) in headers(kind, transport, found) {
        if let Some(name) = name {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests;
