//! That somebody is writing.

use crate::reactive::{Memo, Signal};
use client::conversation::Thread;
use leptos::prelude::*;

use crate::texts::{self, Texts};

/// One quiet line above the composer; not read aloud, for it comes and goes.
#[component]
pub fn Typing(
    /// The conversation.
    #[prop(into)]
    thread: Signal<Option<Thread>>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let who = Memo::new(move |_| thread.with(|thread| thread.as_ref()?.typing.clone()));
    view! {
        <p class="typing quiet">
            {move || who.get().map(|name| {
                let name = if name.is_empty() { texts::conversation::fallback_other(t).to_owned() } else { name };
                texts::conversation::typing(t, name)
            })}
        </p>
    }
}
