//! What is known of the chosen agency, and who could read an enquiry to it.

use std::rc::Rc;

use client::agency::{Age, Agency};
use client::{Error, World};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::chosen::Proof;
use crate::screen::App;
use crate::screen::fault::words;
use crate::texts::{self, Texts};

/// Why it cannot be written to, in words.
#[must_use]
pub fn bad_words(t: Texts, error: &Error) -> String {
    use client::Untrusted::{Clock, Hint, Stale};
    match error {
        Error::Untrusted(Clock | Hint | Stale) => words(t, error),
        Error::Untrusted(_) => texts::agency::untrusted(t).to_owned(),
        other => words(t, other),
    }
}

/// The state of the proof; polite, so that it is read once it is there.
#[component]
pub fn ProofPanel(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let again = move |_| {
        spawn_local(async move {
            app.chosen.check(app).await;
        });
    };
    view! {
        <div class="proof" role="status">
            {move || match app.chosen.get() {
                Proof::None => ().into_any(),
                Proof::Checking(_) => view! { <p class="waiting">{texts::agency::checking(t)}</p> }.into_any(),
                Proof::Good(agency) => view! { <Readers app agency t /> }.into_any(),
                Proof::Closed(_) => view! { <p class="note">{texts::agency::closed_now(t)}</p> }.into_any(),
                Proof::Bad(_, error) => view! {
                    <p class="note note-wrong">{bad_words(t, &error)}</p>
                    {matches!(error, Error::Unreachable).then(|| view! {
                        <button type="button" class="button-quiet" on:click=again>{texts::app::again(t)}</button>
                    }.into_any())}
                }
                .into_any(),
            }}
        </div>
    }
}

/// Who can open an enquiry until somebody accepts it: verified names.
#[component]
pub fn Readers(
    /// The application.
    app: App,
    /// The agency, proved.
    agency: Rc<Agency>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let quiet = match agency.age(app.client().world().now().day()) {
        Age::Quiet(days) => Some(texts::agency::quiet_days(t, u64::from(days))),
        Age::Fresh | Age::Stale(_) => None,
    };
    let names = agency
        .readers()
        .map(|name| view! { <li><bdi>{name.to_owned()}</bdi></li> }.into_any())
        .collect_view();
    view! {
        <section class="readers" aria-labelledby="readers-title">
            <h2 id="readers-title">{texts::agency::readers(t)}</h2>
            <p>{texts::agency::readers_before(t)}</p>
            <ul class="names">{names}</ul>
            <p>{texts::agency::readers_after(t)}</p>
            <p class="quiet">{texts::agency::readers_not(t)}</p>
            {quiet.map(|quiet| view! { <p class="note">{quiet}</p> }.into_any())}
        </section>
    }
}
