//! Where the program is divided: what only these functions need is no part of what a page begins with
//! (docs/adr/0413).

use app::screen::inner::{Inner, Later};
use client::Error;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// The inner part of the application.
pub(crate) fn load() -> Later<Result<Inner, Error>> {
    Box::pin(async { inner().await.map_err(|_| Error::Unreachable) })
}

/// A worker's answer; nobody but a worker needs this part.
pub(crate) fn answer(question: Vec<u8>) -> Later<Option<Vec<u8>>> {
    Box::pin(async { work(question).await.ok() })
}

#[wasm_split(inner, fallible)]
fn inner() -> Result<Inner, SplitLoaderError> {
    Ok(Inner::new())
}

#[wasm_split(work, fallible)]
fn work(question: Vec<u8>) -> Result<Vec<u8>, SplitLoaderError> {
    Ok(client::worker::answer(&question))
}
