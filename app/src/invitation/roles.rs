//! Roles in words.

use domain::agency::Roles;

use crate::texts::{Texts, invitation as words};

/// Roles that are chosen for somebody at an agency, in the order in which they are shown.
pub const CHOSEN: [(Roles, fn(Texts) -> &'static str); 8] = [
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
