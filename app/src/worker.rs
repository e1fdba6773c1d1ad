//! The worker as a handle: heavy work (Argon2id, proof of work) off the page's thread, in memory that ends with it.

use client::world::WorkerFailed;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// A running worker. Dropping it ends the worker and gives its memory back.
pub struct WorkerHandle(Worker);

impl WorkerHandle {
    /// Starts the worker and waits until it says that it is ready.
    ///
    /// # Errors
    /// [`WorkerFailed::Broken`] without a worker in the shell, or if the browser refuses.
    pub async fn start() -> Result<Self, WorkerFailed> {
        let script = crate::mount::asset("worker").ok_or(WorkerFailed::Broken)?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            Worker::new_with_options(&script.path, &options).map_err(|_| WorkerFailed::Broken)?;
        let handle = Self(worker);
        // What the page begins with, compiled and checked; the rest the worker loads by the hashes in its script, the page's.
        handle
            .0
            .post_message(&wasm_bindgen::module())
            .map_err(|_| WorkerFailed::Broken)?;
        handle
            .next_message()
            .await
            .map_err(|_| WorkerFailed::Broken)?;
        Ok(handle)
    }

    /// Sends one question and waits for its answer. One at a time.
    ///
    /// # Errors
    /// [`WorkerFailed::Broken`] if the worker ends or fails; [`WorkerFailed::Unreachable`] if it could not load its part
    /// of the program.
    pub async fn ask(&self, question: &[u8]) -> Result<Vec<u8>, WorkerFailed> {
        self.0
            .post_message(&Uint8Array::from(question))
            .map_err(|_| WorkerFailed::Broken)?;
        let answer = self.next_message().await?;
        if answer.is_null() {
            return Err(WorkerFailed::Unreachable);
        }
        Ok(answer
            .dyn_into::<Uint8Array>()
            .map_err(|_| WorkerFailed::Broken)?
            .to_vec())
    }

    async fn next_message(&self) -> Result<JsValue, WorkerFailed> {
        let message = js_sys::Promise::new(&mut |resolve, reject| {
            let answered = Closure::once_into_js(move |event: MessageEvent| {
                resolve.call1(&JsValue::NULL, &event.data())
            });
            let failed = Closure::once_into_js(move || reject.call0(&JsValue::NULL));
            self.0.set_onmessage(Some(answered.unchecked_ref()));
            self.0.set_onerror(Some(failed.unchecked_ref()));
        });
        wasm_bindgen_futures::JsFuture::from(message)
            .await
            .map_err(|_| WorkerFailed::Broken)
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.0.terminate();
    }
}
