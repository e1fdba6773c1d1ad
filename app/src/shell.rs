//! The two static documents of the application, `/app` and `/team`: made by the server at each start, the same for
//! everybody, with a first screen in real text that mounting replaces.

#[cfg(feature = "ssr")]
use domain::language::Language;
#[cfg(feature = "ssr")]
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::components::crisis::{CrisisBar, CrisisCards};
#[cfg(feature = "ssr")]
use crate::public::{Contents, LANGUAGES};
#[cfg(feature = "ssr")]
use crate::texts;

/// Which of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// `/app`: people who seek advice.
    Seeker,
    /// `/team`: counsellors and administration.
    Staff,
}

/// A file with a name that holds its own hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asset {
    /// Path on our own host, beginning with `/`.
    pub path: String,
    /// Subresource integrity, `sha256-…` in base64.
    pub integrity: String,
}

/// One file of texts that the client can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The language's word, as in `de-sie`.
    pub name: String,
    /// Where it lies.
    pub asset: Asset,
}

/// Everything that a document names.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub struct Document {
    /// Which document.
    pub face: Face,
    /// The operator's neutral word.
    pub title: String,
    /// The one style sheet.
    pub style: Asset,
    /// The one script: Trusted Types policy, glue, start line. The worker's too.
    pub script: Asset,
    /// The program that the script starts: asked for with it, not after it. Its hash is checked by who takes it.
    pub program: Asset,
    /// The platform's own trust file, absent before `init`.
    pub trust: Option<Asset>,
    /// Packed postcodes, fetched when somebody types one.
    pub postcodes: Asset,
    /// The word list, fetched when a user name or a password is offered.
    pub words: Asset,
    /// Passwords that everybody tries, fetched when somebody chooses one.
    pub common: Asset,
    /// Words of a crisis, fetched where somebody begins to write.
    pub phrases: Asset,
    /// All texts.
    pub texts: Vec<Texts>,
    /// The page's icon.
    pub icon: String,
    /// Where the quick exit leads.
    pub exit_url: String,
    /// Whether everything here is invented.
    pub demonstration: bool,
    /// Crisis numbers: there before any script has run.
    pub contents: Contents,
}

/// What `say` shows, in every language: nobody knows yet who will read it. The style sheet leaves the language of the
/// page, which the start line sets; without script all are shown, one below the other.
#[cfg(feature = "ssr")]
fn said<V: IntoView>(
    class: &'static str,
    say: impl Fn(Language, texts::Texts) -> V,
) -> impl IntoView {
    LANGUAGES
        .map(|language| {
            let t = texts::all(language);
            view! { <div class=class lang=texts::app::language(t)>{say(language, t)}</div> }
        })
        .collect_view()
}

/// The static first screen: text that stands before any script has run. Without script the browser shows the second
/// part; where the program cannot start, the start line shows the third.
#[cfg(feature = "ssr")]
#[component]
fn FirstScreen(
    /// Crisis numbers.
    contents: Contents,
    /// Whose document.
    face: Face,
) -> impl IntoView {
    use texts::shell as words;
    let first = move |_, t| match face {
        // What the program shows first, at its place: read while the program is on its way.
        Face::Seeker => view! {
            <h1>{texts::app::start_title(t)}</h1>
            <p class="lead">{texts::app::start_lead(t)}</p>
            <p class="wait">{words::wait(t)}</p>
        }
        .into_any(),
        Face::Staff => view! { <p class="wait">{words::wait(t)}</p> }.into_any(),
    };
    let no_script = |_, t| {
        view! {
            <section>
                <h1>{words::no_script_title(t)}</h1>
                <p>{words::no_script_text(t)}</p>
                <Otherwise t />
            </section>
        }
    };
    let blocked = |_, t| {
        view! {
            <h1>{words::blocked_title(t)}</h1>
            <p>{words::blocked_text(t)}</p>
            <Otherwise t />
        }
    };
    view! {
        <main class="first-screen">
            <div class="first-words">{said("said", first)}</div>
            <noscript>{said("", no_script)}</noscript>
            <section id="first-failed" hidden>{said("said", blocked)}</section>
        </main>
        {said("said", move |language, t| view! { <CrisisBar lines=contents.of(language).crisis.clone() t /> })}
    }
}

/// All crisis numbers. It outlives the first screen: both applications open it.
#[cfg(feature = "ssr")]
#[component]
fn CrisisDialog(
    /// Crisis numbers.
    contents: Contents,
) -> impl IntoView {
    let numbers = move |language, t| {
        view! {
            <CrisisCards lines=contents.of(language).crisis.clone() />
            <form method="dialog">
                <button class="button">{texts::app::close(t)}</button>
            </form>
        }
    };
    let title = LANGUAGES.map(|language| {
        let t = texts::all(language);
        view! { <span class="said" lang=texts::app::language(t)>{texts::app::crisis(t)}</span> }
    });
    view! {
        <dialog id="crisis" class="crisis-dialog" aria-labelledby="crisis-title">
            <h2 id="crisis-title">{title.collect_view()}</h2>
            {said("said", numbers)}
        </dialog>
    }
}

/// Ways that need no program.
#[cfg(feature = "ssr")]
#[component]
fn Otherwise(
    /// The words.
    t: texts::Texts,
) -> impl IntoView {
    use texts::shell as words;
    view! {
        <p>{words::otherwise(t)}</p>
        <ul>
            <li>
                <a href=texts::app::page(t, "/notfall")>{words::numbers(t)}</a>
            </li>
            <li>
                <a href=texts::app::page(t, "/themen")>{words::places(t)}</a>
            </li>
        </ul>
    }
}

/// The whole document as text.
#[cfg(feature = "ssr")]
#[must_use]
pub fn render(document: &Document) -> String {
    let Document {
        face,
        title,
        style,
        script,
        program,
        trust,
        postcodes,
        words,
        common,
        phrases,
        texts: files,
        icon,
        exit_url,
        demonstration,
        contents,
    } = document.clone();
    let name = match face {
        Face::Seeker => "seeker",
        Face::Staff => "staff",
    };
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        let trust = trust.map(|trust| {
            view! { <meta name="beistand:trust" content=trust.path data-integrity=trust.integrity /> }
        });
        let files = files
            .into_iter()
            .map(|Texts { name, asset }| {
                view! { <meta name="beistand:texts" content=asset.path data-name=name data-integrity=asset.integrity /> }
            })
            .collect_view();
        view! {
            <!DOCTYPE html>
            <html lang="de" data-face=name data-demo=demonstration.then_some("")>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>{title}</title>
                    <meta name="color-scheme" content="light dark" />
                    <link rel="icon" href=icon />
                    <link rel="apple-touch-icon" href="/icons/icon-192.png" />
                    <link rel="stylesheet" href=style.path integrity=style.integrity />
                    {trust}
                    <meta name="beistand:worker" content=script.path.clone() />
                    <meta name="beistand:postcodes" content=postcodes.path data-integrity=postcodes.integrity />
                    <meta name="beistand:words" content=words.path data-integrity=words.integrity />
                    <meta name="beistand:common" content=common.path data-integrity=common.integrity />
                    <meta name="beistand:phrases" content=phrases.path data-integrity=phrases.integrity />
                    <meta name="beistand:exit" content=exit_url />
                    {files}
                    <link rel="preload" r#as="fetch" crossorigin="" href=program.path />
                    <script type="module" src=script.path integrity=script.integrity></script>
                </head>
                <body>
                    <div id="first-screen">
                        <FirstScreen contents=contents.clone() face />
                    </div>
                    <CrisisDialog contents />
                </body>
            </html>
        }
        .to_html()
    });
    owner.cleanup();
    html
}
