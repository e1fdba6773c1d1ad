//! The worker of both shells: says "ready", answers one question after another, is ended by its owner.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let answer_to = scope.clone();
    let answer =
        Closure::<dyn Fn(MessageEvent) -> Result<(), JsValue>>::new(move |event: MessageEvent| {
            let question = event.data().dyn_into::<Uint8Array>()?.to_vec();
            answer_to.post_message(&Uint8Array::from(question.as_slice()))
        });
    scope.set_onmessage(Some(answer.into_js_value().unchecked_ref()));
    // A page that went away meanwhile needs no worker.
    drop(scope.post_message(&JsValue::from_str("ready")));
}
