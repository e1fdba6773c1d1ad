//! Roles in words.

use crate::reactive::RwSignal;
use domain::agency::Roles;
use leptos::prelude::*;

use crate::texts::{Texts, invitation as words};

/// The word for a role.
pub type Word = fn(Texts) -> &'static str;

/// Roles that are chosen for somebody at an agency, in the order in which they are shown.
pub const CHOSEN: [(Roles, Word); 8] = [
    (Roles::COUNSELLOR, words::role_counsellor),
    (Roles::INBOX, words::role_inbox),
    (Roles::LEAD, words::role_lead),
    (Roles::DEPUTY, words::role_deputy),
    (Roles::SUPERVISOR, words::role_supervisor),
    (Roles::PEER, words::role_peer),
    (Roles::MODERATOR, words::role_moderator),
    (Roles::AGENCY_ADMIN, words::role_agency_admin),
];

/// All roles of a person.
#[must_use]
pub fn in_words(t: Texts, roles: Roles) -> String {
    let association = (
        Roles::ASSOCIATION_ADMIN,
        words::role_association_admin as fn(Texts) -> &'static str,
    );
    let all = CHOSEN.iter().chain([&association]);
    let held = all.filter(|(role, _)| roles.has(*role));
    let names: Vec<_> = held.map(|(_, name)| name(t)).collect();
    names.join(", ")
}

/// Tasks to tick. They are one group: the message of the form leads to its first box.
#[component]
pub fn RoleChoice(
    /// The id of the first box.
    id: &'static str,
    /// What is chosen.
    legend: String,
    /// The choice.
    roles: RwSignal<Roles>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let tick = move |at: usize, role: Roles, name: &'static str| {
        view! {
            <label class="tick">
                <input
                    id=(at == 0 && !id.is_empty()).then_some(id)
                    type="checkbox"
                    prop:checked=move || roles.with(|held| held.has(role))
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        roles.update(|held| *held = Roles(if on { held.0 | role.0 } else { held.0 & !role.0 }));
                    }
                />
                <span>{name}</span>
            </label>
        }
        .into_any()
    };
    let all = CHOSEN.into_iter().enumerate();
    view! {
        <fieldset class="ticks">
            <legend>{legend}</legend>
            {all.map(|(at, (role, name))| tick(at, role, name(t))).collect_view()}
        </fieldset>
    }
}
