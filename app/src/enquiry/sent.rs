//! The message has arrived: what now, and how to come back.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::account::sign_in::sign_out;
use crate::recovery::lost::Noted;
use crate::screen::history::Screen;
use crate::screen::{App, Heading};
use crate::texts::{self, Texts};

/// The screen after sending.
#[component]
pub fn Sent(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let Some(note) = app.sent.get_untracked() else {
        return ().into_any();
    };
    let conversation = note.conversation;
    let is_new = !note.user_name.is_empty();
    let password = if note.passphrase.is_empty() {
        view! { <dd class="quiet">{texts::enquiry::sent_own(t)}</dd> }.into_any()
    } else {
        view! { <dd class="secret">{note.passphrase}</dd> }.into_any()
    };
    let back = is_new.then(|| {
        view! {
            <section class="card" aria-labelledby="back-title">
                <h2 id="back-title">{texts::enquiry::sent_back(t)}</h2>
                <p>{texts::enquiry::sent_back_text(t)}</p>
                <dl class="access">
                    <dt>{texts::account::user_name(t)}</dt>
                    <dd class="secret">{note.user_name}</dd>
                    <dt>{texts::account::password(t)}</dt>
                    {password}
                </dl>
                <p>{texts::enquiry::sent_paper(t)}</p>
            </section>
        }
        .into_any()
    });
    let open = move |_| {
        app.code.set(String::new());
        app.sent.set(None);
        app.places.replace(Screen::Conversation(conversation));
    };
    let done = move |_| {
        app.code.set(String::new());
        app.sent.set(None);
        spawn_local(sign_out(app));
    };
    view! {
        <Heading>{texts::enquiry::sent_title(t)}</Heading>
        <p class="lead">{texts::enquiry::sent_lead(t, note.agency)}</p>
        {back}
        {is_new.then(|| view! { <Noted app t /> }.into_any())}
        <section class="next" aria-labelledby="next-title">
            <h2 id="next-title">{texts::enquiry::next(t)}</h2>
            <ol>
                <li>{texts::enquiry::next_read(t)}</li>
                <li>{texts::enquiry::next_answer(t)}</li>
                <li>{texts::enquiry::next_back(t)}</li>
            </ol>
            <p class="quiet">{texts::enquiry::next_urgent(t)}</p>
        </section>
        <div class="buttons">
            <button type="button" class="button" on:click=open>{texts::enquiry::sent_open(t)}</button>
            <button type="button" class="button-quiet" on:click=done>{texts::enquiry::sent_done(t)}</button>
        </div>
    }
    .into_any()
}
