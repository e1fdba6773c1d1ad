//! Error pages: what happened, in plain words, and the way on. Never a word of what was asked for.

use domain::language::Language;
use leptos::prelude::*;

use super::Site;
use super::frame::{Here, Page, document};
use crate::texts;

/// The page for an HTTP status; `incident` is the number under which the log knows it.
#[must_use]
pub fn error(site: &Site, language: Language, status: u16, incident: Option<&str>) -> String {
    let t = texts::all(language);
    let (title, text) = match status {
        404 | 410 => (
            texts::public::missing_title(t),
            texts::public::missing_text(t),
        ),
        429 | 503 => (texts::public::busy_title(t), texts::public::busy_text(t)),
        400..=499 => (
            texts::public::refused_title(t),
            texts::public::refused_text(t),
        ),
        _ => (
            texts::public::broken_title(t),
            texts::public::broken_text(t),
        ),
    };
    let page = Page {
        title: texts::public::error_prefix(t, title),
        description: None,
        here: Here::Elsewhere,
        class: "error",
        path: None,
        t,
    };
    let incident =
        incident.map(|id| view! { <p class="quiet">{texts::public::broken_id(t, id)}</p> });
    document(site, language, page, || {
        view! {
            <h1>{title}</h1>
            <p class="lead">{text}</p>
            {incident}
            <p class="actions">
                <a class="button button-primary" href=texts::app::page(t, "/")>{texts::public::home(t)}</a>
            </p>
        }
    })
}
