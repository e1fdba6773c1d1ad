//! Who can read a conversation, by verified names.

use client::conversation::{Person, Role};
use leptos::prelude::*;

use crate::texts::{self, Texts};

/// What a member does, in words.
#[must_use]
pub fn role_words(t: Texts, role: Role) -> &'static str {
    match role {
        Role::Seeker => texts::conversation::role_seeker(t),
        Role::Inbox => texts::conversation::role_inbox(t),
        Role::Counsellor | Role::CoCounsellor | Role::Moderator => {
            texts::conversation::role_counsellor(t)
        }
        Role::Deputy => texts::conversation::role_deputy(t),
        Role::Reader | Role::Participant => texts::conversation::role_reader(t),
    }
}

/// The names, folded away until somebody wants to know. `inbox` are those who can open it while it waits.
#[component]
pub fn People(
    /// The members of the newest epoch.
    members: Vec<Person>,
    /// While nobody has accepted: the names of those who can.
    #[prop(default = Vec::new())]
    inbox: Vec<String>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let row = |name: String, role: &'static str| {
        view! {
            <li>
                <bdi>{name}</bdi>
                " "
                <span class="quiet">{role}</span>
            </li>
        }
        .into_any()
    };
    let own = |person: &Person| person.own.then(|| texts::conversation::own(t).to_owned());
    let members = members.into_iter().map(|person| {
        let name = own(&person).unwrap_or_else(|| person.name.clone());
        row(name, role_words(t, person.role))
    });
    let inbox = inbox
        .into_iter()
        .map(|name| row(name, texts::conversation::role_inbox(t)));
    view! {
        <details class="people">
            <summary>{texts::conversation::readers(t)}</summary>
            <p>{texts::conversation::readers_lead(t)}</p>
            <ul class="names">{members.collect_view()} {inbox.collect_view()}</ul>
            <p class="quiet">{texts::conversation::readers_not(t)}</p>
        </details>
    }
}
