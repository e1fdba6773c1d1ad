//! The quick exit: blank first, then forget, then away. Works by the link, and by pressing Shift three times.

use crate::reactive::{RwSignal, StoredValue};
use client::world::TabStorage;
use domain::account::SignOut;
use domain::wire::{Call, Form, PREFIX};
use gloo_timers::future::TimeoutFuture;
use js_sys::Reflect;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Headers, RequestInit};

use super::App;
use crate::browser::{SessionStorage, device};
use crate::components::exit::QuickExit;
use crate::texts;

/// Presses of Shift that leave.
const PRESSES: u8 = 3;
/// Milliseconds in which the next press must come.
const PATIENCE: i32 = 5_000;
/// Milliseconds that an own device has to forget.
const PATIENCE_GONE: u32 = 400;

/// Blanks the page, forgets everything, and goes to the operator's innocuous page.
pub fn leave(app: App) {
    let document = document();
    if let Some(root) = document.document_element() {
        // The style sheet shows nothing at all under this class.
        drop(root.class_list().add_1("gone"));
    }
    document.set_title(texts::exit::title_after(app.t()));
    SessionStorage.clear();
    app.forget();
    sign_out_behind();
    let away = move || {
        // Without a history entry for this page; a browser that refuses follows the link.
        drop(window().location().replace(&app.exit_target.get_value()));
    };
    // What an own device keeps is gone before the page is, and nobody waits for it: the page is empty already.
    spawn_local(async move {
        let gone = Box::pin(device::destroy_all());
        futures_util::future::select(gone, TimeoutFuture::new(PATIENCE_GONE)).await;
        away();
    });
}

/// Ends the session while the page is already going away; nobody waits for the answer.
fn sign_out_behind() {
    let (init, headers) = (RequestInit::new(), Headers::new());
    if let Ok(headers) = headers {
        drop(headers.set("content-type", Form::Json.content_type()));
        init.set_headers(&headers);
    }
    init.set_method("POST");
    init.set_body(&JsValue::from_str(r#"{"request":{}}"#));
    drop(Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE));
    drop(window().fetch_with_str_and_init(&format!("{PREFIX}/{}", SignOut::PATH), &init));
}

/// The link, and what the presses of Shift say.
#[component]
pub fn Exit(
    /// The application.
    app: App,
) -> impl IntoView {
    let said = RwSignal::new("");
    let presses = StoredValue::new((0_u8, 0_i32));
    // Shift that writes a capital letter or holds a selection is not meant.
    let alone = StoredValue::new(false);
    let late = Closure::<dyn Fn()>::new(move || {
        presses.set_value((0, 0));
        said.set(texts::exit::late(app.t()));
    })
    .into_js_value();
    let down = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let shift = event.key() == "Shift";
        alone.set_value(
            shift && !event.repeat() && !event.ctrl_key() && !event.alt_key() && !event.meta_key(),
        );
        let (count, timer) = presses.get_value();
        if !shift && count > 0 {
            window().clear_timeout_with_handle(timer);
            presses.set_value((0, 0));
            said.set("");
        }
    });
    let up = window_event_listener(leptos::ev::keyup, move |event: KeyboardEvent| {
        if event.key() != "Shift" || !alone.get_value() {
            return;
        }
        alone.set_value(false);
        let (before, timer) = presses.get_value();
        window().clear_timeout_with_handle(timer);
        let count = before + 1;
        if count >= PRESSES {
            leave(app);
            return;
        }
        said.set(if count == 1 {
            texts::exit::one(app.t())
        } else {
            texts::exit::two(app.t())
        });
        let timer = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(late.unchecked_ref(), PATIENCE);
        presses.set_value((count, timer.unwrap_or_default()));
    });
    // A page kept in memory must not come back as it was left.
    let shown = window_event_listener_untyped("pageshow", move |_| {
        if document()
            .document_element()
            .is_some_and(|root| root.class_list().contains("gone"))
        {
            drop(window().location().replace(&app.exit_target.get_value()));
        }
    });
    on_cleanup(move || {
        shown.remove();
        down.remove();
        up.remove();
    });
    view! {
        <div
            class="exit-place"
            on:click=move |event| {
                event.prevent_default();
                leave(app);
            }
        >
            {move || view! { <QuickExit target=app.exit_target.get_value() t=app.words() /> }.into_any()}
        </div>
        <p class="exit-steps" role="status">{move || said.get()}</p>
    }
}
