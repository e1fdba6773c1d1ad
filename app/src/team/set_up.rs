//! The first sign-in of staff: the second factor is set up before anything else.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::factor::{self, Added};
use client::{Error, Session, account};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::problem;
use super::start::{Entrance, Reason};
use crate::browser::Browser;
use crate::factor::codes::Codes;
use crate::factor::passkey;
use crate::factor::seed::NewSeed;
use crate::screen::fault::focus_id;
use crate::texts::{self, Texts, factor as words, team};

/// The screen.
#[component]
pub fn SetUp(
    /// Whose session: it allows nothing else.
    session: Session<Browser>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let entrance = expect_context::<Entrance>();
    let new = NewSeed::make(&session);
    let session = StoredValue::new(session);
    let begun = StoredValue::new(None::<Session<Browser>>);
    let codes = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let passkeys = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(listed) = factor::list(&session.get_value()).await {
            passkeys.try_set(listed.passkeys);
        }
    });
    let done = move |added: Result<Added<Browser>, Error>| {
        busy.try_set(false);
        said.try_set(match added {
            Ok(added) => {
                begun.set_value(added.session);
                codes.try_set(added.spare.0);
                request_animation_frame(|| focus_id("codes-title"));
                String::new()
            }
            Err(error) => {
                focus_id("app-code");
                match error {
                    Error::Refused(domain::Refusal::WrongState) => {
                        words::passkey_failed(t).to_owned()
                    }
                    error => problem(t, &error),
                }
            }
        });
    };
    let start = move || {
        let free = !busy.get_untracked();
        busy.set(true);
        said.set(texts::app::wait(t).to_owned());
        free
    };
    let (seed, code) = (Rc::clone(&new.seed), new.code);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if start() {
            let seed = Rc::clone(&seed);
            spawn_local(async move {
                let code = code.get_untracked();
                done(factor::add_app(&session.get_value(), None, &seed, &code).await);
            });
        }
    };
    let with_device = move |_| {
        if start() {
            spawn_local(async move {
                let session = session.get_value();
                done(match passkey::set_up(&session).await {
                    Ok(made) => factor::add_passkey(&session, None, made).await,
                    Err(error) => Err(error),
                });
            });
        }
    };
    let leave = move |_| {
        spawn_local(async move {
            // Whatever the answer: this tab has forgotten.
            drop(account::sign_out(session.get_value().client()).await);
            entrance.signed_out(Reason::SignedOut);
        });
    };
    let noted = move |_| {
        if let Some(session) = begun.get_value() {
            entrance.signed_in(session);
        }
    };
    view! {
        <main class="team-door">
            <div class="team-door-card">
                <h1 id="heading" tabindex="-1">{words::title(t)}</h1>
                {move || {
                    let codes = codes.get();
                    (!codes.is_empty()).then(|| view! {
                        <Codes codes t />
                        <button type="button" class="button button-primary" on:click=noted>{team::factor_noted(t)}</button>
                    }.into_any())
                }}
                <div hidden=move || codes.with(|codes| !codes.is_empty())>
                    <p>{team::factor_lead(t)}</p>
                    <form class="form" novalidate on:submit=submit>
                        <h2>{team::factor_app(t)}</h2>
                        {new.view(t, new.picture(t))}
                        <p role="status">{move || said.get()}</p>
                        <button type="submit" class="button button-primary" aria-disabled=move || busy.get().then_some("true")>
                            {words::on_button(t)}
                        </button>
                    </form>
                    <section aria-labelledby="device-title">
                        <h2 id="device-title">{team::factor_passkey(t)}</h2>
                        {move || if passkeys.get() {
                            view! {
                                <p>{team::factor_device(t)}</p>
                                <button type="button" class="button" on:click=with_device>{team::factor_add_passkey(t)}</button>
                            }.into_any()
                        } else {
                            view! { <p class="quiet">{team::factor_no_device(t)}</p> }.into_any()
                        }}
                    </section>
                    <p><button type="button" class="button button-quiet" on:click=leave>{team::sign_out(t)}</button></p>
                </div>
            </div>
        </main>
    }
}
