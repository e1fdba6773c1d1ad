//! The calm box that comes while somebody writes words of a crisis. It happens on this device only: nothing is asked,
//! sent or kept when it does; the list of words was fetched when the field was opened.

use std::time::Duration;

use crate::reactive::StoredValue;
use domain::crisis::speaks_of_crisis;
use leptos::ev::MouseEvent;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::dom::{add, set};
use crate::browser::assets;
use crate::mount;
use crate::screen::fault::focus_id;
use crate::screen::frame::open_crisis;
use crate::texts::{Texts, app, crisis};

/// So long nothing has been typed when it is looked at.
const PAUSE: Duration = Duration::from_millis(600);

/// Looks at what is written; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Watch {
    seen: StoredValue<Seen>,
    place: NodeRef<Div>,
    t: Texts,
}

struct Seen {
    phrases: String,
    text: String,
    keystroke: u32,
    /// Whether the box has come; it comes once.
    told: bool,
}

impl Watch {
    /// For a field with this text in it; fetches the words. Without them there is no box, and nothing else is missing.
    #[must_use]
    pub fn new(text: String, t: Texts) -> Self {
        let watch = Self {
            seen: StoredValue::new(Seen {
                phrases: String::new(),
                text,
                keystroke: 0,
                told: false,
            }),
            place: NodeRef::new(),
            t,
        };
        spawn_local(async move {
            let Some(asset) = mount::asset("phrases") else {
                return;
            };
            if let Ok(list) = assets::load(&asset).await {
                let phrases = String::from_utf8(list).unwrap_or_default();
                let now = watch.seen.try_update_value(|seen| {
                    seen.phrases = phrases;
                    seen.keystroke
                });
                watch.check(now.unwrap_or_default());
            }
        });
        watch
    }

    /// Hears every keystroke.
    pub fn look(self, text: &str) {
        let now = self.seen.try_update_value(|seen| {
            text.clone_into(&mut seen.text);
            seen.keystroke += 1;
            seen.keystroke
        });
        set_timeout(move || self.check(now.unwrap_or_default()), PAUSE);
    }

    /// Looks, unless something was typed after that keystroke.
    fn check(self, keystroke: u32) {
        let found = self.seen.try_update_value(|seen| {
            let looks = !seen.told && seen.keystroke == keystroke;
            seen.told |= looks && speaks_of_crisis(&seen.phrases, &seen.text);
            looks && seen.told
        });
        if found == Some(true)
            && let Some(place) = self.place.get_untracked()
        {
            let _ = show(&place, self.t);
        }
    }
}

/// Where the box comes. It stays until it is closed, and then does not come back to this field.
#[component]
pub fn CrisisBox(
    /// What it follows.
    watch: Watch,
    /// The field's id: there the writing goes on.
    field: &'static str,
) -> impl IntoView {
    let click = move |event: MouseEvent| {
        let target = event.target().map(JsCast::unchecked_into::<Element>);
        let button = target.and_then(|target| target.closest("button").ok().flatten());
        match button.map(|button| button.has_attribute("data-close")) {
            Some(true) => {
                if let Some(place) = watch.place.get_untracked() {
                    place.set_class_name("crisis-place");
                    place.set_text_content(None);
                }
                focus_id(field);
            }
            Some(false) => open_crisis(),
            None => {}
        }
    };
    view! {
        <div class="crisis-place" node_ref=watch.place on:click=click>
            <div role="status"></div>
        </div>
    }
}

/// What is read aloud comes into the status that was there before; the rest comes after it.
fn show(place: &Element, t: Texts) -> Option<()> {
    let status = place.first_element_child()?;
    place.set_class_name("crisis-place crisis-box");
    add(&status, "h2", crisis::box_title(t))?;
    add(&status, "p", crisis::box_text(t))?;
    let numbers = add(place, "ul", "")?;
    set(&numbers, &[("class", "calls")]);
    // Copies of those that the document itself carries: the operator's, and there without any request.
    let dialog = document().get_element_by_id("crisis")?;
    let found = dialog.get_elements_by_class_name("call-first");
    for index in 0..found.length() {
        let call = found.item(index)?;
        let language = call.closest("[lang]").ok()??.get_attribute("lang")?;
        if language == app::language(t) {
            numbers
                .append_child(&call.clone_node_with_deep(true).ok()?)
                .ok()?;
        }
    }
    let buttons = add(place, "div", "")?;
    set(&buttons, &[("class", "buttons")]);
    let all = add(&buttons, "button", crisis::bar_all(t))?;
    set(&all, &[("type", "button"), ("class", "button")]);
    let close = add(&buttons, "button", crisis::box_close(t))?;
    set(
        &close,
        &[
            ("type", "button"),
            ("class", "button-quiet"),
            ("data-close", ""),
        ],
    );
    let private = add(place, "p", crisis::box_private(t))?;
    set(&private, &[("class", "quiet")]);
    Some(())
}
