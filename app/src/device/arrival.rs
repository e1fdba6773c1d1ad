//! A device that is open, and a server that does not know of it yet: what is said where it does not let it in.

use client::{Error, Untrusted};
use domain::Refusal;
use leptos::prelude::*;

use crate::screen::fault;
use crate::texts::{Texts, device as words};

/// What keeps what was written from being sent, in words.
fn why(t: Texts, error: &Error) -> String {
    match error {
        Error::Untrusted(Untrusted::Rollback) => words::rollback(t).to_owned(),
        Error::Refused(Refusal::FactorNeeded { .. }) => words::not_arrived(t).to_owned(),
        other => [words::not_arrived(t), &fault::words(t, other)].join(" "),
    }
}

/// Nothing, unless there is something to say and to do.
#[component]
pub fn Arrival(
    /// Why the server could not be told.
    refused: impl Fn() -> Option<Error> + Copy + Send + 'static,
    /// Tries again.
    again: impl Fn() + Copy + Send + 'static,
    /// The words.
    t: Texts,
) -> impl IntoView {
    move || {
        refused().map(|error| {
            view! {
                <div class="note" role="status">
                    <p>{why(t, &error)}</p>
                    <button type="button" class="button" on:click=move |_| again()>{words::arrive(t)}</button>
                </div>
            }
            .into_any()
        })
    }
}
