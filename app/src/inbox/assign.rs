//! Saying who is to take an enquiry.

use client::trust::Colleague;
use domain::agency::Roles;
use domain::id::{AccountId, AgencyId, ConversationId};
use domain::inbox::Assigned;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::reactive::RwSignal;
use crate::team::announce::use_announcer;
use crate::team::office::use_office;
use crate::team::problem;
use crate::texts::{Texts, inbox};

/// A choice among those who may take it.
#[component]
pub fn Assign(
    /// Which.
    conversation: ConversationId,
    /// Where it waits.
    agency: AgencyId,
    /// For whom it is meant now.
    assigned: Option<Assigned>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let announcer = use_announcer();
    let trouble = RwSignal::new(None::<String>);
    let accepts = Roles::INBOX.and(Roles::COUNSELLOR);
    let listed = office
        .agency(agency)
        .map(|agency| agency.colleagues())
        .unwrap_or_default();
    let listed: Vec<Colleague> = listed
        .into_iter()
        .filter(|one| one.roles.has(accepts))
        .collect();
    let accounts: Vec<AccountId> = listed.iter().map(|one| one.account).collect();
    let now = assigned.map(|assigned| assigned.to);
    let choose = move |value: String| {
        let to = value
            .parse()
            .ok()
            .and_then(|at: usize| accounts.get(at).copied());
        trouble.set(None);
        spawn_local(async move {
            match office.desk().assign(conversation, to).await {
                Ok(()) => announcer.say(inbox::assigned(t)),
                Err(error) => {
                    trouble.try_set(Some(problem(t, &error)));
                }
            }
        });
    };
    let options = listed.into_iter().enumerate().map(|(at, one)| {
        let is_now = now == Some(one.account);
        view! { <option value=at.to_string() selected=is_now>{one.name}</option> }.into_any()
    });
    view! {
        <div class="assign">
            <label for="assign">{inbox::assign(t)}</label>
            <select id="assign" aria-describedby="assign-hint" on:change:target=move |event| choose(event.target().value())>
                <option value="">{inbox::assign_nobody(t)}</option>
                {options.collect_view()}
            </select>
            <p id="assign-hint" class="quiet">{inbox::assign_hint(t)}</p>
            {move || trouble.get().map(|text| view! { <p class="notice notice-problem" role="alert">{text}</p> }.into_any())}
        </div>
    }
}
