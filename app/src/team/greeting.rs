//! The day of the sign-in before, said once after signing in.

use crate::reactive::RwSignal;
use leptos::prelude::*;

use super::office::use_office;
use super::place::Place;
use crate::account::sessions::day;
use crate::texts::{Texts, settings, team};

/// One line across the top, until it is closed.
#[component]
pub fn Greeting(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let told = office.desk().session().greeting();
    let shown = RwSignal::new(told);
    move || {
        let previous = shown.get()?;
        let said = team::last_sign_in(t, day(t, previous, office.now.get_untracked()));
        Some(view! {
            <aside class="team-banner" aria-label=settings::sessions(t)>
                <p>{said}</p>
                <a href=Place::SETTINGS on:click=move |_| shown.set(None)>{team::see_sessions(t)}</a>
                <button type="button" class="link" on:click=move |_| shown.set(None)>{team::close_note(t)}</button>
            </aside>
        })
    }
}
