//! `/`: what this is, in one breath, and the way in.

use domain::language::Language;
use leptos::prelude::*;

use super::Site;
use super::frame::{Here, Page, document};
use super::topics::topic_links;
use crate::texts::{self, Texts};

/// The start page.
#[must_use]
pub fn start(site: &Site, language: Language) -> String {
    let t = texts::all(language);
    let page = Page {
        title: texts::public::start_title(t).to_owned(),
        description: Some(texts::public::start_lead(t).to_owned()),
        here: Here::Elsewhere,
        class: "start",
        path: Some("/".to_owned()),
        t,
    };
    let links = topic_links(&site.content.of(language).topics, t);
    document(site, language, page, || {
        view! {
            <section class="hero">
                <div>
                    <h1>{texts::public::start_heading(t)}</h1>
                    <p class="lead">{texts::public::start_lead(t)}</p>
                    <p class="actions">
                        <a class="button button-primary" href="#themen">{texts::public::start_action(t)}</a>
                    </p>
                    <p class="quiet">{texts::public::start_promise(t)}</p>
                </div>
                <Letters />
            </section>
            <section class="band" id="themen" aria-labelledby="themen-titel">
                <h2 id="themen-titel">{texts::public::start_topics(t)}</h2>
                <p>{texts::public::start_topics_hint(t)}</p>
                {links}
            </section>
            <Steps t />
            <Trust t />
        }
    })
}

/// Two sheets that answer each other: the one picture of the page, drawn, so that it costs no request.
#[component]
fn Letters() -> impl IntoView {
    view! {
        <svg class="letters" viewBox="0 0 320 260" aria-hidden="true">
            <circle cx="186" cy="118" r="112" />
            <path class="sheet" d="M20 34a14 14 0 0 1 14-14h150a14 14 0 0 1 14 14v92a14 14 0 0 1-14 14H72l-34 30v-30h-4a14 14 0 0 1-14-14z" />
            <path class="ink" d="M46 54q10-8 20 0t20 0 20 0 20 0 20 0M46 80q10-8 20 0t20 0 20 0 20 0 20 0 20 0M46 106q10-8 20 0t20 0 20 0" />
            <path class="sheet answer" d="M122 132a14 14 0 0 1 14-14h150a14 14 0 0 1 14 14v80a14 14 0 0 1-14 14h-4v28l-32-28H136a14 14 0 0 1-14-14z" />
            <path class="ink answer" d="M148 152q10-8 20 0t20 0 20 0 20 0 20 0 20 0M148 178q10-8 20 0t20 0 20 0 20 0" />
        </svg>
    }
}

#[component]
fn Steps(t: Texts) -> impl IntoView {
    let step = |title: &'static str, text: &'static str| {
        view! {
            <li>
                <h3>{title}</h3>
                <p>{text}</p>
            </li>
        }
    };
    view! {
        <section class="band" aria-labelledby="schritte">
            <h2 id="schritte">{texts::public::steps(t)}</h2>
            <ol class="steps">
                {step(texts::public::step_choose(t), texts::public::step_choose_text(t))}
                {step(texts::public::step_write(t), texts::public::step_write_text(t))}
                {step(texts::public::step_read(t), texts::public::step_read_text(t))}
            </ol>
        </section>
    }
}

#[component]
fn Trust(t: Texts) -> impl IntoView {
    view! {
        <section class="band trust">
            <div>
                <h2>{texts::public::readers(t)}</h2>
                <p class="lead">{texts::public::readers_lead(t)}</p>
                <p>{texts::public::readers_locked(t)}</p>
                <p>{texts::public::readers_anonymous(t)}</p>
                <p class="quiet">{texts::public::readers_honest(t)}</p>
            </div>
            <div>
                <h2>{texts::public::device(t)}</h2>
                <p>{texts::public::device_exit(t)}</p>
                <p>{texts::public::device_trace(t)}</p>
            </div>
        </section>
    }
}
