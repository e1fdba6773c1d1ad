//! Nothing here: said kindly.

use leptos::prelude::*;

use crate::team::keys::{self, Action};
use crate::team::office::use_office;
use crate::team::place::List;
use crate::texts::{Texts, inbox, team};

/// A list without rows.
#[component]
pub fn EmptyList(
    /// Which list.
    list: List,
    /// The words.
    t: Texts,
) -> impl IntoView {
    match list {
        List::Waiting => view! {
            <div class="team-empty">
                <Cup />
                <h2>{inbox::waiting_empty_title(t)}</h2>
                <p>{inbox::waiting_empty_text(t)}</p>
            </div>
        }
        .into_any(),
        List::Mine => view! {
            <div class="team-empty">
                <Cup />
                <h2>{inbox::mine_empty_title(t)}</h2>
                <p>{inbox::mine_empty_text(t)}</p>
                <p><a href=List::Waiting.path()>{inbox::mine_empty_link(t)}</a></p>
            </div>
        }
        .into_any(),
        List::Archive => view! {
            <div class="team-empty">
                <Cup />
                <h2>{inbox::archive_empty_title(t)}</h2>
                <p>{inbox::archive_empty_text(t)}</p>
            </div>
        }
        .into_any(),
    }
}

/// A list is shown, and none of its rows is open.
#[component]
pub fn NothingOpen(
    /// Which list.
    list: List,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let is_empty = move || match list {
        List::Waiting => office.waiting.with(Vec::is_empty),
        List::Mine => office.mine.with(Vec::is_empty),
        List::Archive => office.count(list) == 0,
    };
    let text = match list {
        List::Waiting => inbox::choose_waiting(t),
        List::Mine | List::Archive => inbox::choose_mine(t),
    };
    // Nothing to choose: the list beside says so.
    view! {
        <Show when=move || office.loaded.get() && !is_empty()>
            <div class="team-empty team-empty-wide">
                <Cup />
                <p>{text}</p>
                <p class="team-hints" aria-hidden="true">
                    <span><kbd>{keys::key(Action::Next)}</kbd> <kbd>{keys::key(Action::Previous)}</kbd> " " {inbox::choose_move(t)}</span>
                    <span><kbd>{team::keys_enter(t)}</kbd> " " {inbox::choose_open(t)}</span>
                    <span><kbd>{keys::key(Action::Help)}</kbd> " " {inbox::choose_keys(t)}</span>
                </p>
            </div>
        </Show>
    }
}

/// A cup of tea: nobody waits.
#[component]
fn Cup() -> impl IntoView {
    view! {
        <svg class="team-cup" viewBox="0 0 64 48" width="64" height="48" aria-hidden="true">
            <g fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round">
                <path d="M12 18h34v12a12 12 0 0 1-12 12H24a12 12 0 0 1-12-12z" />
                <path d="M46 21h5a6 6 0 0 1 0 12h-5" />
                <path d="M22 12c-3-3 3-5 0-9M31 12c-3-3 3-5 0-9" />
            </g>
        </svg>
    }
}
