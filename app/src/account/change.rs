//! Settings: another password.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::account::change_password;
use client::{Error, Session};
use domain::Refusal;
use domain::account::Secretive;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::password::{OwnPassword, faults_of, normalised};
use crate::browser::Browser;
use crate::screen::fault::{Faults, Summary};
use crate::screen::inner::Later;
use crate::texts::{self, Texts, account as words};

/// What is done with the password before and the new one if somebody else knows the one before.
pub type Renew = Rc<dyn Fn(Secretive, Secretive) -> Later<Result<(), Error>>>;

/// The one before, and a new one.
#[component]
pub fn ChangePassword(
    /// Whose account.
    session: Session<Browser>,
    /// The words.
    t: Texts,
    /// What went wrong, in words.
    problem: fn(Texts, &Error) -> String,
    /// Everything anew, for who may do that alone.
    #[prop(default = None)]
    renew: Option<Renew>,
) -> impl IntoView {
    let is_known = RwSignal::new(false);
    let renew = StoredValue::new(renew);
    let faults = Faults::default();
    let before = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let said = RwSignal::new("");
    let busy = RwSignal::new(false);
    let tried = StoredValue::new(false);
    let session = StoredValue::new(session);
    let change = move || async move {
        let session = session.get_value();
        let password = normalised(&new.get_untracked());
        let typed = normalised(&before.get_untracked());
        if let Some(fault) = faults_of(t, &password, &session.user_name().0).await {
            faults.set(vec![fault]);
            return;
        }
        let again = tried.try_get_value().unwrap_or_default();
        tried.set_value(true);
        let (typed, password) = (Secretive(typed), Secretive(password));
        let renew = renew.get_value().filter(|_| is_known.get_untracked());
        let done = match renew {
            Some(renew) => renew(typed, password).await,
            None => change_password(&session, typed, password, again).await,
        };
        match done {
            Ok(()) => {
                for typed in [before, new] {
                    typed.try_set(String::new());
                }
                tried.set_value(false);
                said.try_set(words::changed(t));
            }
            Err(Error::Refused(Refusal::WrongCredentials)) => {
                faults.one("before", texts::recovery::wrong_password(t));
            }
            Err(error) => faults.one("", problem(t, &error)),
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        faults.clear();
        said.set(texts::app::wait(t));
        spawn_local(async move {
            change().await;
            busy.try_set(false);
            said.update(|said| {
                if *said == texts::app::wait(t) {
                    *said = "";
                }
            });
        });
    };
    let known = renew.with_value(Option::is_some).then(|| {
        view! {
            <label class="tick">
                <input
                    type="checkbox"
                    aria-describedby="known"
                    on:change=move |event| is_known.set(event_target_checked(&event))
                />
                <span>{words::change_known(t)}</span>
            </label>
            <p class="quiet" id="known">{words::change_known_text(t)}</p>
        }
        .into_any()
    });
    view! {
        <section class="settings-part" aria-labelledby="change-title">
            <h2 id="change-title">{words::password(t)}</h2>
            <details>
            <summary>{words::change(t)}</summary>
            <form class="form" on:submit=submit novalidate>
                <Summary faults t />
                <div class="field" class:field-wrong=move || faults.at("before").is_some()>
                    <label for="before">{words::change_before(t)}</label>
                    <p class="fault" id="before-fault">{move || faults.at("before").unwrap_or_default()}</p>
                    <input
                        id="before"
                        type="password"
                        autocomplete="current-password"
                        aria-describedby="before-fault"
                        aria-invalid=move || faults.at("before").is_some().then_some("true")
                        maxlength="256"
                        prop:value=move || before.get()
                        on:input=move |event| before.set(event_target_value(&event))
                    />
                </div>
                <OwnPassword faults value=new t label=Some(words::change_new(t)) />
                {known}
                <p class="quiet">
                    {move || if is_known.get() { texts::recovery::lost_others(t) } else { words::change_others(t) }}
                </p>
                <p role="status">{move || said.get()}</p>
                <button type="submit" class="button" aria-disabled=move || busy.get().then_some("true")>
                    {words::change_button(t)}
                </button>
            </form>
            </details>
        </section>
    }
}
