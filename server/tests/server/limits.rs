//! Too much, too slow, too long.

use crate::support::{Platform, Request};
use domain::Refusal;
use domain::wire::Problem;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn with_body(path: &str, size: usize) -> Request {
    Request::call(path, "application/cbor", &vec![b' '; size])
}

#[tokio::test]
async fn bodies_have_their_sizes() {
    let platform = Platform::start().await;
    let sizes = [
        ("conversation/send", 128 * 1024),
        ("admin/publish-manifest", 512 * 1024),
        ("inbox/accept", 512 * 1024),
        ("conversation/rotate", 512 * 1024),
    ];
    for (path, most) in sizes {
        assert_eq!(
            platform.send(&with_body(path, most)).await.status,
            400,
            "{path}: read, and malformed"
        );
        let answer = platform.send(&with_body(path, most + 1)).await;
        assert_eq!(answer.status, 413, "{path}");
        assert_eq!(
            serde_json::from_slice::<Problem>(&answer.body).unwrap(),
            Refusal::TooLarge.into()
        );
    }
}

#[tokio::test]
async fn a_body_that_does_not_say_its_size_is_measured_all_the_same() {
    let platform = Platform::start().await;
    let mut bytes = b"POST /api/conversation/send HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/cbor\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..130 {
        bytes.extend_from_slice(b"400\r\n");
        bytes.extend_from_slice(&[b' '; 1024]);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(platform.send_bytes(&bytes).await.status, 413);
}

#[tokio::test]
async fn headers_have_their_size() {
    let platform = Platform::start().await;
    let long = Request::new("GET", "/robots.txt").header("x-long", &"a".repeat(17 * 1024));
    assert_eq!(platform.send(&long).await.status, 431);
}

#[tokio::test]
async fn slow_requests_are_cut_off() {
    let platform = Platform::start().await;
    let heads = [
        "GET /robots.txt HTTP/1.1\r\nhost: x\r\n",
        "POST /api/topic/list HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n{",
    ];
    let waits = heads.map(|head| {
        let address = platform.address;
        tokio::spawn(async move {
            let began = Instant::now();
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            let ended =
                tokio::time::timeout(Duration::from_secs(15), stream.read_to_end(&mut rest)).await;
            assert!(ended.is_ok(), "{head}");
            assert!(began.elapsed() > Duration::from_secs(8), "{head}");
        })
    });
    for wait in waits {
        wait.await.unwrap();
    }
}
