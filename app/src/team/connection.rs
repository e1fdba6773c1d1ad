//! How the live channel stands, in calm words.

use crate::reactive::{Memo, effect};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::announce::use_announcer;
use super::office::use_office;
use crate::components::standing::Standing;
use crate::texts::{Texts, team};

/// A word and a dot, at the foot of the navigation.
#[component]
pub fn ConnectionMark(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let word = move || match office.standing.get() {
        Standing::Live | Standing::Back => team::connection_on(t),
        Standing::Crowded => team::connection_crowded_short(t),
        Standing::CatchingUp => team::connection_catching_up(t),
        Standing::Connecting => team::connection_connecting(t),
        Standing::Off => team::connection_off_short(t),
    };
    let tone = move || match office.standing.get() {
        Standing::Live | Standing::Back => "live",
        Standing::Connecting | Standing::CatchingUp => "connecting",
        Standing::Crowded => "crowded",
        Standing::Off => "off",
    };
    // The browser knows first; the desk need not wait for its next try.
    let online = window_event_listener(leptos::ev::online, move |_| office.desk().nudge());
    let offline = window_event_listener(leptos::ev::offline, move |_| office.desk().doubt());
    // Back at this page, another device may have gone on writing; and what was typed here is saved
    // before it is put aside.
    let looked = window_event_listener(leptos::ev::visibilitychange, move |_| {
        let desk = office.desk();
        if document().hidden() {
            spawn_local(async move { drop(desk.save_drafts().await) });
        } else {
            desk.nudge();
        }
    });
    on_cleanup(move || {
        online.remove();
        offline.remove();
        looked.remove();
    });
    view! { <p class="team-connection" data-connection=tone>{word}</p> }
}

/// One line across the top while there is no connection or it is slow, and one sentence when it is back.
#[component]
pub fn ConnectionBanner(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let announcer = use_announcer();
    let words = Memo::new(move |_| match office.standing.get() {
        Standing::Off => Some(team::connection_off(t)),
        Standing::Crowded => Some(team::connection_crowded(t)),
        _ => None,
    });
    effect(move || {
        if let Some(words) = words.get() {
            announcer.say(words);
        }
    });
    effect(move || {
        if office.standing.get() == Standing::Back {
            announcer.say(team::connection_back(t));
        }
    });
    move || {
        words.get().map(|words| {
            view! { <aside class="team-banner" aria-label=team::connection(t)>{words}</aside> }
                .into_any()
        })
    }
}
