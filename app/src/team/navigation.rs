//! Both lists with their counts, the connection, keys and sign-out.

use crate::reactive::RwSignal;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;

use super::connection::ConnectionMark;
use super::help::HelpSwitch;
use super::keys::{self, Action};
use super::office::use_office;
use super::place::{List, Place};
use super::start::{TeamLanguage, is_demonstration};
use super::workplace::{SignOut, Whereabouts};
use crate::admin::place::Room;
use crate::screen::frame::open_crisis;
use crate::texts::{Texts, admin, app, settings, team};

/// The way between the lists, and out.
#[component]
pub fn Navigation(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let sign_out = expect_context::<SignOut>();
    let office = use_office();
    let place = expect_context::<Whereabouts>();
    let leaving = RwSignal::new(false);
    let leave = move || {
        if !leaving.get_untracked() {
            leaving.set(true);
            sign_out.run();
        }
    };
    let question = NodeRef::<html::Dialog>::new();
    let ask = move || {
        if let Some(question) = question.get_untracked() {
            // Throws only for a dialog that is open already.
            drop(question.show_modal());
        }
    };
    let close = move || {
        if let Some(question) = question.get_untracked() {
            question.close();
        }
    };
    view! {
        <header class="team-nav">
            <p class="team-brand">
                {team::title(t)}
                {is_demonstration().then(|| view! { <span class="team-demo">{team::demonstration_short(t)}</span> }.into_any())}
            </p>
            <nav class="team-lists" aria-label=team::navigation(t)>
                <ul>
                    <li><ListLink list=List::Waiting name=team::waiting(t) action=Action::Waiting t /></li>
                    <li><ListLink list=List::Mine name=team::mine(t) action=Action::Mine t /></li>
                    <li><ListLink list=List::Archive name=team::archive(t) action=Action::Archive t /></li>
                </ul>
            </nav>
            <div class="team-nav-foot">
                <p class="team-name">{move || office.name.get().map(|name| view! {
                    <span class="visually-hidden">{team::signed_in_as(t)} " "</span>
                    <bdi>{name}</bdi>
                }.into_any())}</p>
                <ConnectionMark t />
                <button type="button" class="button button-quiet team-crisis" on:click=|_| open_crisis()>
                    <PhoneIcon />
                    <span>{app::crisis(t)}</span>
                </button>
                <TeamLanguage />
                {move || office.rights.with(Option::is_some).then(|| view! {
                    <A href=Room::PATH attr:class="button button-quiet team-admin-link" attr:data-current=move || matches!(place.get(), Place::Admin(_)).then_some("true")>
                        <HouseIcon />
                        <span>{admin::title(t)}</span>
                    </A>
                }.into_any())}
                <A href=Place::SETTINGS attr:class="button button-quiet team-settings-link" attr:data-current=move || matches!(place.get(), Place::Settings | Place::Links).then_some("true")>
                    <SlidersIcon />
                    <span>{settings::title(t)}</span>
                </A>
                <HelpSwitch t />
                <button
                    type="button"
                    class="button button-quiet team-out"
                    aria-disabled=move || leaving.get().then_some("true")
                    on:click=move |_| {
                        if office.has_unsent() {
                            ask();
                        } else {
                            leave();
                        }
                    }
                >
                    <DoorIcon />
                    <span>{move || if leaving.get() { team::sign_out_running(t) } else { team::sign_out(t) }}</span>
                </button>
            </div>
            <dialog class="team-help" node_ref=question aria-labelledby="unsent-title">
                <h2 id="unsent-title">{team::unsent_title(t)}</h2>
                <p>{team::unsent_text(t)}</p>
                <div class="actions">
                    <button type="button" class="button button-primary" autofocus on:click=move |_| close()>{team::unsent_stay(t)}</button>
                    <button type="button" class="button" on:click=move |_| { close(); leave(); }>{team::unsent_leave(t)}</button>
                </div>
            </dialog>
        </header>
    }
}

#[component]
fn ListLink(list: List, name: &'static str, action: Action, t: Texts) -> impl IntoView {
    let office = use_office();
    let place = expect_context::<Whereabouts>();
    let count = move || office.count(list);
    let spoken = move || match list {
        List::Waiting => team::waiting_count(t, count()),
        List::Mine => team::unread_count(t, count()),
        List::Archive => team::archive_count(t, count()),
    };
    view! {
        <A href=list.path() attr:class="team-list-link" attr:data-list=list.name() attr:data-current=move || (place.get().list() == Some(list)).then_some("true")>
            <span>{name}</span>
            <kbd aria-hidden="true">{keys::key(action)}</kbd>
            <span class="team-count" class:team-count-none=move || count() == 0 aria-hidden="true">{count}</span>
            <span class="visually-hidden">{spoken}</span>
        </A>
    }
}

#[component]
fn PhoneIcon() -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path d="M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" />
        </svg>
    }
}

#[component]
fn SlidersIcon() -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path d="M4 7h9m5 0h2M4 17h2m5 0h9M15.5 4.5v5M8.5 14.5v5" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
        </svg>
    }
}

#[component]
fn HouseIcon() -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path d="M4 20V9l8-5 8 5v11zM9 20v-6h6v6" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" />
        </svg>
    }
}

#[component]
fn DoorIcon() -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path d="M10 4H5v16h5M10 12h10m-4-4 4 4-4 4" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}
