//! An own device, opened again: the password alone, with or without a network.

use client::{Error, device};
use domain::Refusal;
use domain::account::Secretive;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::account::password::{PasswordField, normalised};
use crate::account::sign_in::SignIn;
use crate::reactive::RwSignal;
use crate::screen::fault::{self, Faults, Summary};
use crate::screen::history::Screen;
use crate::screen::{App, Heading, Note, Notice};
use crate::texts::{Texts, account, device as words};

/// The door: of an own device the password alone, else a whole sign-in.
#[component]
pub fn Door(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    move || match app.own.get() {
        true => view! { <Open app t /> }.into_any(),
        false => view! { <SignIn app t /> }.into_any(),
    }
}

#[component]
fn Open(app: App, t: Texts) -> impl IntoView {
    let faults = Faults::default();
    let password = app.secret;
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            open(app, t, faults, password).await;
            busy.try_set(false);
        });
    };
    let other = move |_| {
        password.set(String::new());
        app.own.set(false);
        crate::screen::focus::rescue("heading");
    };
    let forget = move |_| {
        spawn_local(async move {
            device::forget(&app.client()).await;
            app.forget();
            app.notice.set(Some(Notice::Forgotten));
            app.places.restart(Screen::Start);
        });
    };
    view! {
        <Heading>{words::open_title(t)}</Heading>
        <Summary faults t />
        <Note app t />
        <p class="lead">{words::open_lead(t)}</p>
        <form on:submit=submit novalidate>
            <PasswordField faults value=password t autocomplete="current-password" />
            <button type="submit" class="button button-main" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { words::opening(t) } else { words::open(t) }}
            </button>
            <p class="visually-hidden" role="status">{move || if busy.get() { words::opening(t) } else { "" }}</p>
        </form>
        <p class="otherwise">
            <button type="button" class="link" on:click=other>{words::other(t)}</button>
        </p>
        <details>
            <summary>{words::forget(t)}</summary>
            <p>{words::forget_text(t)}</p>
            <button type="button" class="button button-danger" on:click=forget>{words::forget(t)}</button>
        </details>
    }
}

async fn open(app: App, t: Texts, faults: Faults, password: RwSignal<String>) {
    faults.clear();
    let typed = normalised(&password.get_untracked());
    if typed.is_empty() {
        faults.one("password", account::password_missing(t));
        return;
    }
    match device::unlock(&app.client(), Secretive(typed)).await {
        Ok(session) => {
            password.set(String::new());
            app.notice.set(None);
            app.begin(session);
            app.places.restart(Screen::List);
        }
        Err(Error::Refused(Refusal::WrongCredentials)) => {
            faults.one("password", words::wrong(t));
        }
        // There is nothing that a password alone opens, or not any more.
        Err(Error::Storage | Error::Damaged) => app.own.set(false),
        Err(error) => faults.one("", fault::words(t, &error)),
    }
}
