//! Where the programs of `frontend` begin on a page.

/// The application of people who seek advice.
pub fn seeker(load: crate::screen::inner::Load) {
    // Leptos has no executor before its first mount.
    wasm_bindgen_futures::spawn_local(crate::screen::begin(load));
}

/// The application of counsellors and administration.
pub fn staff() {
    wasm_bindgen_futures::spawn_local(crate::team::begin());
}
