//! `POST /api/<feature>/<verb>`: reads the body within its limits, then lets the server function answer.

use super::state::Http;
use super::trace::Number;
use super::{answer, limits};
use app::context::Caller;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, REFERER};
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use domain::live::WaitLive;
use domain::wire::{CALLS, Call, Form, PREFIX};
use leptos::prelude::provide_context;
use server_fn::error::SERVER_FN_ERROR_HEADER;

/// Calls whose answers are the same for everybody: only these may be compressed, because a compressed answer's size
/// can tell what stands in it.
pub const PUBLIC: [&str; 4] = [
    "topic/list",
    "agency/list",
    "agency/load",
    "agency/load-manifest",
];

/// Answers a call.
pub async fn answer(State(http): State<Http>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let path = head
        .uri
        .path()
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_prefix('/'));
    let Some((path, form)) = path.and_then(|asked| CALLS.iter().find(|(known, _)| *known == asked))
    else {
        return answer::refusal(&Refusal::NotFound);
    };
    if !has_form(&head.headers, *form) {
        return answer::refusal(&Refusal::Malformed);
    }
    let body = match limits::read(body, limits::of(path)).await {
        Ok(body) => body,
        Err(refusal) => return answer::refusal(&refusal),
    };
    let caller = Caller {
        backend: http.backend.clone(),
        token: super::session_token(&http, &head.headers),
        cookie: http.cookie(),
        from: super::visitor::of(&head.extensions),
        number: head
            .extensions
            .get::<Number>()
            .map(|Number(number)| number.clone())
            .unwrap_or_default(),
    };
    // With these two, leptos_axum would answer a call like a form: by sending the browser back to where it was.
    head.headers.remove(ACCEPT);
    head.headers.remove(REFERER);
    head.headers.remove(COOKIE);
    let request = Request::from_parts(head, Body::from(body));
    let answered = answer_function(caller, request);
    if *path == WaitLive::PATH {
        crate::live::wait(&http, answered).await
    } else {
        answered.await
    }
}

async fn answer_function(caller: Caller, request: Request) -> Response {
    let answered = leptos_axum::handle_server_fns_with_context(
        move || provide_context(caller.clone()),
        request,
    )
    .await;
    let mut response = answered.into_response();
    response.headers_mut().remove(SERVER_FN_ERROR_HEADER);
    response
}

fn has_form(headers: &HeaderMap, form: Form) -> bool {
    let given = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = given
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(form.content_type())
}
