//! Where a conversation opens, and what of it has been in sight: only that counts as read.

use crate::reactive::{Signal, StoredValue, effect_after};
use client::conversation::{Author, Thread};
use domain::id::MessageId;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// Pixels below the window in which the end still counts as being looked at.
const NEAR: f64 = 320.0;
/// The line above what is new.
const NEW: &str = ".new-mark";
/// What one writes with: what is below its upper edge is not in sight.
const FOOT: &str = ".talk-foot";

/// Opens at what is new, else at the end, and follows the conversation to its end unless somebody
/// is reading further up. `on_seen` hears the position of the lowest message in sight.
pub fn keep_in_sight(
    thread: Signal<Option<Thread>>,
    end: NodeRef<leptos::html::Div>,
    on_seen: Callback<u32>,
) {
    // Until it has opened where it should, nothing counts as seen.
    let opened = StoredValue::new(false);
    let look = move || {
        if opened.try_get_value() == Some(true)
            && !document().hidden()
            && let Some(position) = lowest_in_sight()
        {
            on_seen.run(position);
        }
    };
    effect_after(move |seen: Option<Option<MessageId>>| {
        let last = thread.with(|thread| {
            let thread = thread.as_ref()?;
            let last = thread.items.last()?;
            Some((last.id, last.author == Author::Own, thread.complete))
        });
        let (id, own, complete) = last?;
        let first = seen.flatten().is_none();
        let is_new = seen.flatten() != Some(id);
        let follow = move || {
            // Two frames later the conversation may have been left.
            let Some(end) = end.try_get_untracked().flatten() else {
                return;
            };
            let new = document().query_selector(NEW).ok().flatten();
            match new.filter(|_| first) {
                Some(new) => new.scroll_into_view(),
                None if is_new
                    && (first || own || end.get_bounding_client_rect().top() < height() + NEAR) =>
                {
                    end.scroll_into_view_with_bool(false);
                }
                None => {}
            }
            opened.set_value(complete);
            look();
        };
        // A frame later: a new screen first goes to its top.
        request_animation_frame(move || request_animation_frame(follow));
        // As long as the rest is on its way, what comes is not yet "new".
        complete.then_some(id)
    });
    watch_scrolling(look);
}

/// Whatever scrolls, the page or a pane of it; and a page that is looked at again.
fn watch_scrolling(look: impl Fn() + Copy + 'static) {
    let scrolled = Closure::<dyn Fn()>::new(look).into_js_value();
    let listen = |listens: bool, scrolled: &JsValue| {
        let window = window();
        let scrolled = scrolled.unchecked_ref();
        for event in ["scroll", "visibilitychange"] {
            drop(if listens {
                window.add_event_listener_with_callback_and_bool(event, scrolled, true)
            } else {
                window.remove_event_listener_with_callback_and_bool(event, scrolled, true)
            });
        }
    };
    listen(true, &scrolled);
    let scrolled = StoredValue::new(scrolled);
    on_cleanup(move || scrolled.with_value(|scrolled| listen(false, scrolled)));
}

/// The position of the lowest message whose end is in sight.
fn lowest_in_sight() -> Option<u32> {
    let foot = document().query_selector(FOOT).ok().flatten();
    let edge = foot.map_or_else(height, |foot| {
        foot.get_bounding_client_rect().top().min(height())
    });
    let bubbles = document().query_selector_all("[data-at]").ok()?;
    (0..bubbles.length()).rev().find_map(|at| {
        let bubble: Element = bubbles.item(at)?.unchecked_into();
        // A line's worth may be hidden.
        let bottom = bubble.get_bounding_client_rect().bottom() - 8.0;
        (bottom <= edge).then(|| bubble.get_attribute("data-at")?.parse().ok())?
    })
}

fn height() -> f64 {
    window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or_default()
}
