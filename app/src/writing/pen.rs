//! The hand that writes in a field: applies tools and keys so that the browser's own undo takes them back.

use std::ops::Range;

use crate::reactive::StoredValue;
use leptos::ev::KeyboardEvent;
use leptos::html::{Div, Textarea};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

use super::dom::set;
use super::edit::{self, Edit, Tool};

/// A field and its tools; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Pen {
    area: NodeRef<Textarea>,
    /// The toolbar.
    pub bar: NodeRef<Div>,
    /// Whether a tool has begun a list, whose first item is not yet known by a second.
    begun: StoredValue<bool>,
}

impl Pen {
    /// For a field.
    #[must_use]
    pub fn new(area: NodeRef<Textarea>) -> Self {
        Self {
            area,
            bar: NodeRef::new(),
            begun: StoredValue::new(false),
        }
    }

    /// Uses a tool on what is selected; whether it did something.
    pub fn take(self, tool: Tool) -> bool {
        let Some((area, text, at)) = self.field() else {
            return false;
        };
        let begun = self.begun.get_value();
        let edit = edit::apply(tool, &text, at, begun);
        if let Some(edit) = &edit {
            let goes_on = !edit.with.is_empty();
            match tool {
                Tool::List | Tool::Numbers => self.begun.set_value(goes_on),
                Tool::Enter => self.begun.set_value(begun && goes_on),
                Tool::Bold | Tool::Italics | Tool::Link => {}
            }
            write(&area, &text, edit);
        } else if tool != Tool::Enter {
            drop(area.focus());
        }
        self.look();
        edit.is_some()
    }

    /// A key in the field; whether it did something.
    pub fn key(self, event: &KeyboardEvent) -> bool {
        if event.is_composing() || event.alt_key() || event.shift_key() {
            return false;
        }
        let with_control = event.ctrl_key() || event.meta_key();
        let tool = match (event.key().as_str(), with_control) {
            ("b", true) => Tool::Bold,
            ("i", true) => Tool::Italics,
            ("k", true) => Tool::Link,
            ("Enter", false) => Tool::Enter,
            _ => return false,
        };
        // Keys with Ctrl are ours even where there is nothing to do: the browser has its own use for some.
        let done = self.take(tool) || with_control;
        if done {
            event.prevent_default();
        }
        done
    }

    /// Looks where the cursor is, and shows at the tools whether it is bold or in italics there.
    pub fn look(self) {
        let (Some((_, text, at)), Some(bar)) = (self.field(), self.bar.get_untracked()) else {
            return;
        };
        let style = edit::style(&text, &at);
        let buttons = bar.children();
        for (number, is_pressed) in [(0, style.0), (1, style.1)] {
            if let Some(button) = buttons.item(number) {
                let is_pressed = if is_pressed { "true" } else { "false" };
                set(&button, &[("aria-pressed", is_pressed)]);
            }
        }
    }

    /// The field, its text, and what is selected, in bytes.
    fn field(self) -> Option<(HtmlTextAreaElement, String, Range<usize>)> {
        let area = self.area.get_untracked()?;
        let text = area.value();
        let from = area.selection_start().ok().flatten().unwrap_or_default();
        let to = area.selection_end().ok().flatten().unwrap_or_default();
        let at = bytes(&text, from)..bytes(&text, to);
        Some((area, text, at))
    }
}

/// `execCommand` is the one way that every browser's undo knows; the field's `input` event follows from it.
fn write(area: &HtmlTextAreaElement, text: &str, edit: &Edit) {
    let start = units(text.get(..edit.from));
    let end = start + units(text.get(edit.from..edit.to));
    let with = edit.with.as_str();
    let command = if with.is_empty() {
        "delete"
    } else {
        "insertText"
    };
    drop(area.focus());
    drop(area.set_selection_range(start, end));
    let document: HtmlDocument = document().unchecked_into();
    // A browser that does not know it leaves the text as it is.
    drop(document.exec_command_with_show_ui_and_value(command, false, with));
    let (a, b) = edit.select;
    let (a, b) = (units(with.get(..a)), units(with.get(..b)));
    drop(area.set_selection_range(start + a, start + b));
}

/// Browsers count in UTF-16.
fn units(text: Option<&str>) -> u32 {
    let units = |c: char| if c.len_utf16() == 2 { 2 } else { 1 };
    text.unwrap_or_default().chars().map(units).sum()
}

fn bytes(text: &str, units: u32) -> usize {
    let mut left = usize::try_from(units).unwrap_or_default();
    for (at, c) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(c.len_utf16());
    }
    text.len()
}
