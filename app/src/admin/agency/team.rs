//! Who works at an agency.

use std::rc::Rc;

use domain::agency::Roles;
use leptos::prelude::*;

use super::{Known, Sheet};
use crate::texts::{Texts, admin as words};

/// The list.
#[component]
pub fn Team(
    /// The page.
    sheet: Sheet,
    /// What is known of the agency.
    known: Rc<Known>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let _ = sheet;
    let row = move |one: client::trust::Colleague| {
        view! {
            <li class="admin-row">
                <b><bdi>{one.name}</bdi></b>
                <span class="quiet">{roles(t, one.roles)}</span>
            </li>
        }
        .into_any()
    };
    let everybody = known.agency.everybody();
    view! {
        <section aria-labelledby="team-title">
            <h2 id="team-title">{words::tab_team(t)}</h2>
            <ul class="admin-rows">{everybody.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

/// Roles in words.
#[must_use]
pub fn roles(t: Texts, roles: Roles) -> String {
    let all = [
        (Roles::COUNSELLOR, words::role_counsellor(t)),
        (Roles::INBOX, words::role_inbox(t)),
        (Roles::LEAD, words::role_lead(t)),
        (Roles::AGENCY_ADMIN, words::role_agency_admin(t)),
        (Roles::ASSOCIATION_ADMIN, words::role_association_admin(t)),
        (Roles::DEPUTY, words::role_deputy(t)),
        (Roles::SUPERVISOR, words::role_supervisor(t)),
        (Roles::PEER, words::role_peer(t)),
        (Roles::MODERATOR, words::role_moderator(t)),
    ];
    let held = all.into_iter().filter(|(role, _)| roles.has(*role));
    held.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}
