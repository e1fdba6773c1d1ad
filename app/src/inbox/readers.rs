//! Who can read this: verified names, and what each of them is.

use client::trust::Colleague;
use domain::agency::Roles;
use domain::id::AgencyId;
use leptos::prelude::*;

use crate::team::office::use_office;
use crate::texts::{Texts, inbox};

/// Who reads an agency's inbox.
#[component]
pub fn AgencyReaders(
    /// Which agency.
    agency: AgencyId,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let me = office.desk().session().account();
    let team = office
        .agency(agency)
        .map(|agency| agency.inbox_team())
        .unwrap_or_default();
    let rows = team.into_iter().map(
        |Colleague {
             account,
             name,
             roles,
         }| {
            let name = if account == me {
                inbox::reader_you(t, name)
            } else {
                name
            };
            view! { <Row name role=listed(t, roles) /> }.into_any()
        },
    );
    view! {
        <details class="readers">
            <summary>{inbox::readers_waiting_title(t)}</summary>
            <p>{inbox::readers_waiting(t)}</p>
            <ul class="people">{rows.collect_view()}</ul>
            <p class="quiet">{inbox::readers_checked(t)}</p>
        </details>
    }
}

#[component]
fn Row(name: String, role: &'static str) -> impl IntoView {
    view! {
        <li>
            <bdi>{name}</bdi>
            <span class="quiet">{role}</span>
        </li>
    }
}

/// The most telling of somebody's roles in an agency.
fn listed(t: Texts, roles: Roles) -> &'static str {
    match roles {
        roles if roles.has(Roles::LEAD) => inbox::role_lead(t),
        roles if roles.has(Roles::SUPERVISOR) => inbox::role_supervisor(t),
        roles if roles.has(Roles::DEPUTY) => inbox::role_deputy(t),
        roles if roles.has(Roles::COUNSELLOR) => inbox::role_counsellor(t),
        _ => inbox::role_inbox(t),
    }
}
