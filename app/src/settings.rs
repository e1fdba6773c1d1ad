//! What a person can decide for the own account: a switch each, with a sentence that says what it does.

use crate::reactive::{RwSignal, StoredValue};
use client::settings::{self, Switch};
use client::{Error, Session};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::Browser;
use crate::texts::{self, Texts};

/// All switches. What could not be saved is said in `words`.
#[component]
pub fn Switches(
    /// Whose account.
    session: Session<Browser>,
    /// The words.
    t: Texts,
    /// What went wrong, in words.
    words: fn(Texts, &Error) -> String,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let session = StoredValue::new(session);
    let switch =
        move |switch: Switch, id: &'static str, name: &'static str, about: &'static str| {
            let about_id = [id, "-about"].concat();
            let turn = move |event| {
                let (session, on) = (session.get_value(), event_target_checked(&event));
                said.set(String::new());
                spawn_local(async move {
                    let turned = settings::turn(&session, switch, on).await;
                    said.try_set(match turned {
                        Ok(()) => texts::settings::saved(t).to_owned(),
                        Err(error) => words(t, &error),
                    });
                });
            };
            view! {
                <div class="switch">
                    <input
                        type="checkbox"
                        role="switch"
                        id=id
                        aria-describedby=about_id.clone()
                        prop:checked=session.with_value(|session| settings::is_on(session, switch))
                        on:change=turn
                    />
                    <label for=id>{name}</label>
                    <p class="quiet" id=about_id>{about}</p>
                </div>
            }
            .into_any()
        };
    view! {
        <p>{texts::settings::lead(t)}</p>
        <div class="switches">
            {switch(Switch::ReadMarks, "read-marks", texts::settings::read_marks(t), texts::settings::read_marks_text(t))}
            {switch(Switch::Typing, "typing", texts::settings::typing(t), texts::settings::typing_text(t))}
        </div>
        <p role="status">{move || said.get()}</p>
    }
}
