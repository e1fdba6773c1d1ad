//! `/themen/{slug}`: what to expect, how long it takes, who can read, who answers.

use domain::id::AgencyId;
use domain::language::Language;
use domain::topic::{AgencyChoice, Register};
use leptos::prelude::*;

use super::agencies::agencies;
use super::frame::{Here, Page, application, document};
use super::topics::path;
use super::{Fallback, Site, TopicText};
use crate::components::crisis::{CrisisCards, CrisisLine};
use crate::texts::{self, Texts};

/// The topic whose counsellors meet thoughts of suicide: crisis numbers stand first.
const CRISIS_FIRST: u16 = 1;

/// An agency as the public pages show it: only what its signed entry and profile say.
#[derive(Clone, Debug)]
pub struct AgencyView {
    /// Which.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
    /// Its town.
    pub place: String,
    /// Its federal state, ISO 3166-2 without the country.
    pub state: String,
    /// What it says of itself.
    pub description: String,
    /// Languages it counsels in, BCP 47.
    pub languages: Vec<String>,
    /// Takes no new enquiries for now.
    pub offline: bool,
    /// Hours within which it usually answers, measured; `None` while there is too little to be honest.
    pub answer_hours: Option<u32>,
}

/// A topic's page; `None` if there is no such topic.
#[must_use]
pub fn topic(
    site: &Site,
    language: Language,
    slug: &str,
    serving: &[AgencyView],
) -> Option<String> {
    let content = site.content.of(language);
    let text = content.topic(slug)?.clone();
    // Who asked for no language is addressed as the topic does.
    let language = match language {
        Language::German(Register::Formal) => text.topic.register.into(),
        other => other,
    };
    let t = texts::all(language);
    let page = Page {
        title: text.topic.title.clone(),
        description: Some(text.topic.description.clone()),
        here: Here::Topics,
        class: "one-topic",
        path: Some(path(slug)),
        t,
    };
    let first = (text.topic.id.0 == CRISIS_FIRST).then(|| crisis_first(&content.crisis, t));
    let list = agencies(&text.topic, serving, &content.states, language);
    Some(document(site, language, page, || {
        body(text, first, list, !serving.is_empty(), language)
    }))
}

fn body(
    text: TopicText,
    first: Option<impl IntoView>,
    list: impl IntoView,
    served: bool,
    language: Language,
) -> impl IntoView {
    let t = texts::all(language);
    let TopicText {
        topic,
        description,
        about,
        expect,
        fallback,
    } = text;
    let link_only = topic.agency_choice == AgencyChoice::LinkOnly;
    // Who cannot be reached from here is not promised: the list, or the fallback, leads on.
    let open = served && !link_only;
    let action = match (open, served) {
        (true, _) => Some((
            enquiry(&topic.slug, None, language),
            texts::public::write(t),
        )),
        (false, true) => Some(("#stellen".to_owned(), texts::public::choose_site(t))),
        (false, false) => None,
    };
    let write = action.map(|(href, words)| {
        view! {
            <p class="actions">
                <a class="button button-primary" href=href>{words}</a>
            </p>
            <p class="quiet">{texts::public::write_hint(t)}</p>
        }
    });
    let fallback = fallback
        .filter(|_| link_only || !served)
        .map(|fallback| other_places(fallback, t));
    view! {
        <p class="back">
            <a href=texts::app::page(t, "/themen") class="backward">{texts::public::back_topics(t)}</a>
        </p>
        <div class="beside">
        <article class="letter">
            <h1>{topic.title.clone()}</h1>
            {first}
            <p class="lead">{topic.description.clone()}</p>
            <p>{description}</p>
            {write}
            <h2>{texts::public::about(t)}</h2>
            <ul class="marks">{about.into_iter().map(|item| view! { <li>{item}</li> }).collect_view()}</ul>
            <h2>{texts::public::expect(t)}</h2>
            <p>{expect}</p>
        </article>
        {facts(t)}
        </div>
        {list}
        {fallback}
    }
}

fn facts(t: Texts) -> impl IntoView {
    let fact = |title: &'static str, text: &'static str| {
        view! {
            <div>
                <dt>{title}</dt>
                <dd>{text}</dd>
            </div>
        }
    };
    view! {
        <dl class="facts">
            {fact(texts::public::fact_answer(t), texts::public::fact_answer_text(t))}
            {fact(texts::public::fact_readers(t), texts::public::fact_readers_text(t))}
            {fact(texts::public::fact_cost(t), texts::public::fact_cost_text(t))}
        </dl>
    }
}

fn crisis_first(crisis: &[CrisisLine], t: Texts) -> impl IntoView + use<> {
    let lines = crisis
        .iter()
        .filter(|line| line.bar)
        .cloned()
        .collect::<Vec<_>>();
    view! {
        <section class="crisis-box" aria-labelledby="jetzt">
            <h2 id="jetzt">{texts::public::crisis_first(t)}</h2>
            <p>{texts::public::crisis_first_text(t)}</p>
            <CrisisCards lines />
        </section>
    }
}

fn other_places(fallback: Fallback, t: Texts) -> impl IntoView {
    let place = |link: super::Link| {
        let url = if link.url.starts_with('/') {
            texts::app::page(t, link.url)
        } else {
            link.url
        };
        let title = if url.is_empty() {
            view! { <b>{link.title}</b> }.into_any()
        } else {
            view! { <a href=url rel="noreferrer">{link.title}</a> }.into_any()
        };
        view! {
            <li>
                {title}
                <p>{link.note}</p>
            </li>
        }
    };
    view! {
        <section class="note">
            <h2>{fallback.title}</h2>
            <p>{fallback.text}</p>
            <ul class="places">{fallback.links.into_iter().map(place).collect_view()}</ul>
        </section>
    }
}

/// The way into the application. What it presets stands behind `#`, which a browser never sends.
pub(super) fn enquiry(slug: &str, agency: Option<AgencyId>, language: Language) -> String {
    let agency = agency
        .map(|id| format!("&agency={}", id.to_hex()))
        .unwrap_or_default();
    application(&format!("topic={slug}{agency}"), language)
}
