//! What stands around every page: head, skip links, menu, quick exit, crisis numbers, legal links.

use domain::language::Language;
use domain::topic::Register;
use leptos::prelude::*;

use super::{LANGUAGES, Site, address};
use crate::components::crisis::CrisisBar;
use crate::components::exit::{EXIT_ID, QuickExit};
use crate::texts::{self, Texts};

/// Which menu entry is the page that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    Topics,
    Crisis,
    Elsewhere,
}

/// The page in the frame.
pub(super) struct Page {
    pub(super) title: String,
    /// One sentence for search engines; without it, none may list the page.
    pub(super) description: Option<String>,
    pub(super) here: Here,
    /// A word for the style sheet.
    pub(super) class: &'static str,
    /// Its address in German; `None` for what has none.
    pub(super) path: Option<String>,
    pub(super) t: Texts,
}

/// The whole document around `body`. The view is made inside an owner that ends with it.
pub(super) fn document<V: IntoView + 'static>(
    site: &Site,
    language: Language,
    page: Page,
    body: impl FnOnce() -> V,
) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| frame(site, language, page, body()).to_html());
    owner.cleanup();
    html
}

fn frame<V: IntoView + 'static>(
    site: &Site,
    language: Language,
    page: Page,
    body: V,
) -> impl IntoView + use<V> {
    let Page {
        title,
        description,
        here,
        class,
        path,
        t,
    } = page;
    let Site {
        style,
        exit_script,
        icon,
        operator,
        content,
        origin,
    } = site.clone();
    let crisis = content.of(language).crisis.clone();
    let current = |entry: Here| (entry == here).then_some("page");
    let robots = description
        .is_none()
        .then(|| view! { <meta name="robots" content="noindex" /> });
    let description = description.map(|text| view! { <meta name="description" content=text /> });
    let demonstration = operator.demonstration.then(|| view! { <aside class="demo" aria-label=texts::public::demo_label(t)>{texts::public::demo(t)}</aside> });
    view! {
        <!DOCTYPE html>
        <html lang=texts::app::language(t)>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{format!("{title} · {}", operator.name)}</title>
                {description}
                {robots}
                {path.as_deref().map(|path| elsewhere(&origin, path, t))}
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href=icon />
                <link rel="stylesheet" href=style.path integrity=style.integrity />
                <script src=exit_script.path integrity=exit_script.integrity defer></script>
            </head>
            <body class=class>
                <a class="skip-link" href="#main">{texts::public::skip_content(t)}</a>
                <a class="skip-link" href=format!("#{EXIT_ID}")>{texts::public::skip_exit(t)}</a>
                {demonstration}
                <header class="top">
                    <a class="brand" href=texts::app::page(t, "/")>
                        <svg viewBox="0 0 64 64" width="28" height="28" aria-hidden="true">
                            <rect width="64" height="64" rx="14" fill="currentColor" />
                            <path d="M16 20a6 6 0 0 1 6-6h20a6 6 0 0 1 6 6v14a6 6 0 0 1-6 6H31l-9 9v-9a6 6 0 0 1-6-6z" />
                        </svg>
                        {operator.name}
                    </a>
                    <QuickExit target=operator.exit_url t />
                </header>
                <nav class="menu" aria-label=texts::public::nav(t)>
                    <a href=texts::app::page(t, "/themen") aria-current=current(Here::Topics)>{texts::public::nav_topics(t)}</a>
                    <a href=texts::app::page(t, "/notfall") aria-current=current(Here::Crisis)>{texts::public::nav_crisis(t)}</a>
                    <a href=application("", language)>{texts::public::nav_app(t)}</a>
                </nav>
                {switch(language, path.as_deref().unwrap_or("/"), t)}
                <main id="main" tabindex="-1">{body}</main>
                <CrisisBar lines=crisis t />
                <footer class="foot">
                    <nav aria-label=texts::public::footer(t)>
                        <a href=texts::app::page(t, "/impressum")>{texts::public::imprint(t)}</a>
                        <a href=texts::app::page(t, "/datenschutz")>{texts::public::privacy(t)}</a>
                        <a href=texts::app::page(t, "/barrierefreiheit")>{texts::public::accessibility(t)}</a>
                        <a href=operator.source_url>{texts::public::source(t)}</a>
                    </nav>
                </footer>
            </body>
        </html>
    }
}

/// The same page in the other languages, for search engines.
fn elsewhere(origin: &str, path: &str, t: Texts) -> impl IntoView + use<> {
    let alternate = |language: Language| {
        let href = format!("{origin}{}", address(language, path));
        view! { <link rel="alternate" hreflang=texts::app::language(texts::all(language)) href=href /> }
    };
    let canonical = format!("{origin}{}", texts::app::page(t, path));
    view! {
        <link rel="canonical" href=canonical />
        {LANGUAGES.map(alternate).collect_view()}
    }
}

/// The same page in the other languages, for people.
fn switch(language: Language, path: &str, t: Texts) -> impl IntoView + use<> {
    let current = match language {
        Language::German(Register::Informal) => Language::German(Register::Formal),
        other => other,
    };
    let link = |language: Language| {
        let (name, tag) = match language {
            Language::English => ("English", "en"),
            Language::German(Register::Easy) => ("Leichte Sprache", "de"),
            Language::German(_) => ("Deutsch", "de"),
        };
        let current = (language == current).then_some("true");
        view! { <a href=address(language, path) lang=tag hreflang=tag aria-current=current>{name}</a> }
    };
    view! { <nav class="languages" aria-label=texts::app::languages(t)>{LANGUAGES.map(link).collect_view()}</nav> }
}

/// The way into the application: what it presets stands behind `#`, which a browser never sends.
pub(super) fn application(presets: &str, language: Language) -> String {
    let between = if presets.is_empty() { "" } else { "&" };
    match language {
        // The application speaks as the topic does, unless somebody chose.
        Language::German(Register::Formal | Register::Informal) if presets.is_empty() => {
            "/app".to_owned()
        }
        Language::German(Register::Formal | Register::Informal) => format!("/app#{presets}"),
        _ => format!("/app#{presets}{between}lang={}", language.word()),
    }
}
