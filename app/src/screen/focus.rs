//! The focus, when what had it goes: keyboard and screen reader go on from a place near by, not from the top.

use leptos::prelude::*;

use super::fault::focus_id;

/// Called before rows are made anew or moved, which takes the focus from them: gives it back to the element that then
/// has the same id; if there is none, to `otherwise`.
pub fn keep(otherwise: &'static str) {
    let id = document()
        .active_element()
        .map(|element| element.id())
        .unwrap_or_default();
    if !id.is_empty() {
        request_animation_frame(move || {
            if is_lost() {
                focus_id(&id);
                if is_lost() {
                    focus_id(otherwise);
                }
            }
        });
    }
}

/// Puts the focus on an element that appears right now, if nothing has it any more.
pub fn rescue(id: &'static str) {
    request_animation_frame(move || {
        if is_lost() {
            focus_id(id);
        }
    });
}

fn is_lost() -> bool {
    document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY")
}
