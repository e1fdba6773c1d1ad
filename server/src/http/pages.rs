//! Public pages: complete documents for everybody, each with an entity tag, without cookie or script.

use super::state::Http;
use super::trace::Number;
use crate::site::{Manifest, SiteError};
use app::public::{self, AgencyView, Operator};
use app::shell::Asset;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use backend::agency::AgencyOutline;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::language::Language;
use sha2::{Digest, Sha256};

/// What the pages need to know, from what was built and what the operator says; `origin` is the public address.
///
/// # Errors
/// [`SiteError::NotBuilt`] without a built front.
pub fn site(
    manifest: &Manifest,
    operator: Operator,
    origin: String,
) -> Result<public::Site, SiteError> {
    let asset = |name: &str| -> Result<Asset, SiteError> {
        let file = manifest.file(name).ok_or(SiteError::NotBuilt)?;
        Ok(Asset {
            path: file.path.clone(),
            integrity: file.integrity.clone(),
        })
    };
    Ok(public::Site {
        style: asset("public.css")?,
        exit_script: asset("exit.js")?,
        icon: asset("icon.svg")?.path,
        operator,
        content: public::Contents::shipped().map_err(|_| SiteError::NotBuilt)?,
        origin,
    })
}

/// Makes a page that is the same for everybody.
type Render = fn(&public::Site, Language) -> String;

const PAGES: [(&str, Render); 6] = [
    ("/", public::start),
    ("/themen", public::topics),
    ("/notfall", public::crisis),
    ("/impressum", public::imprint),
    ("/datenschutz", public::privacy),
    ("/barrierefreiheit", public::accessibility),
];

pub(super) fn router() -> Router<Http> {
    let mut router = Router::new().route("/quelltext", get(source));
    for language in public::LANGUAGES {
        for (path, render) in PAGES {
            let page = move |State(http): State<Http>, headers: HeaderMap| async move {
                tagged(&headers, render(&http.pages, language))
            };
            let address = public::address(language, path);
            // `/en` is what people type for `/en/`.
            if let Some(typed) = address.strip_suffix('/').filter(|typed| !typed.is_empty()) {
                router = router.route(typed, get(page));
            }
            router = router.route(&address, get(page));
        }
        let one = move |http: State<Http>,
                        slug: Path<String>,
                        number: Extension<Number>,
                        headers| { topic(http, language, slug, number, headers) };
        router = router.route(&public::address(language, "/themen/{slug}"), get(one));
    }
    router
}

async fn topic(
    State(http): State<Http>,
    language: Language,
    Path(slug): Path<String>,
    Extension(number): Extension<Number>,
    headers: HeaderMap,
) -> Response {
    let missing = || failed(&http, language, StatusCode::NOT_FOUND, None);
    let Some(known) = http.pages.content.of(language).topic(&slug) else {
        return missing();
    };
    match http.backend.agencies().outlines(known.topic.id).await {
        Ok(outlines) => {
            let serving: Vec<_> = outlines.into_iter().map(as_view).collect();
            public::topic(&http.pages, language, &slug, &serving)
                .map_or_else(missing, |html| tagged(&headers, html))
        }
        Err(error) => {
            tracing::error!(request = number.0, cause = %error, "a topic's agencies were not loaded");
            failed(
                &http,
                language,
                StatusCode::INTERNAL_SERVER_ERROR,
                Some(&number.0),
            )
        }
    }
}

fn as_view(outline: AgencyOutline) -> AgencyView {
    let AgencyOutline {
        agency,
        name,
        place,
        profile,
    } = outline;
    AgencyView {
        id: agency,
        name,
        place,
        state: profile.state,
        description: profile.description,
        languages: profile.languages,
        offline: profile.offline,
        answer_hours: None,
    }
}

/// The licence, and which version this is (AGPL-3.0, section 13); the operator's imprint says whom to ask.
async fn source() -> impl IntoResponse {
    let text = concat!(
        "Beistand ",
        env!("CARGO_PKG_VERSION"),
        "\n\n",
        include_str!("../../../LICENSE")
    );
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}

/// What no route answers.
pub(super) async fn not_found(State(http): State<Http>, request: Request) -> Response {
    match request.uri().path() {
        path if path.starts_with("/api") => super::answer::refusal(&domain::Refusal::NotFound),
        path => failed(
            &http,
            public::language_of(path),
            StatusCode::NOT_FOUND,
            None,
        ),
    }
}

fn failed(http: &Http, language: Language, status: StatusCode, incident: Option<&str>) -> Response {
    (
        status,
        Html(public::error(
            &http.pages,
            language,
            status.as_u16(),
            incident,
        )),
    )
        .into_response()
}

/// The page, or the word that the browser has it already. The tag is weak: it stands for the text, in any encoding.
fn tagged(headers: &HeaderMap, html: String) -> Response {
    let tag = format!(
        "W/\"{}\"",
        URL_SAFE_NO_PAD.encode(&Sha256::digest(&html)[..12])
    );
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|entry| entry.trim() == tag)) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    ([(ETAG, tag)], Html(html)).into_response()
}
