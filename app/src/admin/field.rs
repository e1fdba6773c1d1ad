//! Fields of administration: as [`crate::screen::field`], for ids that are made at run time and for longer texts.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::reactive::{RwSignal, Signal};
use leptos::prelude::*;

use crate::screen::fault::Faults;
use crate::screen::field::Message;

thread_local! {
    static IDS: RefCell<BTreeMap<String, &'static str>> = const { RefCell::new(BTreeMap::new()) };
}

/// The id of a field that there is once for each of something: kept for the life of the page, so
/// that as many are made as there are different ones.
#[must_use]
pub fn id(of: &str, number: u16) -> &'static str {
    let id = [of, "-", &number.to_string()].concat();
    IDS.with_borrow_mut(|ids| {
        if let Some(known) = ids.get(&id) {
            return *known;
        }
        let kept: &'static str = id.clone().leak();
        ids.insert(id, kept);
        kept
    })
}

/// Hint and message, in the order in which they are read.
fn described(id: &'static str, hint: bool, faults: Faults) -> String {
    let mut ids = String::new();
    if hint {
        ids.push_str(id);
        ids.push_str("-hint");
    }
    if faults.at(id).is_some() {
        ids.push(' ');
        ids.push_str(id);
        ids.push_str("-fault");
    }
    ids
}

/// A text of several lines.
#[component]
pub fn Lines(
    /// The field's id.
    id: &'static str,
    /// What it is called.
    label: &'static str,
    /// What helps to fill it.
    #[prop(default = "")]
    hint: &'static str,
    /// The form's faults.
    faults: Faults,
    /// The value.
    value: RwSignal<String>,
    /// How many lines are shown.
    #[prop(default = "4")]
    rows: &'static str,
    /// The most characters.
    #[prop(default = "2000")]
    most: &'static str,
) -> impl IntoView {
    let fault = Signal::derive(move || faults.at(id));
    view! {
        <div class="field" class:field-wrong=move || faults.at(id).is_some()>
            <label for=id>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=[id, "-hint"].concat()>{hint}</p> }.into_any())}
            <Message id fault />
            <textarea
                id=id
                rows=rows
                maxlength=most
                dir="auto"
                aria-describedby=move || Some(described(id, !hint.is_empty(), faults))
                aria-invalid=move || faults.at(id).is_some().then_some("true")
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        </div>
    }
}

/// A short text.
#[component]
pub fn Line(
    /// The field's id.
    id: &'static str,
    /// What it is called.
    label: &'static str,
    /// What helps to fill it.
    #[prop(default = "")]
    hint: &'static str,
    /// The form's faults.
    faults: Faults,
    /// The value.
    value: RwSignal<String>,
    /// Which keyboard a phone shows.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// The most characters.
    #[prop(default = "80")]
    most: &'static str,
    /// A class for the field's width.
    #[prop(default = "")]
    class: &'static str,
) -> impl IntoView {
    let fault = Signal::derive(move || faults.at(id));
    view! {
        <div class="field" class:field-wrong=move || faults.at(id).is_some()>
            <label for=id>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=[id, "-hint"].concat()>{hint}</p> }.into_any())}
            <Message id fault />
            <div class="field-row">
                <input
                    id=id
                    class=class
                    type="text"
                    autocomplete="off"
                    inputmode=inputmode
                    maxlength=most
                    dir="auto"
                    aria-describedby=move || Some(described(id, !hint.is_empty(), faults))
                    aria-invalid=move || faults.at(id).is_some().then_some("true")
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </div>
        </div>
    }
}

/// One of several, or none.
#[must_use]
pub fn tick(label: String, value: RwSignal<Vec<String>>, word: String) -> AnyView {
    let held = word.clone();
    view! {
        <label class="tick">
            <input
                type="checkbox"
                prop:checked=move || value.with(|all| all.contains(&held))
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    value.update(|all| {
                        all.retain(|one| *one != word);
                        if on {
                            all.push(word.clone());
                        }
                    });
                }
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
