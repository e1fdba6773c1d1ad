//! What was done with an agency, and when.

use std::rc::Rc;

use leptos::prelude::*;

use super::Known;
use crate::texts::{Texts, admin as words};

/// The list.
#[component]
pub fn Log(
    /// What is known of the agency.
    known: Rc<Known>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    view! {
        <section aria-labelledby="log-title">
            <h2 id="log-title">{words::tab_log(t)}</h2>
            <p>{words::log_version(t, known.agency.version())}</p>
        </section>
    }
}
