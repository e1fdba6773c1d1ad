//! What a screen reader says by itself, politely: batched, so that ten arrivals are one sentence.

use crate::reactive::{RwSignal, StoredValue};
use leptos::prelude::*;

/// Where announcements are put; one for the whole workplace.
#[derive(Clone, Copy)]
pub struct Announcer {
    text: RwSignal<String>,
    odd: StoredValue<bool>,
}

impl Announcer {
    /// An announcer with nothing to say.
    #[must_use]
    pub fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            odd: StoredValue::new(false),
        }
    }

    /// Says `text`, also if it was the last one too.
    pub fn say(&self, text: &str) {
        let odd = !self.odd.get_value();
        self.odd.set_value(odd);
        // The same words twice are no change to a screen reader: a space makes them one.
        self.text
            .set(format!("{text}{}", if odd { "\u{a0}" } else { "" }));
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

/// The announcer of the workplace.
#[must_use]
pub fn use_announcer() -> Announcer {
    use_context().unwrap_or_default()
}

/// The region that a screen reader listens to.
#[component]
pub fn Announcements() -> impl IntoView {
    let announcer = use_announcer();
    view! {
        <p class="visually-hidden" role="status">
            {move || announcer.text.get()}
        </p>
    }
}
