//! Accepting: says before what it means, then does it; one wins, the other reads who was faster.

use crate::reactive::RwSignal;
use client::inbox::Accepted;
use client::trust::Colleague;
use domain::id::{AccountId, AgencyId, ConversationId};
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use super::enquiry::Outcome;
use super::promise;
use crate::team::announce::use_announcer;
use crate::team::keys::{self, Action};
use crate::team::office::use_office;
use crate::team::place::List;
use crate::team::{problem, when};
use crate::texts::{Texts, inbox};

/// What accepting means, and the button.
#[component]
pub fn Accept(
    /// Which.
    conversation: ConversationId,
    /// Which agency.
    agency: AgencyId,
    /// When it arrived.
    received: Timestamp,
    /// What becomes of it.
    outcome: RwSignal<Outcome>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let announcer = use_announcer();
    let navigate = use_navigate();
    let trouble = RwSignal::new(None::<String>);
    let me = office.desk().session().account();
    let agency = office.agency(agency);
    let of_agency = |read: &dyn Fn(&client::trust::Agency) -> Vec<Colleague>| {
        agency
            .as_ref()
            .map(|agency| read(agency))
            .unwrap_or_default()
    };
    let deputies = of_agency(&|agency| agency.deputies(me));
    let along: Vec<String> = of_agency(&|agency| agency.along())
        .into_iter()
        .filter(|one| one.account != me)
        .map(|one| one.name)
        .collect();
    let deputy = RwSignal::new(deputies.first().map(|one| one.account));
    let is_running = move || outcome.get() == Outcome::Accepting;
    let accept = move |_| {
        if outcome.get_untracked() != Outcome::Open {
            return;
        }
        outcome.set(Outcome::Accepting);
        trouble.set(None);
        let navigate = navigate.clone();
        let wished = deputy.get_untracked();
        spawn_local(async move {
            match office.desk().accept(conversation, wished).await {
                Ok(Accepted::Mine) => {
                    announcer.say(inbox::accepted(t));
                    navigate(&List::Mine.entry(conversation), Default::default());
                }
                Ok(Accepted::Taken { by }) => {
                    outcome.try_set(Outcome::Taken(by));
                }
                Err(error) => {
                    outcome.try_set(Outcome::Open);
                    trouble.try_set(Some(problem(t, &error)));
                }
            }
        });
    };
    let promise = inbox::accept_promise(
        t,
        when::day(t, promise::promised(received, when::offset(received))),
    );
    view! {
        <section class="accept" aria-labelledby="accept-title">
            <div class="accept-says">
                <h2 id="accept-title">{inbox::accept_title(t)}</h2>
                <ul class="accept-what">
                    <li>{inbox::accept_you(t)}</li>
                    <li><Deputy deputies deputy t /></li>
                    {(!along.is_empty()).then(|| view! { <li>{inbox::accept_along(t, along.join(", "))}</li> }.into_any())}
                    <li>{inbox::accept_others(t)}</li>
                    <li>{promise}</li>
                </ul>
            </div>
            {move || trouble.get().map(|text| view! { <p class="notice notice-problem" role="alert">{text}</p> }.into_any())}
            <button
                type="button"
                class="button button-primary accept-button"
                data-accept
                aria-disabled=move || is_running().then_some("true")
                on:click=accept
            >
                {move || if is_running() { inbox::accept_running(t) } else { inbox::accept(t) }}
                " "
                <kbd aria-hidden="true">{keys::key(Action::Accept)}</kbd>
            </button>
        </section>
    }
}

/// Who stands in: named before, and to be chosen where there are several.
#[component]
fn Deputy(
    deputies: Vec<Colleague>,
    deputy: RwSignal<Option<AccountId>>,
    t: Texts,
) -> impl IntoView {
    match deputies.as_slice() {
        [] => inbox::accept_deputy_none(t).into_any(),
        [one] => inbox::accept_deputy(t, &one.name).into_any(),
        _ => {
            let names: Vec<_> = deputies.iter().map(|one| one.name.clone()).collect();
            let choose = move |number: String| {
                let chosen = number
                    .parse()
                    .ok()
                    .and_then(|at: usize| deputies.get(at))
                    .map(|one| one.account);
                if chosen.is_some() {
                    deputy.set(chosen);
                }
            };
            view! {
                <label class="accept-deputy">
                    <span>{inbox::accept_deputy_choose(t)}</span>
                    <select on:change:target=move |event| choose(event.target().value())>
                        {names.into_iter().enumerate().map(|(at, name)| view! { <option value=at.to_string()>{name}</option> }.into_any()).collect_view()}
                    </select>
                </label>
            }
            .into_any()
        }
    }
}
