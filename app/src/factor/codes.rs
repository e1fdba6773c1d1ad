//! Codes for a lost factor, shown once.

use leptos::prelude::*;

use crate::texts::{Texts, factor as words};

/// The codes, large enough to copy by hand.
#[component]
pub fn Codes(
    /// With spaces between them.
    codes: String,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let code = |code: &str| view! { <li>{code.to_owned()}</li> }.into_any();
    let codes = codes.split(' ').map(code).collect_view();
    view! {
        <section class="card code-card" aria-labelledby="codes-title">
            <h2 id="codes-title" tabindex="-1">{words::codes(t)}</h2>
            <p class="no-print">{words::codes_text(t)}</p>
            <ol class="code spare">{codes}</ol>
        </section>
    }
}
