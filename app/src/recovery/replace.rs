//! Settings: whether the code was written down, and another one.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::{Error, Session, recovery, vault};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::code::WriteDown;
use crate::account::confirm::{Confirm, Run, Step};
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
    let session = StoredValue::new(session);
    let step = Step {
        id: "code-password",
        title: texts::recovery::new(t),
        about: texts::recovery::new_text(t),
        button: texts::recovery::new_button(t),
        danger: false,
    };
    let run: Run = Rc::new(move |secret| {
        let session = session.get_value();
        Box::pin(async move {
            let made = recovery::make(session.client());
            recovery::replace(&session, secret, &made).await?;
            set_noted(&session, false).await;
            noted.try_set(false);
            code.try_set(made.to_text().to_string());
            request_animation_frame(|| focus_id("code-title"));
            Ok(())
        })
    });
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
            <Confirm step t words run />
        </section>
    }
}

/// Without a connection it is asked again on another day: no harm.
pub async fn set_noted(session: &Session<Browser>, noted: bool) {
    recovery::note(session, noted);
    vault::save(session).await.ok();
}
