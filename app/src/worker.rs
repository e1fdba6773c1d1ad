//! The worker as a handle: heavy work (Argon2id, proof of work) off the page's thread, in memory that ends with it.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// Why a worker gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerError {
    /// The shell names no worker, or the browser refuses to start one.
    NotStarted,
    /// It ended, failed, or answered something that is no byte string.
    NoAnswer,
}

/// A running worker. Dropping it ends the worker and gives its memory back.
pub struct WorkerHandle(Worker);

impl WorkerHandle {
    /// Starts the worker and waits until it says that it is ready.
    ///
    /// # Errors
    /// [`WorkerError::NotStarted`] without a worker in the shell, or if the browser refuses.
    pub async fn start() -> Result<Self, WorkerError> {
        let script = crate::mount::asset("worker").ok_or(WorkerError::NotStarted)?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&script.path, &options)
            .map_err(|_| WorkerError::NotStarted)?;
        let handle = Self(worker);
        // The page's own program, compiled and checked: the worker loads nothing but its script, which is the page's.
        handle
            .0
            .post_message(&wasm_bindgen::module())
            .map_err(|_| WorkerError::NotStarted)?;
        handle
            .next_message()
            .await
            .map_err(|_| WorkerError::NotStarted)?;
        Ok(handle)
    }

    /// Sends one question and waits for its answer. One at a time.
    ///
    /// # Errors
    /// [`WorkerError::NoAnswer`] if the worker ends or fails.
    pub async fn ask(&self, question: &[u8]) -> Result<Vec<u8>, WorkerError> {
        self.0
            .post_message(&Uint8Array::from(question))
            .map_err(|_| WorkerError::NoAnswer)?;
        let answer = self.next_message().await?;
        Ok(answer
            .dyn_into::<Uint8Array>()
            .map_err(|_| WorkerError::NoAnswer)?
            .to_vec())
    }

    async fn next_message(&self) -> Result<JsValue, WorkerError> {
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
            .map_err(|_| WorkerError::NoAnswer)
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.0.terminate();
    }
}
