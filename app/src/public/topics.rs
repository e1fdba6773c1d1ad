//! `/themen`: all topics, each with a sentence.

use domain::language::Language;
use leptos::prelude::*;

use super::frame::{Here, Page, document};
use super::{Site, TopicText};
use crate::texts::{self, Texts};

/// The page of all topics.
#[must_use]
pub fn topics(site: &Site, language: Language) -> String {
    let t = texts::all(language);
    let page = Page {
        title: texts::public::topics_title(t).to_owned(),
        description: Some(texts::public::topics_lead(t).to_owned()),
        here: Here::Topics,
        class: "topics",
        path: Some("/themen".to_owned()),
        t,
    };
    let items =
        site.content
            .of(language)
            .topics
            .clone()
            .into_iter()
            .map(|TopicText { topic, .. }| {
                view! {
                    <li class="topic">
                        <h2>
                            <a href=address(&topic.slug, t)>{topic.title}</a>
                        </h2>
                        <p>{topic.description}</p>
                    </li>
                }
            });
    document(site, language, page, || {
        view! {
            <h1>{texts::public::topics_title(t)}</h1>
            <p class="lead">{texts::public::topics_lead(t)}</p>
            <ul class="topic-list">{items.collect_view()}</ul>
            <section class="note">
                <h2>{texts::public::topics_unsure(t)}</h2>
                <p>
                    <a href=address("allgemeine-soziale-beratung", t)>{texts::public::topics_unsure_text(t)}</a>
                </p>
            </section>
        }
    })
}

/// Titles only, for the start page.
pub(super) fn topic_links(topics: &[TopicText], t: Texts) -> impl IntoView + use<> {
    let link = move |text: &TopicText| {
        view! {
            <li>
                <a href=address(&text.topic.slug, t)>{text.topic.title.clone()}</a>
            </li>
        }
    };
    view! { <ul class="topic-links">{topics.iter().map(link).collect_view()}</ul> }
}

/// The address of a topic's page.
pub(super) fn address(slug: &str, t: Texts) -> String {
    texts::app::page(t, path(slug))
}

/// The same without the language.
pub(super) fn path(slug: &str) -> String {
    format!("/themen/{slug}")
}
