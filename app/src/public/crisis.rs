//! `/notfall`: every number, as large as a thumb.

use domain::language::Language;
use leptos::prelude::*;

use super::Site;
use super::frame::{Here, Page, document};
use crate::components::crisis::{CrisisCards, CrisisLine, LineKind};
use crate::texts;

/// The crisis page.
#[must_use]
pub fn crisis(site: &Site, language: Language) -> String {
    let t = texts::all(language);
    let content = site.content.of(language);
    let page = Page {
        title: texts::public::crisis_title(t).to_owned(),
        description: Some(texts::public::crisis_lead(t).to_owned()),
        here: Here::Crisis,
        class: "crisis",
        path: Some("/notfall".to_owned()),
        t,
    };
    let of = |kind: LineKind| -> Vec<CrisisLine> {
        content
            .crisis
            .iter()
            .filter(|line| line.kind == kind)
            .cloned()
            .collect()
    };
    let (emergency, talk) = (of(LineKind::Emergency), of(LineKind::Talk));
    let silent = content.silent.clone().into_iter().map(|help| {
        view! {
            <li>
                <a href=help.url rel="noreferrer">{help.name}</a>
                <p>{help.about}</p>
            </li>
        }
    });
    document(site, language, page, || {
        view! {
            <h1>{texts::public::crisis_title(t)}</h1>
            <p class="lead">{texts::public::crisis_lead(t)}</p>
            <h2>{texts::crisis::emergency(t)}</h2>
            <CrisisCards lines=emergency />
            <p>{texts::public::crisis_locate(t)}</p>
            <h2>{texts::crisis::talk(t)}</h2>
            <CrisisCards lines=talk />
            <h2>{texts::crisis::silent(t)}</h2>
            <ul class="places">{silent.collect_view()}</ul>
            <section class="note">
                <h2>{texts::public::crisis_still(t)}</h2>
                <p>{texts::public::crisis_still_text(t)}</p>
                <p class="actions">
                    <a class="button button-primary" href=texts::app::page(t, "/themen")>{texts::public::start_action(t)}</a>
                </p>
            </section>
        }
    })
}
