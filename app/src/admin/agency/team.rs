//! Who works at an agency, what everybody does there, and who is invited.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::Error;
use client::admin::{Change, StaffChange, change_manifest};
use client::trust::Colleague;
use domain::Refusal;
use domain::agency::Roles;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Known, Sheet};
use crate::invitation::making::Invitations;
use crate::invitation::roles::{RoleChoice, in_words};
use crate::team::office::use_office;
use crate::team::problem;
use crate::texts::{Texts, invitation as words};

/// The list, and the open invitations below it.
#[component]
pub fn Team(
    /// The page.
    sheet: Sheet,
    /// What is known of the agency.
    known: Rc<Known>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let session = use_office().desk().session().clone();
    let holds = known.held.root.is_some();
    let everybody = known.agency.everybody();
    let nobody = everybody.is_empty();
    let row = {
        let known = Rc::clone(&known);
        move |one: Colleague| view! { <Member sheet known=Rc::clone(&known) one t /> }.into_any()
    };
    let on_changed = Callback::new(move |said| sheet.done(said));
    view! {
        <p id="saved" tabindex="-1" role="status">{move || sheet.said.get()}</p>
        {(!holds).then(|| view! { <p class="notice">{words::team_key_missing(t)}</p> }.into_any())}
        <section aria-labelledby="team-title">
            <h2 id="team-title">{words::team_title(t)}</h2>
            {nobody.then(|| view! { <p class="quiet">{words::team_none(t)}</p> }.into_any())}
            <ul class="admin-rows">{everybody.into_iter().map(row).collect_view()}</ul>
        </section>
        <Invitations session known on_changed t />
    }
}

/// One person; who holds the root can change what the person does, and end it.
#[component]
fn Member(sheet: Sheet, known: Rc<Known>, one: Colleague, t: Texts) -> impl IntoView {
    let office = use_office();
    let is_me = office.desk().session().account() == one.account;
    let holds = known.held.root.is_some();
    // What is held beside what is chosen here stays.
    let kept = Roles(one.roles.0 & Roles::ASSOCIATION_ADMIN.0);
    let roles = RwSignal::new(Roles(one.roles.0 & !kept.0));
    let said = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let known = StoredValue::new(known);
    let account = one.account;
    let publish = move |change: StaffChange, done: &'static str| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set(String::new());
        let (desk, known) = (office.desk(), known.get_value());
        spawn_local(async move {
            let Some(root) = &known.held.root else { return };
            let change = Change {
                staff: vec![change],
                ..Change::default()
            };
            let published = change_manifest(desk.session(), root, &known.agency, &change).await;
            busy.try_set(false);
            match published {
                Ok(()) => sheet.done(done),
                Err(Error::Refused(Refusal::VersionOutdated)) => sheet.done(words::newer(t)),
                Err(error) => drop(said.try_set(problem(t, &error))),
            }
        });
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = roles.get_untracked().and(kept);
        if chosen == Roles::default() {
            return said.set(words::roles_none(t).to_owned());
        }
        let change = StaffChange::Roles {
            account,
            roles: chosen,
        };
        publish(change, words::saved(t));
    };
    let remove = move |_| publish(StaffChange::Leave { account }, words::removed(t));
    let name = one.name.clone();
    let of = {
        let name = name.clone();
        move |label: &'static str| {
            view! { {label}<span class="visually-hidden">" ("{name.clone()}")"</span> }.into_any()
        }
    };
    let held = move || {
        view! {
            <div class="team-member">
                <details>
                    <summary>{of(words::roles_change(t))}</summary>
                    <form class="form" on:submit=save novalidate>
                        <RoleChoice id="" legend=words::roles_of(t, name.clone()) roles t />
                        <button type="submit" class="button" aria-disabled=move || busy.get().then_some("true")>
                            {words::roles_save(t)}
                        </button>
                    </form>
                </details>
                <details>
                    <summary>{of(words::remove(t))}</summary>
                    <p>{words::remove_text(t, name.clone())}</p>
                    {is_me.then(|| view! { <p><strong>{words::remove_self(t)}</strong></p> }.into_any())}
                    <button type="button" class="button button-danger" aria-disabled=move || busy.get().then_some("true") on:click=remove>
                        {words::remove_button(t, name.clone())}
                    </button>
                </details>
                <p role="alert">{move || said.get()}</p>
            </div>
        }
        .into_any()
    };
    view! {
        <li class="admin-row">
            <b><bdi>{one.name}</bdi></b>
            <span class="quiet">{in_words(t, one.roles)}</span>
            {holds.then(held)}
        </li>
    }
}
