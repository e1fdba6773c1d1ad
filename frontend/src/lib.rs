//! What both programs have in common: each is a page's whole script, and its worker's.

use app::screen::inner::Later;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Answers a question of the page; `None` if what can answer could not be loaded.
pub type Answer = fn(Vec<u8>) -> Later<Option<Vec<u8>>>;

/// Begins as what the script was started as: the application, or the worker of the page that has it.
///
/// One program instead of two: the worker gets the page's own, compiled and checked, and shares only its code; its
/// memory ends with it (docs/adr/0405).
pub fn begin(page: fn(), answer: Answer) {
    match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => work(scope, answer),
        Err(_) => page(),
    }
}

/// Says "ready", does one job after another, is ended by its owner.
fn work(scope: DedicatedWorkerGlobalScope, answer: Answer) {
    let page = scope.clone();
    let job = Closure::<dyn Fn(MessageEvent) -> Result<(), JsValue>>::new(
        move |message: MessageEvent| {
            let question = message.data().dyn_into::<Uint8Array>()?.to_vec();
            let page = page.clone();
            spawn_local(async move {
                let answer = answer(question).await;
                // Nothing to answer with: the page says that there is no connection.
                let message = answer.map_or(JsValue::NULL, |answer| {
                    Uint8Array::from(answer.as_slice()).into()
                });
                // A page that went away meanwhile needs no answer.
                drop(page.post_message(&message));
            });
            Ok(())
        },
    );
    scope.set_onmessage(Some(job.into_js_value().unchecked_ref()));
    // A page that went away meanwhile needs no worker.
    drop(scope.post_message(&JsValue::from_str("ready")));
}
