//! Calls by `fetch`, to our own origin only.

use client::transport::{Answer, Transport, Unreachable};
use domain::wire::{Form, PREFIX};
use gloo_net::http::Request;
use web_sys::{RequestCache, RequestCredentials, RequestRedirect};

use super::live::BrowserLive;

/// `fetch` and WebSocket.
#[derive(Debug, Default, Clone, Copy)]
pub struct BrowserTransport;

impl Transport for BrowserTransport {
    type Live = BrowserLive;

    async fn post(&self, path: &str, form: Form, body: Vec<u8>) -> Result<Answer, Unreachable> {
        let response = Request::post(&format!("{PREFIX}/{path}"))
            .header("content-type", form.content_type())
            .header("accept", form.content_type())
            .credentials(RequestCredentials::SameOrigin)
            .cache(RequestCache::NoStore)
            .redirect(RequestRedirect::Error)
            .body(js_sys::Uint8Array::from(body.as_slice()))
            .map_err(|_| Unreachable)?
            .send()
            .await
            .map_err(|_| Unreachable)?;
        let body = response.binary().await.map_err(|_| Unreachable)?;
        Ok(Answer {
            status: response.status(),
            body,
        })
    }

    async fn connect(&self) -> Result<BrowserLive, Unreachable> {
        BrowserLive::open().await
    }
}
