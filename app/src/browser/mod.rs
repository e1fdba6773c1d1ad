//! The browser as a [`World`]: fetch, WebSocket, the worker, the tab's storage, the clock.

pub mod assets;
pub mod device;
pub mod language;
mod live;
mod storage;
mod transport;

use std::cell::Cell;

use client::World;
use client::world::{Asked, TabStorage, WorkerFailed};
use domain::factor::Answer;
use domain::time::Timestamp;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{WindowListenerHandle, window_event_listener_untyped};

use crate::screen::inner::Later;
use crate::texts::Texts;
use crate::worker::WorkerHandle;
pub use device::BrowserDevice;
pub use live::BrowserLive;
pub use storage::SessionStorage;
pub use transport::BrowserTransport;

/// Calls `used` whenever somebody does something with this page: a key, a press, the wheel, a text that comes
/// by voice. What scrolls or moves by itself is not meant.
pub fn on_use(used: impl Fn() + Clone + 'static) -> [WindowListenerHandle; 4] {
    ["keydown", "pointerdown", "wheel", "input"].map(|event| {
        let used = used.clone();
        window_event_listener_untyped(event, move |_| used())
    })
}

/// One tab of a browser.
#[derive(Debug, Default)]
pub struct Browser {
    transport: BrowserTransport,
    storage: SessionStorage,
    /// How the person is asked, and in which words.
    asks: Cell<Option<(Ask, Texts)>>,
}

/// Asks the person for the second factor.
pub type Ask = fn(Texts, Asked) -> Later<Option<Answer>>;

impl Browser {
    /// Asks in this way and in these words from now on; before, nobody is asked.
    pub fn ask(&self, ask: Ask, words: Texts) {
        self.asks.set(Some((ask, words)));
    }
}

impl World for Browser {
    type Transport = BrowserTransport;
    type Device = BrowserDevice;

    fn device(&self) -> &BrowserDevice {
        &BrowserDevice
    }

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

    async fn factor(&self, asked: Asked) -> Option<Answer> {
        let (ask, words) = self.asks.get()?;
        ask(words, asked).await
    }

    async fn work(&self, job: Vec<u8>) -> Result<Vec<u8>, WorkerFailed> {
        // Started for one job and ended after it: wasm memory never shrinks, and Argon2id takes 64 MiB.
        let worker = WorkerHandle::start().await?;
        worker.ask(&job).await
    }
}
