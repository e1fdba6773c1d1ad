//! The quick exit: a plain link that works without script. `public/exit.js` adds the rest on public pages.

use leptos::prelude::*;

use crate::texts::{self, Texts};

/// The id of the link; the skip link and the script find it by this.
pub const EXIT_ID: &str = "exit";

/// A large link away from here, always in reach.
#[component]
pub fn QuickExit(
    /// Where to: the operator's setting, an innocuous page.
    target: String,
    /// The words.
    t: Texts,
) -> impl IntoView {
    view! {
        <a
            id=EXIT_ID
            class="exit"
            href=target
            rel="noreferrer"
            data-one=texts::exit::one(t)
            data-two=texts::exit::two(t)
            data-late=texts::exit::late(t)
            data-done=texts::exit::done(t)
            data-title=texts::exit::title_after(t)
        >
            <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
                <path d="M10 4H5v16h5M10 12h10m-4-4 4 4-4 4" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round" />
            </svg>
            {texts::exit::link(t)}
        </a>
    }
}
