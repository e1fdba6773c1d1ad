//! A labelled field with its hint and its message.

use crate::reactive::Signal;
use leptos::ev::Event;
use leptos::prelude::*;

use super::fault::Faults;

/// The ids that describe a field: hint and, if there is one, message.
fn described(id: &'static str, has_hint: bool, fault: &Signal<Option<String>>) -> String {
    let mut ids = String::new();
    if has_hint {
        ids.push_str(id);
        ids.push_str("-hint");
    }
    if fault.with(Option::is_some) {
        ids.push(' ');
        ids.push_str(id);
        ids.push_str("-fault");
    }
    ids
}

/// Label above, hint below it, then the message, then the field: the order in which it is read aloud.
#[component]
pub fn Field(
    /// The field's id.
    id: &'static str,
    /// What it is called.
    label: &'static str,
    /// What helps to fill it.
    #[prop(optional)]
    hint: &'static str,
    /// The screen's faults.
    faults: Faults,
    /// The value.
    value: Signal<String>,
    /// Hears every keystroke.
    on_input: Callback<String>,
    /// The field's type, if it is not a text.
    #[prop(optional)]
    kind: Option<Signal<&'static str>>,
    /// What a browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Which keyboard a phone shows.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// The most characters.
    #[prop(default = 200)]
    maxlength: u32,
    /// A class for the field's width.
    #[prop(optional)]
    class: &'static str,
    /// What stands beside the field: a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let fault = Signal::derive(move || faults.at(id));
    view! {
        <div class="field" class:field-wrong=move || fault.with(Option::is_some)>
            <label for=id>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> }.into_any())}
            <Message id fault />
            <div class="field-row">
                <input
                    id=id
                    class=class
                    type=move || Some(kind.map_or("text", |kind| kind.get()))
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    inputmode=inputmode
                    maxlength=maxlength.to_string()
                    dir="auto"
                    aria-describedby=move || Some(described(id, !hint.is_empty(), &fault))
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    prop:value=move || value.get()
                    on:input=move |event: Event| on_input.run(event_target_value(&event))
                />
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// The message at a field.
#[component]
pub fn Message(
    /// The field's id.
    id: &'static str,
    /// The message, if there is one.
    fault: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        fault
            .get()
            .map(|text| view! { <p class="fault" id=format!("{id}-fault")>{text}</p> }.into_any())
    }
}
