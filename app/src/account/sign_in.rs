//! Signing in and out.

use crate::reactive::{RwSignal, Signal};
use client::{Error, account};
use domain::Refusal;
use domain::account::{AccountKind, Secretive, UserName};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::password::{PasswordField, normalised};
use crate::screen::fault::{Fault, Faults, Summary};
use crate::screen::field::Field;
use crate::screen::history::Screen;
use crate::screen::{App, Heading, Note, Notice};
use crate::texts::{self, Texts};

/// User name and password.
#[component]
pub fn SignIn(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let faults = Faults::default();
    // Both survive a change of the language.
    let (name, password) = (app.name, app.secret);
    if name.with_untracked(String::is_empty) {
        name.set(app.with_untracked(|form| form.user_name.clone()));
    }
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            sign_in(app, t, faults, &name.get_untracked(), password).await;
            busy.set(false);
        });
    };
    view! {
        <Heading>{texts::account::sign_in_title(t)}</Heading>
        <Summary faults t />
        <Note app t />
        <p class="lead">{texts::account::sign_in_lead(t)}</p>
        <form on:submit=submit novalidate>
            <Field
                id="user-name"
                label=texts::account::user_name(t)
                faults
                value=Signal::from(name)
                on_input=Callback::new(move |typed| name.set(typed))
                autocomplete="username"
                maxlength=64
            />
            <PasswordField faults value=password t autocomplete="current-password" />
            <button type="submit" class="button button-main" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { texts::account::sign_in_working(t) } else { texts::account::sign_in(t) }}
            </button>
            <p class="visually-hidden" role="status">{move || if busy.get() { texts::account::sign_in_working(t) } else { "" }}</p>
        </form>
        <details>
            <summary>{texts::account::lost(t)}</summary>
            <p>{texts::recovery::lost_paper(t)}</p>
            <button type="button" class="button" on:click=move |_| app.places.go(Screen::Lost)>
                {texts::recovery::lost_link(t)}
            </button>
        </details>
        <p class="otherwise">
            {texts::account::sign_in_first(t)}
            " "
            <button type="button" class="link" on:click=move |_| app.places.go(Screen::Topic)>
                {texts::app::start_new(t)}
            </button>
        </p>
    }
}

async fn sign_in(app: App, t: Texts, faults: Faults, name: &str, password: RwSignal<String>) {
    let typed = normalised(&password.get_untracked());
    let mut wrong = Vec::new();
    if name.trim().is_empty() {
        wrong.push(Fault {
            field: "user-name",
            text: texts::account::user_name_missing(t).to_owned(),
        });
    }
    if typed.is_empty() {
        wrong.push(Fault {
            field: "password",
            text: texts::account::password_missing(t).to_owned(),
        });
    }
    let stop = !wrong.is_empty();
    faults.set(wrong);
    if stop {
        return;
    }
    // A name that cannot be one is answered as an unknown one.
    let Ok(user_name) = UserName::parse(&normalised(name)) else {
        faults.one("password", texts::account::wrong(t));
        return;
    };
    match account::sign_in(&app.client(), &user_name, Secretive(typed)).await {
        Ok(session) if session.kind() == AccountKind::Staff => {
            drop(account::sign_out(&app.client()).await);
            faults.one("", texts::account::staff(t));
        }
        Ok(session) => {
            password.set(String::new());
            app.name.set(String::new());
            app.notice.set(None);
            // Whoever was writing an enquiry goes on with it.
            let writing = app.with_untracked(|form| form.agency.is_some() && !form.text.is_empty());
            app.begin(session);
            if !writing || app.places.now() != Screen::Message {
                app.places.restart(Screen::List);
            }
        }
        Err(Error::Refused(Refusal::WrongCredentials)) => {
            faults.one("password", texts::account::wrong(t))
        }
        Err(error) => faults.one("", crate::screen::fault::words(t, &error)),
    }
}

/// Signs out: this tab forgets everything, then the server.
pub async fn sign_out(app: App) {
    let (client, draft) = (app.client(), app.draft());
    if let Some(desk) = app.talks.desk() {
        desk.leave().await;
    }
    app.forget();
    app.notice.set(Some(Notice::SignedOut));
    app.places.restart(Screen::Start);
    draft.discard().await;
    // The tab has forgotten in any case.
    drop(account::sign_out(&client).await);
}
