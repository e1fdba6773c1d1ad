//! Keys: what they do, where they are shown, and the switch that turns them off (WCAG 2.1.4).

use crate::reactive::RwSignal;
use client::World;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::keys::{self, Action, KEYS, Pressed};
use super::place::List;
use crate::browser::Browser;
use crate::texts::{Texts, team};

/// Kept in the tab: whether single letters act.
const OFF: &str = "beistand.keys-off";

/// The dialog of keys, and whether single letters act.
#[derive(Clone, Copy)]
pub struct Keys {
    dialog: NodeRef<html::Dialog>,
    are_on: RwSignal<bool>,
}

/// Listens to keys, and lets the views below show and switch them.
pub fn provide_keys() {
    let keys = Keys {
        dialog: NodeRef::new(),
        are_on: RwSignal::new(Browser::default().tab().get(OFF).is_none()),
    };
    provide_context(keys);
    let navigate = use_navigate();
    let pressed = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if !keys.are_on.get_untracked() || found("dialog[open]").is_some() {
            return;
        }
        let pressed = Pressed {
            key: &event.key(),
            with_modifier: event.ctrl_key()
                || event.alt_key()
                || event.meta_key()
                || event.is_composing(),
            in_text: event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|target| writes(&target)),
        };
        let Some(action) = keys::action(pressed) else {
            return;
        };
        event.prevent_default();
        match action {
            Action::Next => move_to(1),
            Action::Previous => move_to(-1),
            Action::Accept => press("[data-accept]"),
            Action::Reply => focus(".talk-foot textarea"),
            Action::Waiting => navigate(List::Waiting.path(), Default::default()),
            Action::Mine => navigate(List::Mine.path(), Default::default()),
            Action::Archive => navigate(List::Archive.path(), Default::default()),
            Action::PutAway => press("[data-archive]"),
            Action::Help => keys.open(),
        }
    });
    on_cleanup(move || pressed.remove());
}

impl Keys {
    fn open(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            // Throws only for a dialog that is open already.
            drop(dialog.show_modal());
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    fn switch(self, on: bool) {
        self.are_on.set(on);
        let browser = Browser::default();
        if on {
            browser.tab().remove(OFF)
        } else {
            browser.tab().set(OFF, "1")
        }
    }
}

/// The button that shows the keys.
#[component]
pub fn HelpSwitch(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let keys = expect_context::<Keys>();
    view! {
        <button type="button" class="button button-quiet team-help-switch" on:click=move |_| keys.open()>
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                <path d="M3 6h18v12H3zM7 10h.01M12 10h.01M17 10h.01M8 14h8" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
            </svg>
            <span>{team::keys(t)}</span>
            <kbd aria-hidden="true">{keys::key(Action::Help)}</kbd>
        </button>
    }
}

/// The list of keys.
#[component]
pub fn Help(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let keys = expect_context::<Keys>();
    let meaning = move |action: Action| match action {
        Action::Next => team::keys_next(t),
        Action::Previous => team::keys_previous(t),
        Action::Accept => team::keys_accept(t),
        Action::Reply => team::keys_reply(t),
        Action::Waiting => team::keys_waiting(t),
        Action::Mine => team::keys_mine(t),
        Action::Archive => team::keys_archive(t),
        Action::PutAway => team::keys_put_away(t),
        Action::Help => team::keys_help(t),
    };
    let row = move |key: &'static str, meaning: &'static str| {
        view! {
            <div>
                <dt><kbd>{key}</kbd></dt>
                <dd>{meaning}</dd>
            </div>
        }
        .into_any()
    };
    view! {
        <dialog class="team-help" node_ref=keys.dialog aria-labelledby="keys-title">
            <h2 id="keys-title">{team::keys_title(t)}</h2>
            <p class="quiet">{team::keys_lead(t)}</p>
            <dl class="team-keys">
                {KEYS.map(|(action, key)| row(key, meaning(action))).collect_view()}
                {row(team::keys_enter(t), team::keys_open(t))}
                {row(team::keys_send_key(t), team::keys_send(t))}
                {row("Esc", team::keys_close(t))}
            </dl>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || keys.are_on.get()
                    on:change:target=move |event| keys.switch(event.target().checked())
                />
                <span>{team::keys_on(t)}</span>
            </label>
            <p class="quiet">{team::keys_on_hint(t)}</p>
            <button type="button" class="button" autofocus on:click=move |_| keys.close()>{team::close(t)}</button>
        </dialog>
    }
}

fn writes(target: &Element) -> bool {
    let name = target.tag_name();
    let is_box = target
        .get_attribute("type")
        .is_some_and(|kind| kind == "checkbox" || kind == "radio");
    matches!(name.as_str(), "TEXTAREA" | "SELECT")
        || (name == "INPUT" && !is_box)
        || target.has_attribute("contenteditable")
}

fn press(selector: &str) {
    if let Some(button) = found(selector) {
        button.click();
    }
}

fn focus(selector: &str) {
    if let Some(element) = found(selector) {
        drop(element.focus());
    }
}

fn found(selector: &str) -> Option<HtmlElement> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()?
        .dyn_into()
        .ok()
}

/// Moves the focus along the rows of the list; from elsewhere it begins at the open one, or at the first.
fn move_to(step: i32) {
    let rows = document().get_elements_by_class_name("case-link");
    let rows: Vec<HtmlElement> = (0..rows.length())
        .filter_map(|at| rows.item(at)?.dyn_into().ok())
        .collect();
    let focused = document().active_element();
    let at = rows.iter().position(|row| {
        focused
            .as_ref()
            .is_some_and(|focused| row.is_same_node(Some(focused)))
    });
    let current = || {
        rows.iter()
            .position(|row| row.has_attribute("aria-current"))
    };
    let next = match at.or_else(current) {
        Some(at) if step > 0 => (at + 1).min(rows.len().saturating_sub(1)),
        Some(at) => at.saturating_sub(1),
        None => 0,
    };
    if let Some(row) = rows.get(next) {
        drop(row.focus());
    }
}
