//! Links and QR codes of the own agencies: for a flyer, a web page, or a card that a counsellor hands out.

use std::rc::Rc;

use crate::reactive::{Memo, RwSignal};
use client::trust::Agency;
use domain::agency::Roles;
use domain::id::AccountId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::picture::picture;
use crate::team::office::use_office;
use crate::team::place::Place;
use crate::texts::{Texts, team as words};

/// The page of links.
#[component]
pub fn Links(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let agencies = move || {
        if office.loaded.get() {
            office.desk().agencies()
        } else {
            Vec::new()
        }
    };
    let me = office.desk().session().account();
    view! {
        <article class="links">
            <a class="back" href=Place::SETTINGS>{words::links_back(t)}</a>
            <h1>{words::links(t)}</h1>
            <p>{words::links_lead(t)}</p>
            {move || match (office.loaded.get(), agencies()) {
                (false, _) => view! { <p class="waiting">{crate::texts::inbox::loading(t)}</p> }.into_any(),
                (true, own) if own.is_empty() => view! { <p>{words::links_none(t)}</p> }.into_any(),
                (true, own) => own
                    .into_iter()
                    .map(|agency| view! { <OfAgency agency me t /> }.into_any())
                    .collect_view()
                    .into_any(),
            }}
        </article>
    }
}

#[component]
fn OfAgency(agency: Rc<Agency>, me: AccountId, t: Texts) -> impl IntoView {
    let office = use_office();
    let offered: Vec<_> = agency
        .profile()
        .topics
        .iter()
        .map(|offer| offer.topic)
        .collect();
    let counsels = agency.roles(me).has(Roles::COUNSELLOR);
    let id = agency.id().to_hex();
    let field = ["links-topic-", &id].concat();
    let chosen = RwSignal::new(String::new());
    let address = move |person: bool| {
        let origin = window().location().origin().unwrap_or_default();
        let mut link = [&origin, "/app#agency=", &id].concat();
        if person {
            link.push_str("&counsellor=");
            link.push_str(&me.to_hex());
        }
        chosen.with(|slug| {
            if !slug.is_empty() {
                link.push_str("&topic=");
                link.push_str(slug);
            }
        });
        link
    };
    let of_agency = Memo::new({
        let address = address.clone();
        move |_| address(false)
    });
    let personal = Memo::new(move |_| address(true));
    let options = move || {
        let topics = office.topics().into_iter();
        let mine = topics.filter(|topic| offered.contains(&topic.id));
        mine.map(|topic| view! { <option value=topic.slug>{topic.title}</option> }.into_any())
            .collect_view()
    };
    view! {
        <section class="links-agency">
            <h2><bdi>{agency.name().to_owned()}</bdi></h2>
            <div class="field">
                <label for=field.clone()>{words::links_topic(t)}</label>
                <select id=field on:change=move |event| chosen.set(event_target_value(&event))>
                    <option value="">{words::links_any(t)}</option>
                    {options}
                </select>
            </div>
            <div class="links-pair">
                <Link title=words::links_agency(t) link=of_agency t />
                {counsels.then(|| view! { <Link title=words::links_person(t) link=personal t /> }.into_any())}
            </div>
        </section>
    }
}

#[component]
fn Link(title: &'static str, link: Memo<String>, t: Texts) -> impl IntoView {
    let copied = RwSignal::new("");
    let copy = move |_| {
        spawn_local(async move {
            let done = window()
                .navigator()
                .clipboard()
                .write_text(&link.get_untracked());
            let done = wasm_bindgen_futures::JsFuture::from(done).await;
            copied.try_set(match done {
                Ok(_) => words::links_copied(t),
                Err(_) => words::links_copy_failed(t),
            });
        });
    };
    view! {
        <div class="link-card">
            <h3>{title}</h3>
            {move || link.with(|link| picture(link, words::links_code(t, title)))}
            <p class="link-text">{move || link.get()}</p>
            <button type="button" class="button button-quiet" on:click=copy>{words::links_copy(t)}</button>
            <p class="quiet" role="status">{move || copied.get()}</p>
        </div>
    }
}
