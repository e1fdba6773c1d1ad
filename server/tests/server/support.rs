//! A running platform for one test, and requests byte for byte.

use backend::Purpose;
use server::folder::Folder;
use server::running::{Running, bind};
use server::settings::Settings;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// More than any test does, with the least work: for tests that are about something else.
pub(crate) const ROOMY: &str = r#"[limits]
sign_in_free = 1000
sign_in_address = "1000/s"
register_address = "1000/s"
register_most = "1000/s"
api = "1000/s"
sockets = 100
enquiry_address = "1000/s"
messages = "1000/s"
tab = "1000/s"
reports = "1000/s"
work = 1
work_most = 1
"#;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A folder that is gone when the test is over.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("beistand-test-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// An empty platform that answers.
pub(crate) struct Platform {
    pub(crate) running: Running,
    pub(crate) address: SocketAddr,
    _folder: Scratch,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        Self::start_as(None).await
    }

    /// As browsers reach it at `public`.
    pub(crate) async fn start_as(public: Option<&str>) -> Self {
        Self::start_with(public, ROOMY).await
    }

    /// The same with settings of its own.
    pub(crate) async fn start_with(public: Option<&str>, settings: &str) -> Self {
        let scratch = Scratch::new();
        let folder = Folder::new(&scratch.0);
        folder.make_platform(Purpose::Real, None).await.unwrap();
        let settings = Settings::parse(&folder.settings(), settings).unwrap();
        let mut config = folder.config(Purpose::Real, None).unwrap();
        config.limits = settings.limits.clone();
        let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let front = settings.front(&folder);
        let public = public.map(|url| url.parse().unwrap());
        let running = Running::start(config, front, public, listener)
            .await
            .unwrap();
        Self {
            address: running.local_address(),
            running,
            _folder: scratch,
        }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(&Request::new("GET", path)).await
    }

    pub(crate) async fn send(&self, request: &Request) -> Answer {
        self.send_bytes(&request.bytes(self.address)).await
    }

    pub(crate) async fn send_bytes(&self, bytes: &[u8]) -> Answer {
        send_to(self.address, bytes).await
    }
}

/// Sends a request to whatever serves at `address`.
pub(crate) async fn send_to(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may refuse, and close, before everything is sent.
    stream.write_all(bytes).await.ok();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.ok();
    Answer::parse(&all)
}

/// A request; the connection closes after its answer.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A call with a body in its form.
    pub(crate) fn call(path: &str, content_type: &str, body: &[u8]) -> Self {
        Self::new("POST", &format!("/api/{path}"))
            .header("content-type", content_type)
            .body(body)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    pub(crate) fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: {address}\r\n",
            self.method, self.path
        );
        if !self.headers.iter().any(|(name, _)| name == "connection") {
            head.push_str("connection: close\r\n");
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.method != "GET" && self.method != "HEAD" {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        let mut bytes = format!("{head}\r\n").into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// An answer; of a header that comes twice, both values in order.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn parse(all: &[u8]) -> Self {
        let end = all
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or(all.len());
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .and_then(|code| code.parse().ok());
        let mut headers = BTreeMap::<String, Vec<String>>::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            headers
                .entry(name.to_ascii_lowercase())
                .or_default()
                .push(value.to_owned());
        }
        Self {
            status: status.unwrap_or(0),
            headers,
            body: all.get(end + 4..).unwrap_or_default().to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .and_then(|values| values.first())
            .map(String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
