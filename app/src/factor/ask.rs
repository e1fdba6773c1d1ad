//! What is asked for after the password, wherever that was typed: a dialog with one field, and the device itself.

use std::cell::RefCell;
use std::rc::Rc;

use crate::reactive::{RwSignal, effect};
use client::signal::Bell;
use client::world::Asked;
use domain::account::Secretive;
use domain::factor::Answer;
use leptos::html;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::passkey;
use crate::screen::inner::Later;
use crate::texts::{self, Texts, factor as words};

/// Asks, and waits for the answer; none if the person closes the dialog.
#[must_use]
pub fn ask(t: Texts, asked: Asked) -> Later<Option<Answer>> {
    Box::pin(wait(t, asked))
}

async fn wait(t: Texts, asked: Asked) -> Option<Answer> {
    let closed = Rc::new(Bell::default());
    let answer = Rc::new(RefCell::new(None));
    let body = document().body()?;
    let shown = {
        let (closed, answer) = (Rc::clone(&closed), Rc::clone(&answer));
        mount_to(body, move || dialog(t, asked, answer, closed))
    };
    closed.heard().await;
    drop(shown);
    answer.take()
}

fn dialog(
    t: Texts,
    Asked { passkey, again }: Asked,
    answer: Rc<RefCell<Option<Answer>>>,
    closed: Rc<Bell>,
) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    let code = RwSignal::new(String::new());
    let said = RwSignal::new(if again { words::wrong(t) } else { "" });
    effect(move || {
        if let Some(dialog) = node.get() {
            // Throws only for a dialog that is open already.
            drop(dialog.show_modal());
        }
    });
    let close = move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    };
    let device = passkey.map(|options| {
        let answer = Rc::clone(&answer);
        let press = move |_| {
            let (options, answer) = (options.clone(), Rc::clone(&answer));
            spawn_local(async move {
                match passkey::show(&options).await {
                    Ok(said) => {
                        answer.replace(Some(Answer::Passkey(Secretive(said))));
                        close();
                    }
                    Err(passkey::NoAnswer) => drop(said.try_set(words::passkey_failed(t))),
                }
            });
        };
        view! { <button type="button" class="button" on:click=press>{words::use_passkey(t)}</button> }
            .into_any()
    });
    // The form closes the dialog.
    let submit = move |_| drop(answer.replace(Some(Answer::Code(Secretive(code.get_untracked())))));
    view! {
        <dialog class="stay" aria-labelledby="factor-ask" node_ref=node on:close=move |_| closed.ring()>
            <h2 id="factor-ask">{words::title(t)}</h2>
            <p id="factor-text">{words::ask(t)}</p>
            <p class="fault" id="factor-said" role="alert">{move || said.get()}</p>
            <form method="dialog" class="form" on:submit=submit>
                <div class="field">
                    <label for="factor">{words::code(t)}</label>
                    <input
                        id="factor"
                        type="text"
                        class="code-field"
                        autocomplete="one-time-code"
                        autocapitalize="characters"
                        spellcheck="false"
                        maxlength="30"
                        required=true
                        autofocus
                        aria-describedby="factor-text factor-said"
                        on:input=move |event| code.set(event_target_value(&event))
                    />
                </div>
                <div class="buttons">
                    <button class="button button-main button-primary">{texts::app::next(t)}</button>
                    {device}
                    <button type="button" class="button button-quiet" on:click=move |_| close()>{words::cancel(t)}</button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}
