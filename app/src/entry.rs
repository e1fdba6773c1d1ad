//! Where the three programs of `frontend` begin.

use crate::mount::mount;
use leptos::prelude::*;

/// The application of people who seek advice.
pub fn seeker() {
    // Leptos has no executor before its first mount.
    wasm_bindgen_futures::spawn_local(crate::screen::begin());
}

/// The application of counsellors and administration.
pub fn staff() {
    mount(|| view! { <crate::team::Start /> });
}
