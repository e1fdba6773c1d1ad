//! The worker of both shells: says "ready", does one job after another, is ended by its owner.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
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
