//! Who can sign for an agency: the holders of its root.

use std::rc::Rc;

use crate::reactive::RwSignal;
use client::admin::{Change, change_manifest};
use domain::id::AccountId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Known, Sheet};
use crate::team::office::use_office;
use crate::team::problem;
use crate::texts::{Texts, admin as words, app};

/// The list, and giving the root to the association's other admins.
#[component]
pub fn Keys(
    /// The page.
    sheet: Sheet,
    /// What is known of the agency.
    known: Rc<Known>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let name = {
        let known = Rc::clone(&known);
        move |account: AccountId| -> String {
            let listed = known.agency.person(account).map(str::to_owned);
            let admin = || {
                let association = known.association.as_ref()?;
                let mut admins = association.admins();
                let found = admins.find(|(one, _)| *one == account)?;
                Some(found.1.to_owned())
            };
            listed
                .or_else(admin)
                .unwrap_or_else(|| words::somebody(t).to_owned())
        }
    };
    let holders = known.held.holders.clone();
    let alone = holders.len() < 2;
    let rows: Vec<_> = holders
        .iter()
        .map(|holder| {
            view! { <li class="admin-row"><b><bdi>{name(*holder)}</bdi></b></li> }.into_any()
        })
        .collect();
    let others = others(&known);
    view! {
        <section class="admin-part" aria-labelledby="keys-title">
            <h2 id="keys-title" tabindex="-1">{words::tab_keys(t)}</h2>
            <p>{words::keys_about(t)}</p>
            {alone.then(|| view! { <p class="notice notice-problem">{words::keys_alone(t)}</p> }.into_any())}
            <ul class="admin-rows">{rows.into_iter().collect_view()}</ul>
            {(!others.is_empty()).then(|| view! { <Share sheet known others t /> }.into_any())}
        </section>
    }
}

/// Admins of the association who do not hold the root and whose keys are known.
fn others(known: &Known) -> Vec<(AccountId, String)> {
    let Some(association) = known
        .association
        .as_ref()
        .filter(|_| known.held.root.is_some())
    else {
        return Vec::new();
    };
    let admins = association.admins();
    let missing = admins.filter(|(account, _)| !known.held.holders.contains(account));
    missing
        .map(|(account, name)| (account, name.to_owned()))
        .collect()
}

#[component]
fn Share(
    sheet: Sheet,
    known: Rc<Known>,
    others: Vec<(AccountId, String)>,
    t: Texts,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let names: Vec<_> = others.iter().map(|(_, name)| name.clone()).collect();
    let accounts: Vec<_> = others.iter().map(|(account, _)| *account).collect();
    let give = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set(app::wait(t).to_owned());
        let (known, accounts) = (Rc::clone(&known), accounts.clone());
        let desk = use_office().desk();
        spawn_local(async move {
            let change = Change {
                holders: known
                    .association
                    .as_ref()
                    .map(|association| association.records(&accounts))
                    .unwrap_or_default(),
                ..Change::default()
            };
            let done = match &known.held.root {
                Some(root) => change_manifest(desk.session(), root, &known.agency, &change).await,
                None => Ok(()),
            };
            busy.try_set(false);
            match done {
                Ok(()) => {
                    said.try_set(words::keys_given(t).to_owned());
                    sheet.load();
                }
                Err(error) => drop(said.try_set(problem(t, &error))),
            }
        });
    };
    view! {
        <p>{words::keys_others(t, names.join(", "))}</p>
        <button type="button" class="button" aria-disabled=move || busy.get().then_some("true") on:click=give>
            {words::keys_give(t)}
        </button>
        <p role="status">{move || said.get()}</p>
    }
}
