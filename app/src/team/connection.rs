//! How the live channel stands, in calm words.

use client::desk::Connection;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::announce::use_announcer;
use super::office::use_office;
use crate::texts::{Texts, team};

/// A cut shorter than this is not mentioned, in milliseconds.
const GRACE: u32 = 1_500;

/// What is said of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Live,
    Connecting,
    Off,
}

const fn standing(connection: Connection) -> Standing {
    match connection {
        Connection::Live => Standing::Live,
        Connection::Connecting | Connection::CatchingUp => Standing::Connecting,
        Connection::Waiting { .. } | Connection::SignedOut | Connection::Closed => Standing::Off,
    }
}

/// A word and a dot, at the foot of the navigation.
#[component]
pub fn ConnectionMark(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let now = Memo::new(move |_| standing(office.connection.get()));
    let word = move || match now.get() {
        Standing::Live => team::connection_on(t),
        Standing::Connecting => team::connection_connecting(t),
        Standing::Off => team::connection_off_short(t),
    };
    let tone = move || match now.get() {
        Standing::Live => "live",
        Standing::Connecting => "connecting",
        Standing::Off => "off",
    };
    // The browser knows first; the desk need not wait for its next try.
    let online = window_event_listener(leptos::ev::online, move |_| office.desk().nudge());
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
        looked.remove();
    });
    view! { <p class="team-connection" data-connection=tone>{word}</p> }
}

/// One line across the top while there is no connection, and one sentence when it is back.
#[component]
pub fn ConnectionBanner(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let announcer = use_announcer();
    let is_off = Memo::new(move |_| standing(office.connection.get()) == Standing::Off);
    let shown = RwSignal::new(false);
    Effect::new(move |_| {
        if is_off.get() {
            spawn_local(async move {
                TimeoutFuture::new(GRACE).await;
                if is_off.try_get_untracked() == Some(true) && !shown.get_untracked() {
                    shown.set(true);
                    announcer.say(team::connection_off(t));
                }
            });
        } else if standing(office.connection.get()) == Standing::Live && shown.get_untracked() {
            shown.set(false);
            announcer.say(team::connection_back(t));
        }
    });
    view! {
        <Show when=move || shown.get()>
            <aside class="team-banner" aria-label=team::connection(t)>{team::connection_off(t)}</aside>
        </Show>
    }
}
