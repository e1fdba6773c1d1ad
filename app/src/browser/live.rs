//! The live channel by WebSocket.

use std::future::poll_fn;

use client::transport::{LiveConnection, Unreachable};
use domain::wire::LIVE_PATH;
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State};

/// An open socket; dropping it closes it.
pub struct BrowserLive(WebSocket);

impl BrowserLive {
    pub(super) async fn open() -> Result<Self, Unreachable> {
        let location = web_sys::window().ok_or(Unreachable)?.location();
        let host = location.host().map_err(|_| Unreachable)?;
        let scheme = match location.protocol().as_deref() {
            Ok("https:") => "wss",
            _ => "ws",
        };
        WebSocket::open(&format!("{scheme}://{host}{LIVE_PATH}"))
            .map(Self)
            .map_err(|_| Unreachable)
    }
}

impl LiveConnection for BrowserLive {
    async fn send(&mut self, frame: Vec<u8>) -> Result<(), Unreachable> {
        poll_fn(|context| self.0.poll_ready_unpin(context))
            .await
            .map_err(|_| Unreachable)?;
        // A socket that has failed is ready, too, and the browser complains aloud of what it is given.
        if !matches!(self.0.state(), State::Open) {
            return Err(Unreachable);
        }
        self.0
            .send(Message::Bytes(frame))
            .await
            .map_err(|_| Unreachable)
    }

    async fn receive(&mut self) -> Result<Vec<u8>, Unreachable> {
        match self.0.next().await {
            Some(Ok(Message::Bytes(frame))) => Ok(frame),
            // Our server speaks in bytes only; anything else is another one's.
            _ => Err(Unreachable),
        }
    }
}
