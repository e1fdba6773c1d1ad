//! Changes come from our own pages only.

use crate::support::{Platform, Request};

fn call() -> Request {
    Request::call("topic/list", "application/json", br#"{"request":{}}"#)
}

#[tokio::test]
async fn our_own_pages_may_call() {
    let platform = Platform::start().await;
    let port = platform.address.port();
    let own = [
        call(),
        call()
            .header("sec-fetch-site", "same-origin")
            .header("origin", &platform.origin()),
        call().header("origin", &platform.origin()),
        call().header("origin", &format!("http://localhost:{port}")),
    ];
    for request in own {
        assert_eq!(platform.send(&request).await.status, 200, "{request:?}");
    }
}

#[tokio::test]
async fn other_pages_may_not() {
    let platform = Platform::start().await;
    let foreign = [
        call()
            .header("sec-fetch-site", "cross-site")
            .header("origin", "https://evil.example"),
        call()
            .header("sec-fetch-site", "same-site")
            .header("origin", "http://127.0.0.1:1"),
        call().header("sec-fetch-site", "cross-site"),
        call().header("origin", "https://evil.example"),
        call().header("origin", "null"),
        call().header("origin", "http://127.0.0.1:1"),
    ];
    for request in foreign {
        let answer = platform.send(&request).await;
        assert_eq!(answer.status, 403, "{request:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[tokio::test]
async fn no_form_reaches_a_call() {
    let platform = Platform::start().await;
    for kind in [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
    ] {
        let answer = platform
            .send(&Request::call("topic/list", kind, br#"{"request":{}}"#))
            .await;
        assert_eq!(answer.status, 400, "{kind}");
    }
    let untyped = Request::new("POST", "/api/topic/list").body(br#"{"request":{}}"#);
    assert_eq!(platform.send(&untyped).await.status, 400);
}

#[tokio::test]
async fn get_changes_nothing_and_other_methods_do_not_exist() {
    let platform = Platform::start().await;
    assert_eq!(
        platform.get("/api/topic/list?request=%7B%7D").await.status,
        405
    );
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "GEHEIM"] {
        let answer = platform
            .send(
                &Request::new(method, "/api/topic/list").header("content-type", "application/json"),
            )
            .await;
        assert_eq!(answer.status, 405, "{method}");
    }
}

#[tokio::test]
async fn reports_are_taken_with_their_own_types() {
    let platform = Platform::start().await;
    let report = br#"[{"type":"csp-violation","body":{"effectiveDirective":"img-src","blockedURL":"https://secret.example"}}]"#;
    let request = Request::call("report", "application/reports+json", report);
    assert_eq!(platform.send(&request).await.status, 204);
    let from_nowhere = request
        .header("sec-fetch-site", "cross-site")
        .header("origin", "null");
    assert_eq!(platform.send(&from_nowhere).await.status, 204);
    assert_eq!(platform.running.http.reports.all(), [("img-src", 2)]);
    assert_eq!(
        platform
            .send(&Request::call("report", "application/json", report))
            .await
            .status,
        400
    );
}
