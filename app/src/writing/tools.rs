//! The toolbar of a field: five small buttons, one stop of the Tab key, arrows between them.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::dom::{add, set};
use super::edit::Tool;
use super::pen::Pen;
use crate::texts::{Texts, writing};

const TOOLS: [Tool; 5] = [
    Tool::Bold,
    Tool::Italics,
    Tool::List,
    Tool::Numbers,
    Tool::Link,
];

/// The drawings, 24 units wide. Bold and italics show the first letter of their name instead.
const LIST: &str = "M4 6h.01M4 12h.01M4 18h.01M9 6h11M9 12h11M9 18h11";
const NUMBERS: &str = "M3.5 5 5 4v5M3 15.2q1.6-1.6 2.6-.4t-2.4 4.2h3M10 6h10M10 12h10M10 18h10";
const LINK: &str = "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.6 1.6M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.6-1.6";

const SVG: &str = "http://www.w3.org/2000/svg";

/// The toolbar.
#[component]
pub fn Tools(
    /// What it writes with.
    pen: Pen,
    /// The field's id.
    field: &'static str,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let click = move |event: MouseEvent| {
        if let Some(tool) = number(&event).and_then(|number| TOOLS.get(number)) {
            pen.take(*tool);
        }
    };
    let arrow = move |event: KeyboardEvent| {
        let Some(now) = number(&event) else { return };
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % TOOLS.len(),
            "ArrowLeft" => (now + TOOLS.len() - 1) % TOOLS.len(),
            "Home" => 0,
            "End" => TOOLS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let Some(bar) = pen.bar.get_untracked() else {
            return;
        };
        let button = |at: usize| bar.children().item(u32::try_from(at).unwrap_or_default());
        if let (Some(from), Some(to)) = (button(now), button(next)) {
            set(&from, &[("tabindex", "-1")]);
            set(&to, &[("tabindex", "0")]);
            drop(to.unchecked_into::<HtmlElement>().focus());
        }
    };
    view! {
        // A press must not take the cursor out of the field, nor a phone's keyboard away.
        <div
            class="tools"
            role="toolbar"
            aria-label=writing::tools(t)
            aria-controls=field
            node_ref=pen.bar
            use:fill=t
            on:click=click
            on:keydown=arrow
            on:mousedown=|event| event.prevent_default()
        ></div>
    }
}

/// Which button an event is about.
fn number(event: &Event) -> Option<usize> {
    let target: Element = event.target()?.unchecked_into();
    let button = target.closest("button").ok()??;
    button.get_attribute("data-tool")?.parse().ok()
}

fn fill(bar: Element, t: Texts) {
    let buttons = [
        (writing::bold(t), "B", ""),
        (writing::italics(t), "I", ""),
        (writing::list(t), "", LIST),
        (writing::numbers(t), "", NUMBERS),
        (writing::link(t), "K", LINK),
    ];
    for (number, (name, key, drawing)) in buttons.into_iter().enumerate() {
        // Without a button its key still works.
        let _ = button(&bar, t, number, name, key, drawing);
    }
}

fn button(
    bar: &Element,
    t: Texts,
    number: usize,
    name: &str,
    key: &str,
    drawing: &str,
) -> Option<()> {
    let button = add(bar, "button", "")?;
    let number = number.to_string();
    set(
        &button,
        &[
            ("type", "button"),
            ("class", "tool"),
            ("data-tool", &number),
            ("tabindex", if number == "0" { "0" } else { "-1" }),
            ("title", name),
            ("aria-label", name),
        ],
    );
    if !key.is_empty() {
        set(
            &button,
            &[
                ("title", &writing::with_key(t, key, name)),
                ("aria-keyshortcuts", &["Control+", key].concat()),
            ],
        );
    }
    if drawing.is_empty() {
        set(&button, &[("aria-pressed", "false")]);
        let letter = name.get(..1).unwrap_or(name);
        add(&button, if key == "B" { "b" } else { "i" }, letter)?;
        return Some(());
    }
    let node = |tag| document().create_element_ns(Some(SVG), tag).ok();
    let (picture, path) = (node("svg")?, node("path")?);
    set(&picture, &[("viewBox", "0 0 24 24")]);
    set(&path, &[("d", drawing)]);
    picture.append_child(&path).ok()?;
    button.append_child(&picture).ok()?;
    Some(())
}
