//! What both programs have in common: each is a page's whole script, and its worker's.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Begins as what the script was started as: the application, or the worker of the page that has it.
///
/// One program instead of two: the worker gets the page's own, compiled and checked, and shares only its code; its
/// memory ends with it (docs/adr/0405).
pub fn begin(page: fn()) {
    match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => work(scope),
        Err(_) => page(),
    }
}

/// Says "ready", does one job after another, is ended by its owner.
fn work(scope: DedicatedWorkerGlobalScope) {
    let page = scope.clone();
    let job = Closure::<dyn Fn(MessageEvent) -> Result<(), JsValue>>::new(
        move |message: MessageEvent| {
            let question = message.data().dyn_into::<Uint8Array>()?.to_vec();
            let answer = client::worker::answer(&question);
            page.post_message(&Uint8Array::from(answer.as_slice()))
        },
    );
    scope.set_onmessage(Some(job.into_js_value().unchecked_ref()));
    // A page that went away meanwhile needs no worker.
    drop(scope.post_message(&JsValue::from_str("ready")));
}
