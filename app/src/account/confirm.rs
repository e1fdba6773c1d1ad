//! What needs the password once more.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::Error;
use domain::Refusal;
use domain::account::Secretive;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::password::normalised;
use crate::screen::fault::focus_id;
use crate::screen::inner::Later;
use crate::texts::{self, Texts};

/// What is done with the password that was typed.
pub type Run = Rc<dyn Fn(Secretive) -> Later<Result<(), Error>>>;

/// The words of such a step.
#[derive(Clone, Copy)]
pub struct Step {
    /// Names the field; one of them a page.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What it does.
    pub about: &'static str,
    /// The button.
    pub button: &'static str,
    /// Whether it cannot be taken back.
    pub danger: bool,
}

/// Folded away: a sentence, the password, one button.
#[component]
pub fn Confirm(
    /// The words.
    step: Step,
    /// The language.
    t: Texts,
    /// What went wrong, in words.
    words: fn(Texts, &Error) -> String,
    /// What is done.
    run: Run,
    /// What stands above the password.
    #[prop(default = None)]
    before: Option<AnyView>,
) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let run = StoredValue::new(run);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set(texts::app::wait(t).to_owned());
        let secret = Secretive(normalised(&password.get_untracked()));
        let running = run.with_value(|run| run(secret));
        spawn_local(async move {
            let told = match running.await {
                Ok(()) => {
                    password.try_set(String::new());
                    String::new()
                }
                Err(Error::Refused(Refusal::WrongCredentials)) => {
                    focus_id(step.id);
                    texts::recovery::wrong_password(t).to_owned()
                }
                Err(error) => words(t, &error),
            };
            said.try_set(told);
            busy.try_set(false);
        });
    };
    let class = if step.danger {
        "button button-danger"
    } else {
        "button"
    };
    view! {
        <details>
            <summary>{step.title}</summary>
            <form class="form" on:submit=submit novalidate>
                {before}
                <p class="quiet">{step.about}</p>
                <div class="field">
                    <label for=step.id>{texts::account::password(t)}</label>
                    <input
                        id=step.id
                        type="password"
                        autocomplete="current-password"
                        maxlength="256"
                        prop:value=move || password.get()
                        on:input=move |event| password.set(event_target_value(&event))
                    />
                </div>
                <p role="status">{move || said.get()}</p>
                <button type="submit" class=class aria-disabled=move || busy.get().then_some("true")>
                    {step.button}
                </button>
            </form>
        </details>
    }
}
