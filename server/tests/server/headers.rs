//! The exact headers of every route, written down a second time, as the design has them.

use crate::support::{Answer, Platform, Request};
use std::collections::BTreeMap;

const EVERYWHERE: [(&str, &str); 8] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("reporting-endpoints", "csp=\"/api/report\""),
];

const OFF: [&str; 28] = [
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "publickey-credentials-get",
    "publickey-credentials-create",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
];

/// Headers that carry the answer itself; everything else must be expected by name.
const CONTENT: [&str; 9] = [
    "content-type",
    "content-length",
    "content-encoding",
    "etag",
    "vary",
    "date",
    "connection",
    "transfer-encoding",
    "allow",
];

fn permissions(shell: bool) -> String {
    let word = |name: &&str| {
        let own = shell && name.starts_with("publickey-credentials");
        format!("{name}={}", if own { "(self)" } else { "()" })
    };
    OFF.iter().map(word).collect::<Vec<_>>().join(", ")
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Public,
    Shell,
    Script,
    Asset,
    ServiceWorker,
    Api,
}

fn expected(kind: Kind, found: bool) -> BTreeMap<String, Vec<String>> {
    let mut all: Vec<(&str, String)> = EVERYWHERE
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    let (policy, cache) = match kind {
        Kind::Public => (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; report-to csp",
            "no-cache",
        ),
        Kind::Shell => (
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types default; report-to csp",
            "no-store",
        ),
        Kind::Script => (
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; report-to csp",
            "public, max-age=31536000, immutable",
        ),
        Kind::Asset => (
            "default-src 'none'; frame-ancestors 'none'; sandbox",
            "public, max-age=31536000, immutable",
        ),
        Kind::ServiceWorker => (
            "default-src 'none'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; report-to csp",
            "no-cache",
        ),
        Kind::Api => (
            "default-src 'none'; frame-ancestors 'none'; sandbox",
            "no-store",
        ),
    };
    all.push(("content-security-policy", policy.to_owned()));
    all.push((
        "cache-control",
        if found { cache } else { "no-store" }.to_owned(),
    ));
    all.push(("permissions-policy", permissions(kind == Kind::Shell)));
    if kind == Kind::Shell {
        all.push((
            "integrity-policy",
            "blocked-destinations=(script), endpoints=(csp)".to_owned(),
        ));
    }
    if matches!(kind, Kind::Shell | Kind::Api) {
        all.push(("x-robots-tag", "noindex, noarchive".to_owned()));
    }
    all.into_iter()
        .map(|(name, value)| (name.to_owned(), vec![value]))
        .collect()
}

fn check(answer: &Answer, what: &str, status: u16, kind: Kind) {
    assert_eq!(answer.status, status, "{what}");
    let mut given = answer.headers.clone();
    given.retain(|name, _| !CONTENT.contains(&name.as_str()));
    assert_eq!(given, expected(kind, status < 400), "{what}");
}

#[tokio::test]
async fn every_route_has_exactly_its_headers() {
    let platform = Platform::start().await;
    for path in [
        "/",
        "/themen",
        "/themen/suchtberatung",
        "/notfall",
        "/impressum",
        "/datenschutz",
        "/barrierefreiheit",
        "/en",
        "/en/",
        "/en/themen/suchtberatung",
        "/leicht/",
        "/leicht/notfall",
        "/quelltext",
        "/robots.txt",
        "/app.webmanifest",
        "/team.webmanifest",
        "/.well-known/security.txt",
    ] {
        check(&platform.get(path).await, path, 200, Kind::Public);
    }
    for path in ["/app", "/team", "/team/inbox"] {
        check(&platform.get(path).await, path, 200, Kind::Shell);
    }
    let site = platform.running.http.site.clone();
    assert!(site.manifest().files.len() > 5);
    for file in site.manifest().files.values() {
        let kind = match file.path.split('/').nth(1) {
            Some("pkg") => Kind::Script,
            Some("assets" | "site") => Kind::Asset,
            Some("sw.js") => Kind::ServiceWorker,
            _ => Kind::Public,
        };
        check(&platform.get(&file.path).await, &file.path, 200, kind);
    }
    let shell = platform.get("/app").await.text();
    let trust = shell
        .split('"')
        .find(|part| part.starts_with("/site/trust."))
        .unwrap();
    check(&platform.get(trust).await, trust, 200, Kind::Asset);
}

#[tokio::test]
async fn refusals_have_them_too() {
    let platform = Platform::start().await;
    check(
        &platform.get("/gibt-es-nicht").await,
        "missing page",
        404,
        Kind::Public,
    );
    check(
        &platform.get("/themen/gibt-es-nicht").await,
        "missing topic",
        404,
        Kind::Public,
    );
    check(
        &platform.get("/pkg/missing.js").await,
        "missing script",
        404,
        Kind::Script,
    );
    check(
        &platform.get("/site/missing.json").await,
        "missing trust",
        404,
        Kind::Asset,
    );
    check(
        &platform.get("/api/topic/list").await,
        "GET of a call",
        405,
        Kind::Api,
    );
    check(&platform.get("/live").await, "no origin", 403, Kind::Api);
    check(
        &platform.send(&Request::new("PUT", "/app")).await,
        "method",
        405,
        Kind::Shell,
    );
    let call = |kind: &str, body: &[u8]| Request::call("topic/list", kind, body);
    check(
        &platform.send(&call("application/json", b"{}")).await,
        "malformed call",
        400,
        Kind::Api,
    );
    check(
        &platform
            .send(&call("application/json", br#"{"request":{}}"#))
            .await,
        "call",
        200,
        Kind::Api,
    );
    check(
        &platform
            .send(&call("application/json", &[b' '; 200_000]))
            .await,
        "large call",
        413,
        Kind::Api,
    );
    let foreign = call("application/json", b"{}").header("sec-fetch-site", "cross-site");
    check(
        &platform.send(&foreign).await,
        "foreign call",
        403,
        Kind::Api,
    );
    let report = Request::call("report", "application/reports+json", b"[]");
    check(&platform.send(&report).await, "report", 204, Kind::Api);
}

#[tokio::test]
async fn transport_security_is_for_https() {
    let platform = Platform::start_as(Some("https://beratung.example")).await;
    let answer = platform.get("/").await;
    assert_eq!(
        answer.header("strict-transport-security"),
        Some("max-age=31536000")
    );
}

#[tokio::test]
async fn pages_are_sent_once_and_compressed() {
    let platform = Platform::start().await;
    let first = platform.get("/").await;
    let tag = first.header("etag").unwrap().to_owned();
    let again = platform
        .send(&Request::new("GET", "/").header("if-none-match", &tag))
        .await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let packed = platform
        .send(&Request::new("GET", "/").header("accept-encoding", "br"))
        .await;
    assert_eq!(packed.header("content-encoding"), Some("br"));
    assert!(packed.body.len() * 2 < first.body.len());
    let shell = platform
        .send(&Request::new("GET", "/app").header("accept-encoding", "br"))
        .await;
    assert_eq!(shell.header("content-encoding"), Some("br"));
    assert!(shell.body.len() < 3_300, "{}", shell.body.len());
    let personal =
        Request::call("account/resume", "application/cbor", b"").header("accept-encoding", "br");
    assert_eq!(
        platform.send(&personal).await.header("content-encoding"),
        None
    );
}
