//! A lost password: the code, then a new password, then a new code.

use std::rc::Rc;

use crate::reactive::{RwSignal, Signal, StoredValue};
use client::recovery::{self, CodeError, Found, RecoverySecret};
use client::{Error, work};
use domain::Refusal;
use domain::account::{AccountKind, Secretive};
use domain::work::Purpose;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::code::WriteDown;
use super::replace::set_noted;
use crate::account::password::{OwnPassword, faults_of, normalised};
use crate::browser::Browser;
use crate::screen::fault::{Fault, Faults, Summary};
use crate::screen::field::Field;
use crate::screen::history::Screen;
use crate::screen::{App, Heading};
use crate::texts::{self, Texts};

/// What was found, and the code that is to come.
#[derive(Clone)]
struct Opened {
    found: Rc<Found<Browser>>,
    code: Rc<RecoverySecret>,
}

/// The screen.
#[component]
pub fn Lost(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let opened = RwSignal::new(None::<Opened>);
    let typed = RwSignal::new(String::new());
    move || match opened.get() {
        _ if !app.code.with(String::is_empty) => view! { <Done app t /> }.into_any(),
        None => view! { <Code app t typed opened /> }.into_any(),
        Some(known) => view! { <Password app t known opened /> }.into_any(),
    }
}

#[component]
fn Code(
    app: App,
    t: Texts,
    typed: RwSignal<String>,
    opened: RwSignal<Option<Opened>>,
) -> impl IntoView {
    let faults = Faults::default();
    let busy = RwSignal::new(false);
    // While the code is typed.
    spawn_local(async move { work::prepare(&app.client(), Purpose::Recovery).await });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let code = match RecoverySecret::parse(&typed.get_untracked()) {
            Ok(code) => code,
            Err(why) => {
                faults.one(
                    "code",
                    match why {
                        CodeError::Length => texts::recovery::lost_length(t),
                        CodeError::Mistyped => texts::recovery::lost_mistyped(t),
                    },
                );
                return;
            }
        };
        busy.set(true);
        faults.clear();
        spawn_local(async move {
            let client = app.client();
            match recovery::recover(&client, &code).await {
                Ok(found) if found.kind() == AccountKind::Staff => {
                    faults.one("", texts::account::staff(t));
                }
                Ok(found) => {
                    typed.try_set(String::new());
                    opened.try_set(Some(Opened {
                        found: Rc::new(found),
                        code: recovery::make(&client),
                    }));
                }
                Err(Error::Refused(Refusal::WrongCode)) => {
                    faults.one("code", texts::recovery::lost_unknown(t));
                }
                Err(error) => app.say(faults, &error),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Heading>{texts::recovery::lost_title(t)}</Heading>
        <Summary faults t />
        <p class="lead">{texts::recovery::lost_lead(t)}</p>
        <form on:submit=submit novalidate>
            <Field
                id="code"
                label=texts::recovery::lost_code(t)
                hint=texts::recovery::lost_code_hint(t)
                faults
                value=Signal::from(typed)
                on_input=Callback::new(move |value| typed.set(value))
                maxlength=80
                class="code-field"
            />
            <button type="submit" class="button button-main" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { texts::app::wait(t) } else { texts::app::next(t) }}
            </button>
            <p class="visually-hidden" role="status">{move || if busy.get() { texts::app::wait(t) } else { "" }}</p>
        </form>
        <details>
            <summary>{texts::recovery::lost_none(t)}</summary>
            <p>{texts::recovery::lost_none_text(t)}</p>
        </details>
    }
}

#[component]
fn Password(app: App, t: Texts, known: Opened, opened: RwSignal<Option<Opened>>) -> impl IntoView {
    let faults = Faults::default();
    let own = app.secret;
    let busy = RwSignal::new(false);
    let name = known.found.user_name().to_owned();
    let known = StoredValue::new(known);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let known = known.get_value();
        spawn_local(async move {
            set(app, t, faults, &known, own, opened).await;
            busy.try_set(false);
        });
    };
    view! {
        <Heading>{texts::recovery::lost_title(t)}</Heading>
        <Summary faults t />
        <p class="lead">{texts::recovery::lost_name(t, name)}</p>
        <form on:submit=submit novalidate>
            <OwnPassword faults value=own t />
            <p class="hint">{texts::recovery::lost_others(t)}</p>
            <button type="submit" class="button button-main" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { texts::app::wait(t) } else { texts::account::change_button(t) }}
            </button>
            <p class="visually-hidden" role="status">{move || if busy.get() { texts::app::wait(t) } else { "" }}</p>
        </form>
    }
}

async fn set(
    app: App,
    t: Texts,
    faults: Faults,
    known: &Opened,
    own: RwSignal<String>,
    opened: RwSignal<Option<Opened>>,
) {
    let password = normalised(&own.get_untracked());
    let wrong: Vec<Fault> = faults_of(t, &password, known.found.user_name())
        .await
        .into_iter()
        .collect();
    let stop = !wrong.is_empty();
    faults.set(wrong);
    if stop {
        return;
    }
    match known.found.finish(Secretive(password), &known.code).await {
        Ok(session) => {
            own.set(String::new());
            set_noted(&session, false).await;
            app.begin(session);
            app.code.set(known.code.to_text().to_string());
        }
        Err(Error::Refused(Refusal::SignInExpired)) => {
            // It took too long: the code is asked for once more.
            opened.try_set(None);
        }
        Err(error) => app.say(faults, &error),
    }
}

/// Signed in: the new code, and the way on.
#[component]
fn Done(app: App, t: Texts) -> impl IntoView {
    let on = move |_| {
        app.code.set(String::new());
        app.places.replace(Screen::List);
    };
    view! {
        <Heading>{texts::account::changed(t)}</Heading>
        <Noted app t />
        <button type="button" class="button button-main" on:click=on>
            {texts::recovery::lost_done(t)}
        </button>
    }
}

/// The code that was just made, until it is noted or left.
#[component]
pub fn Noted(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let code = app.code.get_untracked();
    let on_noted = Callback::new(move |()| {
        if let Some(desk) = app.talks.desk() {
            let session = desk.session().clone();
            spawn_local(async move { set_noted(&session, true).await });
        }
    });
    (!code.is_empty()).then(|| view! { <WriteDown code t on_noted /> }.into_any())
}
