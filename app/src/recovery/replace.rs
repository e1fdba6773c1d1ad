//! Settings: whether the code was written down, and another one.

use crate::reactive::{RwSignal, StoredValue};
use client::{Error, Session, recovery, vault};
use domain::Refusal;
use domain::account::Secretive;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::code::WriteDown;
use crate::account::password::normalised;
use crate::browser::Browser;
use crate::screen::fault::focus_id;
use crate::texts::{self, Texts};

/// One password, one button; then the new code.
#[component]
pub fn ReplaceCode(
    /// Whose account.
    session: Session<Browser>,
    /// The words.
    t: Texts,
    /// What went wrong, in words.
    words: fn(Texts, &Error) -> String,
) -> impl IntoView {
    let noted = RwSignal::new(recovery::is_noted(&session));
    let code = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let session = StoredValue::new(session);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set(texts::app::wait(t).to_owned());
        let (session, typed) = (session.get_value(), password.get_untracked());
        spawn_local(async move {
            let made = recovery::make(session.client());
            let secret = Secretive(normalised(&typed));
            match recovery::replace(&session, secret, &made).await {
                Ok(()) => {
                    set_noted(&session, false).await;
                    password.try_set(String::new());
                    said.try_set(String::new());
                    noted.try_set(false);
                    code.try_set(made.to_text().to_string());
                    request_animation_frame(|| focus_id("code-title"));
                }
                Err(Error::Refused(Refusal::WrongCredentials)) => {
                    said.try_set(texts::recovery::wrong_password(t).to_owned());
                    focus_id("code-password");
                }
                Err(error) => drop(said.try_set(words(t, &error))),
            }
            busy.try_set(false);
        });
    };
    let on_noted = Callback::new(move |()| {
        noted.set(true);
        let session = session.get_value();
        spawn_local(async move { set_noted(&session, true).await });
    });
    view! {
        <section class="settings-part" aria-labelledby="spare-title">
            <h2 id="spare-title">{texts::recovery::lost_code(t)}</h2>
            <p>
                {move || if noted.get() { texts::recovery::is_noted(t) } else { texts::recovery::is_not_noted(t) }}
            </p>
            {move || {
                let code = code.get();
                (!code.is_empty()).then(|| view! { <WriteDown code t on_noted /> }.into_any())
            }}
            <details>
            <summary>{texts::recovery::new(t)}</summary>
            <form class="form" on:submit=submit novalidate>
                <p class="quiet">{texts::recovery::new_text(t)}</p>
                <div class="field">
                    <label for="code-password">{texts::account::password(t)}</label>
                    <input
                        id="code-password"
                        type="password"
                        autocomplete="current-password"
                        maxlength=256
                        prop:value=move || password.get()
                        on:input=move |event| password.set(event_target_value(&event))
                    />
                </div>
                <p role="status">{move || said.get()}</p>
                <button type="submit" class="button" aria-disabled=move || busy.get().to_string()>
                    {texts::recovery::new_button(t)}
                </button>
            </form>
            </details>
        </section>
    }
}

/// Without a connection it is asked again on another day: no harm.
pub async fn set_noted(session: &Session<Browser>, noted: bool) {
    recovery::note(session, noted);
    vault::save(session).await.ok();
}
