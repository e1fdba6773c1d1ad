//! Where a message is written. Enter begins a new line; Ctrl+Enter, or Cmd+Enter, sends.

use crate::reactive::RwSignal;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;

use crate::texts::{self, Texts};
use crate::writing::pen::Pen;
use crate::writing::tools::Tools;

/// Bytes from which on the rest is counted.
const NEAR: usize = client::conversation::TEXT_MAX - 2_000;

/// The composer.
#[component]
pub fn Composer(
    /// What stands in the field.
    text: RwSignal<String>,
    /// Hears every keystroke.
    on_change: Callback<String>,
    /// Sends; what was taken leaves the field.
    on_send: Callback<String>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let area = NodeRef::<leptos::html::Textarea>::new();
    let pen = Pen::new(area);
    let send = move || {
        let typed = text.get_untracked();
        if typed.trim().is_empty() {
            return;
        }
        on_send.run(typed.trim().to_owned());
        if let Some(area) = area.get_untracked() {
            drop(area.focus());
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let key = move |event: KeyboardEvent| {
        if pen.key(&event) {
            return;
        }
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing()
        {
            event.prevent_default();
            send();
        }
    };
    // What is sent is counted: without the blanks around it.
    let length = move || text.with(|text| text.trim().len());
    let over = move || length().saturating_sub(client::conversation::TEXT_MAX);
    view! {
        <form class="composer" on:submit=submit>
            <label class="visually-hidden" for="composer">{texts::conversation::write(t)}</label>
            <textarea
                id="composer"
                node_ref=area
                rows="1"
                dir="auto"
                autocomplete="off"
                placeholder=texts::conversation::write(t)
                aria-describedby="composer-hint"
                prop:value=move || text.get()
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    on_change.run(typed.clone());
                    text.set(typed);
                }
                on:keydown=key
                on:keyup=move |_| pen.look()
                on:pointerup=move |_| pen.look()
            ></textarea>
            <div class="composer-foot">
                <Tools pen field="composer" t />
                <span class="quiet" id="composer-hint" class:composer-keys=move || length() < NEAR>
                    {move || match over() {
                        0 if length() < NEAR => texts::conversation::send_hint(t).to_owned(),
                        0 => texts::enquiry::left(t, (client::conversation::TEXT_MAX - length()) as u64),
                        over => texts::enquiry::over(t, over as u64),
                    }}
                </span>
                <button type="submit" class="button button-primary" aria-disabled=move || text.with(|text| text.trim().is_empty()).then_some("true")>
                    {texts::conversation::send(t)}
                </button>
            </div>
        </form>
    }
}
