//! A transport over plain HTTP on loopback: one connection, one cookie, as a browser's tab.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use client::transport::{Answer, LiveConnection, Transport, Unreachable};
use domain::wire::{Form, LIVE_PATH, PREFIX};
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{CONTENT_TYPE, COOKIE, HOST, HeaderMap, ORIGIN, SET_COOKIE};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// A server's address, and the cookie that it gave.
pub struct Net {
    /// `host:port`.
    authority: String,
    cookie: Rc<RefCell<Option<String>>>,
    idle: RefCell<Option<SendRequest<Full<Bytes>>>>,
    cut: Cell<bool>,
    sockets: Rc<Sockets>,
}

/// Whether WebSockets get through.
#[derive(Default)]
struct Sockets {
    blocked: Cell<bool>,
    changed: Notify,
    opened: Cell<u32>,
}

impl Net {
    /// A net before the server at `authority` (`host:port`), without a cookie.
    #[must_use]
    pub fn new(authority: &str) -> Self {
        Self {
            authority: authority.to_owned(),
            cookie: Rc::default(),
            idle: RefCell::default(),
            cut: Cell::new(false),
            sockets: Rc::default(),
        }
    }

    /// The same browser's other tab, or the same tab after a reload: the cookie is shared.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            cookie: Rc::clone(&self.cookie),
            ..Self::new(&self.authority)
        }
    }

    /// The same net with a cookie from before.
    #[must_use]
    pub fn with_cookie(self, cookie: Option<String>) -> Self {
        self.cookie.replace(cookie);
        self
    }

    /// The cookie that the server gave, as `name=value`.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        self.cookie.borrow().clone()
    }

    /// Cuts the connection, or mends it. A live channel that is open ends by itself.
    pub fn cut(&self, cut: bool) {
        self.cut.set(cut);
        self.idle.take();
    }

    /// Lets no WebSocket through from now on, as some networks do, or lets them again. Those that
    /// are open end; calls go on.
    pub fn block_sockets(&self, blocked: bool) {
        self.sockets.blocked.set(blocked);
        self.sockets.changed.notify_waiters();
    }

    /// How many WebSockets were opened.
    #[must_use]
    pub fn sockets_opened(&self) -> u32 {
        self.sockets.opened.get()
    }

    fn origin(&self) -> String {
        format!("http://{}", self.authority)
    }

    async fn dial(&self) -> Result<TcpStream, Unreachable> {
        if self.cut.get() {
            return Err(Unreachable);
        }
        let stream = TcpStream::connect(&self.authority).await;
        let stream = stream.map_err(|_| Unreachable)?;
        stream.set_nodelay(true).map_err(|_| Unreachable)?;
        Ok(stream)
    }

    /// A connection that was kept, if it still seems to be open.
    async fn kept(&self) -> Option<SendRequest<Full<Bytes>>> {
        let mut kept = self.idle.take().filter(|kept| !kept.is_closed())?;
        kept.ready().await.is_ok().then_some(kept)
    }

    async fn fresh(&self) -> Result<SendRequest<Full<Bytes>>, Unreachable> {
        let stream = TokioIo::new(self.dial().await?);
        let (sender, connection) = handshake(stream).await.map_err(|_| Unreachable)?;
        // Ends with the connection; what fails there fails at the sender too.
        tokio::spawn(async move { connection.await.ok() });
        Ok(sender)
    }

    fn keep_cookie(&self, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE) {
            let Some(pair) = header.to_str().ok().and_then(|text| text.split(';').next()) else {
                continue;
            };
            let gone = pair
                .split_once('=')
                .is_none_or(|(_, value)| value.is_empty());
            self.cookie.replace((!gone).then(|| pair.to_owned()));
        }
    }

    async fn ask(
        &self,
        mut sender: SendRequest<Full<Bytes>>,
        path: &str,
        form: Form,
        body: Vec<u8>,
    ) -> Result<Answer, Unreachable> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("{PREFIX}/{path}"))
            .header(HOST, &self.authority)
            .header(ORIGIN, self.origin())
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, form.content_type());
        if let Some(cookie) = &*self.cookie.borrow() {
            request = request.header(COOKIE, cookie);
        }
        let request = request.body(Full::from(body)).map_err(|_| Unreachable)?;
        let answer = sender
            .send_request(request)
            .await
            .map_err(|_| Unreachable)?;
        self.keep_cookie(answer.headers());
        let status = answer.status().as_u16();
        let body = answer
            .into_body()
            .collect()
            .await
            .map_err(|_| Unreachable)?;
        self.idle.replace(Some(sender));
        Ok(Answer {
            status,
            body: body.to_bytes().to_vec(),
        })
    }
}

impl Transport for Net {
    type Live = LiveNet;

    async fn post(&self, path: &str, form: Form, body: Vec<u8>) -> Result<Answer, Unreachable> {
        if self.cut.get() {
            return Err(Unreachable);
        }
        // The server may close a kept connection while the next request is on its way; as a
        // browser does, that one is sent again on a fresh one.
        if let Some(kept) = self.kept().await
            && let Ok(answer) = self.ask(kept, path, form, body.clone()).await
        {
            return Ok(answer);
        }
        self.ask(self.fresh().await?, path, form, body).await
    }

    async fn connect(&self) -> Result<LiveNet, Unreachable> {
        if self.sockets.blocked.get() {
            return Err(Unreachable);
        }
        let url = format!("ws://{}{LIVE_PATH}", self.authority);
        let mut request = url.into_client_request().map_err(|_| Unreachable)?;
        let value = |text: &str| text.parse().map_err(|_| Unreachable);
        let headers = request.headers_mut();
        headers.insert(ORIGIN, value(&self.origin())?);
        if let Some(cookie) = &*self.cookie.borrow() {
            headers.insert(COOKIE, value(cookie)?);
        }
        let stream = self.dial().await?;
        let opened = tokio_tungstenite::client_async(request, stream).await;
        let (socket, _) = opened.map_err(|_| Unreachable)?;
        self.sockets.opened.set(self.sockets.opened.get() + 1);
        Ok(LiveNet {
            socket,
            sockets: Rc::clone(&self.sockets),
        })
    }
}

/// An open WebSocket.
pub struct LiveNet {
    socket: WebSocketStream<TcpStream>,
    sockets: Rc<Sockets>,
}

impl LiveConnection for LiveNet {
    async fn send(&mut self, frame: Vec<u8>) -> Result<(), Unreachable> {
        let frame = Message::Binary(frame.into());
        self.socket.send(frame).await.map_err(|_| Unreachable)
    }

    async fn receive(&mut self) -> Result<Vec<u8>, Unreachable> {
        loop {
            if self.sockets.blocked.get() {
                return Err(Unreachable);
            }
            let message = tokio::select! {
                message = self.socket.next() => message,
                () = self.sockets.changed.notified() => continue,
            };
            match message {
                Some(Ok(Message::Binary(frame))) => return Ok(frame.to_vec()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return Err(Unreachable),
            }
        }
    }
}
