//! Where the three programs of `frontend` begin.

use crate::mount::mount;
use leptos::prelude::*;

/// The application of people who seek advice.
pub fn seeker() {
    leptos::task::spawn_local(crate::screen::begin());
}

/// The application of counsellors and administration.
pub fn staff() {
    mount(|| view! { <crate::team::Start /> });
}
