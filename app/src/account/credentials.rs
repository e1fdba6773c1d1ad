//! Registration 3: pseudonym, user name, password, consent.

use crate::reactive::{RwSignal, Signal};
use client::{Error, registration};
use domain::Refusal;
use domain::account::{Secretive, UserName};
use domain::enquiry::PSEUDONYM_MAX;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::consent::ConsentText;
use super::offer::{Offer, OfferedPassword, PasswordKind};
use super::password::{OwnPassword, faults_of, normalised};
use crate::agency::chosen::Proof;
use crate::screen::fault::{Fault, Faults, Summary};
use crate::screen::field::Field;
use crate::screen::history::Screen;
use crate::screen::{App, Heading};
use crate::texts::{self, Texts};

/// The third screen; once the account is made, only a way on.
#[component]
pub fn Account(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    move || {
        if app.talks.is_open() {
            view! { <Made app t /> }.into_any()
        } else {
            view! { <Credentials app t /> }.into_any()
        }
    }
}

#[component]
fn Made(app: App, t: Texts) -> impl IntoView {
    let name = app.with_untracked(|form| form.user_name.clone());
    view! {
        <Heading>{texts::account::made_title(t)}</Heading>
        <p class="lead">{texts::account::made_text(t, name)}</p>
        <button type="button" class="button button-main" on:click=move |_| app.places.go(Screen::Message)>
            {texts::app::next(t)}
        </button>
    }
}

#[component]
fn Credentials(app: App, t: Texts) -> impl IntoView {
    let faults = Faults::default();
    let offer = Offer::new(app);
    let own = app.secret;
    let busy = RwSignal::new(false);
    spawn_local(async move {
        if matches!(app.chosen.get_untracked(), Proof::None) {
            app.chosen.check(app).await;
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            make(app, t, faults, offer, own).await;
            busy.set(false);
        });
    };
    let pseudonym = Signal::derive(move || app.with(|form| form.pseudonym.clone()));
    let user_name = Signal::derive(move || app.with(|form| form.user_name.clone()));
    view! {
        <Heading>{texts::account::title(t)}</Heading>
        <Summary faults t />
        <p class="lead">{texts::account::lead(t)}</p>
        <form on:submit=submit novalidate>
            <Field
                id="pseudonym"
                label=texts::account::pseudonym(t)
                hint=texts::account::pseudonym_hint(t)
                faults
                value=pseudonym
                on_input=Callback::new(move |value| app.edit(|form| form.pseudonym = value))
            />
            <Field
                id="user-name"
                label=texts::account::user_name(t)
                hint=texts::account::user_name_hint(t)
                faults
                value=user_name
                on_input=Callback::new(move |value| app.edit(|form| form.user_name = value))
                autocomplete="username"
                maxlength=64
            >
                <button type="button" class="button-quiet" on:click=move |_| offer.other_name()>
                    {texts::account::user_name_other(t)}
                </button>
            </Field>
            <PasswordKind offer t />
            {move || {
                if offer.is_taken() {
                    view! { <OfferedPassword app offer t /> }.into_any()
                } else {
                    view! { <OwnPassword faults value=own t /> }.into_any()
                }
            }}
            <p class="hint">{texts::account::password_lost(t)}</p>
            <ConsentText app faults t />
            <button type="submit" class="button button-main" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { texts::account::working(t) } else { texts::account::submit(t) }}
            </button>
            <p class="visually-hidden" role="status">{move || if busy.get() { texts::account::working(t) } else { "" }}</p>
        </form>
    }
}

/// Checks everything; then makes the account and goes on.
async fn make(app: App, t: Texts, faults: Faults, offer: Offer, own: RwSignal<String>) {
    let offered = offer.is_taken_now();
    let password = if offered {
        app.passphrase.get_untracked()
    } else {
        normalised(&own.get_untracked())
    };
    let mut wrong = faults_of_form(app, t);
    if !offered || password.is_empty() {
        wrong.extend(
            faults_of(
                t,
                &password,
                &app.with_untracked(|form| form.user_name.clone()),
            )
            .await,
        );
    }
    if app.with_untracked(|form| form.consent.is_none()) {
        wrong.push(fault("consent", texts::account::consent_missing(t)));
    }
    let stop = !wrong.is_empty();
    faults.set(wrong);
    if stop {
        return;
    }
    match registration::register(&app.draft(), Secretive(password)).await {
        Ok(session) => {
            if !offered {
                app.passphrase.set(String::new());
            }
            own.set(String::new());
            if let Some(code) = app.draft().code() {
                app.code.set(code.to_text().to_string());
            }
            app.begin(session);
            app.places.go(Screen::Message);
        }
        Err(Error::Refused(Refusal::UserNameTaken)) => {
            faults.one("user-name", texts::account::user_name_taken(t))
        }
        Err(Error::Refused(Refusal::UserNameInvalid)) => {
            faults.one("user-name", texts::account::user_name_invalid(t))
        }
        Err(Error::Refused(Refusal::ConsentOutdated)) => {
            app.edit(|form| form.consent = None);
            app.chosen.check(app).await;
            faults.one("consent", texts::account::consent_new(t));
        }
        Err(error) => app.say(faults, &error),
    }
}

fn faults_of_form(app: App, t: Texts) -> Vec<Fault> {
    let (pseudonym, user_name) = app.with_untracked(|form| {
        (
            form.pseudonym.trim().to_owned(),
            form.user_name.trim().to_owned(),
        )
    });
    let mut wrong = Vec::new();
    if pseudonym.is_empty() {
        wrong.push(fault("pseudonym", texts::account::pseudonym_missing(t)));
    } else if pseudonym.chars().count() > PSEUDONYM_MAX {
        wrong.push(fault(
            "pseudonym",
            &texts::account::pseudonym_long(t, PSEUDONYM_MAX),
        ));
    }
    if user_name.is_empty() {
        wrong.push(fault("user-name", texts::account::user_name_missing(t)));
    } else if UserName::parse(&user_name).is_err() {
        wrong.push(fault("user-name", texts::account::user_name_invalid(t)));
    }
    wrong
}

fn fault(field: &'static str, text: &str) -> Fault {
    Fault {
        field,
        text: text.to_owned(),
    }
}
