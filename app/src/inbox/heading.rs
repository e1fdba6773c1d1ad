//! The heading of what is open. It takes the focus when somebody opens it, so that keyboard and screen reader follow.

use crate::reactive::effect_after;
use leptos::html;
use leptos::prelude::*;

/// The heading of an entry.
#[component]
pub fn EntryHeading(
    /// What it says.
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    effect_after(move |done: Option<bool>| {
        let Some(heading) = heading.get() else {
            return false;
        };
        if done != Some(true) {
            // Where it is already, after a reload, the page begins at its top.
            drop(heading.focus());
        }
        true
    });
    view! {
        <h1 node_ref=heading tabindex="-1">{children()}</h1>
    }
}
