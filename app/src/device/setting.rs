//! The setting: what an own device gives, what it costs, and how it ends.

use std::rc::Rc;

use client::Error;
use client::desk::{Desk, Side};
use domain::Refusal;
use domain::password::is_phrase;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::account::confirm::{Confirm, Run, Step};
use crate::browser::{Browser, device};
use crate::reactive::{RwSignal, StoredValue};
use crate::screen::fault::{self, focus_id};
use crate::screen::inner::Later;
use crate::texts::{Texts, device as words};

/// What a desk does for it, whichever side it is.
#[derive(Clone)]
pub struct Owned {
    own: Run,
    foreign: Rc<dyn Fn() -> Later<()>>,
    is_own: bool,
}

impl Owned {
    /// By this desk; `told` is called with whether it is an own device from now on.
    pub fn by<S: Side>(desk: Desk<Browser, S>, told: impl Fn(bool) + Copy + 'static) -> Self {
        let is_own = desk.session().is_own_device();
        let other = desk.clone();
        Self {
            own: Rc::new(move |password| {
                let desk = desk.clone();
                Box::pin(async move {
                    if !is_phrase(&password.0) {
                        return Err(Error::Refused(Refusal::Malformed));
                    }
                    desk.own_device(password).await?;
                    told(true);
                    device::keep_program().await;
                    Ok(())
                })
            }),
            foreign: Rc::new(move || {
                let desk = other.clone();
                Box::pin(async move {
                    desk.foreign_device().await;
                    told(false);
                })
            }),
            is_own,
        }
    }
}

/// Why it cannot be turned on, in words.
fn problem(t: Texts, error: &Error) -> String {
    match error {
        Error::Refused(Refusal::Malformed) => words::short(t).to_owned(),
        Error::Refused(Refusal::NotAllowed) => words::taken(t).to_owned(),
        Error::Storage => words::no_room(t).to_owned(),
        other => fault::words(t, other),
    }
}

/// The section.
#[component]
pub fn OwnDevice(
    /// What is done.
    owned: Owned,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let is_own = RwSignal::new(owned.is_own);
    let said = RwSignal::new("");
    let owned = StoredValue::new(owned);
    let turn_on = move || {
        let run: Run = Rc::new(move |password| {
            let turning = owned.with_value(|owned| (owned.own)(password));
            Box::pin(async move {
                turning.await?;
                is_own.try_set(true);
                said.try_set(words::turned_on(t));
                focus_id("device-title");
                Ok(())
            })
        });
        let step = Step {
            id: "device-password",
            title: words::own(t),
            about: words::home(t),
            button: words::button(t),
            danger: false,
        };
        let facts = [words::gives(t), words::costs(t), words::ends(t)];
        let facts = facts.map(|fact| view! { <p>{fact}</p> }.into_any());
        let before = Some(facts.into_iter().collect_view().into_any());
        view! { <Confirm step t words=problem run before /> }.into_any()
    };
    let forget = move |_| {
        let going = owned.with_value(|owned| (owned.foreign)());
        spawn_local(async move {
            going.await;
            is_own.try_set(false);
            said.try_set(words::forgotten(t));
            focus_id("device-title");
        });
    };
    let turn_off = move || {
        view! {
            <p>{words::ends(t)}</p>
            <button type="button" class="button" on:click=forget>{words::forget(t)}</button>
        }
        .into_any()
    };
    view! {
        <section class="settings-part" aria-labelledby="device-title">
            <h2 id="device-title" tabindex="-1">{words::title(t)}</h2>
            <p>{move || if is_own.get() { words::on(t) } else { words::off(t) }}</p>
            {move || if is_own.get() { turn_off() } else { turn_on() }}
            <p role="status">{move || said.get()}</p>
        </section>
    }
}
