//! The two static documents of the application, `/app` and `/team`: made by the server at each start, the same for
//! everybody, with a first screen in real text that mounting replaces.

use leptos::prelude::*;

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
    /// Language and register, as in `de-sie`.
    pub name: String,
    /// Where it lies.
    pub asset: Asset,
}

/// Everything that a document names.
#[derive(Clone, Debug)]
pub struct Document {
    /// Which document.
    pub face: Face,
    /// The operator's neutral word.
    pub title: String,
    /// The one style sheet.
    pub style: Asset,
    /// The one script: Trusted Types policy, glue, start line.
    pub script: Asset,
    /// The worker's script; only its path is used, a worker carries no integrity.
    pub worker: Asset,
    /// The platform's own trust file, absent before `init`.
    pub trust: Option<Asset>,
    /// Packed postcodes, fetched when somebody types one.
    pub postcodes: Asset,
    /// All texts.
    pub texts: Vec<Texts>,
    /// The page's icon.
    pub icon: String,
}

/// The static first screen: text that stands before any script has run, and without WASM.
#[component]
pub fn FirstScreen() -> impl IntoView {
    view! {
        <main id="first-screen">
            <p>"Einen Augenblick, die Beratung wird geöffnet."</p>
            <noscript>
                <p>"Ohne JavaScript geht es hier nicht. Sie erreichen uns am Telefon: 0800 111 0 111."</p>
            </noscript>
        </main>
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
        worker,
        trust,
        postcodes,
        texts,
        icon,
    } = document.clone();
    let face = match face {
        Face::Seeker => "seeker",
        Face::Staff => "staff",
    };
    let trust = trust.map(|trust| view! { <meta name="beistand:trust" content=trust.path data-integrity=trust.integrity /> });
    let texts = texts
        .into_iter()
        .map(|Texts { name, asset }| {
            view! { <meta name="beistand:texts" content=asset.path data-name=name data-integrity=asset.integrity /> }
        })
        .collect_view();
    Owner::new_root(None).with(|| {
        view! {
            <!DOCTYPE html>
            <html lang="de" data-face=face>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>{title}</title>
                    <link rel="icon" href=icon />
                    <link rel="stylesheet" href=style.path integrity=style.integrity />
                    {trust}
                    <meta name="beistand:worker" content=worker.path />
                    <meta name="beistand:postcodes" content=postcodes.path data-integrity=postcodes.integrity />
                    {texts}
                    <script type="module" src=script.path integrity=script.integrity></script>
                </head>
                <body>
                    <FirstScreen />
                </body>
            </html>
        }
        .to_html()
    })
}
