//! The browser as a [`World`]: fetch, WebSocket, the worker, the tab's storage, the clock.

pub mod assets;
pub mod language;
mod live;
mod storage;
mod transport;

use client::World;
use client::world::{TabStorage, WorkerFailed};
use domain::time::Timestamp;
use gloo_timers::future::TimeoutFuture;

use crate::worker::WorkerHandle;
pub use live::BrowserLive;
pub use storage::SessionStorage;
pub use transport::BrowserTransport;

/// One tab of a browser.
#[derive(Debug, Default)]
pub struct Browser {
    transport: BrowserTransport,
    storage: SessionStorage,
}

impl World for Browser {
    type Transport = BrowserTransport;

    fn transport(&self) -> &BrowserTransport {
        &self.transport
    }

    fn tab(&self) -> &dyn TabStorage {
        &self.storage
    }

    fn now(&self) -> Timestamp {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole milliseconds, far below 2^53"
        )]
        let milliseconds = js_sys::Date::now() as i64;
        Timestamp(milliseconds)
    }

    async fn sleep(&self, milliseconds: u32) {
        TimeoutFuture::new(milliseconds).await;
    }

    async fn work(&self, job: Vec<u8>) -> Result<Vec<u8>, WorkerFailed> {
        // Started for one job and ended after it: wasm memory never shrinks, and Argon2id takes 64 MiB.
        let worker = WorkerHandle::start().await.map_err(|_| WorkerFailed)?;
        worker.ask(&job).await.map_err(|_| WorkerFailed)
    }
}
