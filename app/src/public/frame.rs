//! What stands around every page: head, skip links, menu, quick exit, crisis numbers, legal links.

use leptos::prelude::*;

use super::Site;
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
    pub(super) t: Texts,
}

/// The whole document around `body`. The view is made inside an owner that ends with it.
pub(super) fn document<V: IntoView + 'static>(
    site: &Site,
    page: Page,
    body: impl FnOnce() -> V,
) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| frame(site, page, body()).to_html());
    owner.cleanup();
    html
}

fn frame<V: IntoView + 'static>(site: &Site, page: Page, body: V) -> impl IntoView + use<V> {
    let Page {
        title,
        description,
        here,
        class,
        t,
    } = page;
    let Site {
        style,
        exit_script,
        icon,
        operator,
        content,
    } = site.clone();
    let current = |entry: Here| (entry == here).then_some("page");
    let robots = description
        .is_none()
        .then(|| view! { <meta name="robots" content="noindex" /> });
    let description = description.map(|text| view! { <meta name="description" content=text /> });
    let demonstration = operator.demonstration.then(|| view! { <aside class="demo" aria-label=texts::public::demo_label(t)>{texts::public::demo(t)}</aside> });
    view! {
        <!DOCTYPE html>
        <html lang="de">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{format!("{title} · {}", operator.name)}</title>
                {description}
                {robots}
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
                    <a class="brand" href="/">
                        <svg viewBox="0 0 64 64" width="28" height="28" aria-hidden="true">
                            <rect width="64" height="64" rx="14" fill="currentColor" />
                            <path d="M16 20a6 6 0 0 1 6-6h20a6 6 0 0 1 6 6v14a6 6 0 0 1-6 6H31l-9 9v-9a6 6 0 0 1-6-6z" />
                        </svg>
                        {operator.name}
                    </a>
                    <QuickExit target=operator.exit_url t />
                </header>
                <nav class="menu" aria-label=texts::public::nav(t)>
                    <a href="/themen" aria-current=current(Here::Topics)>{texts::public::nav_topics(t)}</a>
                    <a href="/notfall" aria-current=current(Here::Crisis)>{texts::public::nav_crisis(t)}</a>
                    <a href="/app">{texts::public::nav_app(t)}</a>
                </nav>
                <main id="main" tabindex="-1">{body}</main>
                <CrisisBar lines=content.crisis t />
                <footer class="foot">
                    <nav aria-label=texts::public::footer(t)>
                        <a href="/impressum">{texts::public::imprint(t)}</a>
                        <a href="/datenschutz">{texts::public::privacy(t)}</a>
                        <a href="/barrierefreiheit">{texts::public::accessibility(t)}</a>
                        <a href=operator.source_url>{texts::public::source(t)}</a>
                    </nav>
                </footer>
            </body>
        </html>
    }
}
