//! Who may open the live channel. What it says is tested with the client's own program.

use crate::support::{Platform, Request};

fn upgrade(origin: Option<&str>) -> Request {
    let request = Request::new("GET", "/live")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    match origin {
        Some(origin) => request.header("origin", origin),
        None => request,
    }
}

#[tokio::test]
async fn only_our_own_pages_open_it() {
    let platform = Platform::start().await;
    for origin in [
        None,
        Some("null"),
        Some("https://evil.example"),
        Some("http://127.0.0.1:1"),
    ] {
        assert_eq!(
            platform.send(&upgrade(origin)).await.status,
            403,
            "{origin:?}"
        );
    }
    let twice = upgrade(Some(&platform.origin())).header("origin", "https://evil.example");
    assert_eq!(platform.send(&twice).await.status, 403);
}

#[tokio::test]
async fn nobody_opens_it_without_a_session() {
    let platform = Platform::start().await;
    assert_eq!(
        platform
            .send(&upgrade(Some(&platform.origin())))
            .await
            .status,
        401
    );
    let unknown = upgrade(Some(&platform.origin())).header("cookie", "s=unknown");
    assert_eq!(platform.send(&unknown).await.status, 401);
}
