//! The live channel, `GET /live`: what happens for one person, as it happens; and what is special about the call that
//! is its twin.

mod socket;

use crate::http::{Http, answer, session_token};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::live::FRAME_MAX;
use std::sync::atomic::Ordering;
use tokio::sync::watch;

/// Most channels that this server keeps open at once.
const SOCKETS_MAX: usize = 20_000;
/// What a channel keeps for reading, in bytes: what a page says is short. The library's own is 128 KiB for each.
const READ_BUFFER: usize = 1_024;

/// Opens a channel for whoever holds the cookie, if the page that asks is one of ours.
pub async fn open(State(http): State<Http>, request: Request) -> Response {
    let (mut head, _) = request.into_parts();
    if !is_ours(&http, &head.headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if is_full(&http) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let token = session_token(&http, &head.headers);
    let sessions = http.backend.sessions();
    let subscription = match sessions.resolve(token.as_deref()).await {
        Ok(actor) => http.backend.live().subscribe(&actor),
        Err(error) => Err(error),
    };
    let subscription = match subscription {
        Ok(subscription) => subscription,
        Err(backend::Error::Refused(refusal)) => return answer::bare(&refusal),
        Err(backend::Error::Internal { during, .. }) => {
            tracing::error!(during, "a live channel was not opened");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    match WebSocketUpgrade::from_request_parts(&mut head, &http).await {
        Ok(upgrade) => upgrade
            .read_buffer_size(READ_BUFFER)
            .max_message_size(FRAME_MAX)
            .max_frame_size(FRAME_MAX)
            .on_upgrade(move |socket| socket::run(http, socket, subscription)),
        Err(rejection) => rejection.into_response(),
    }
}

/// Answers the twin's call: it counts as an open channel for as long as it waits, and does not keep the server from
/// stopping.
pub(crate) async fn wait(http: &Http, answer: impl Future<Output = Response>) -> Response {
    if is_full(http) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let counted = Counted::new(http.clone());
    let mut stopping = counted.http().stopping.clone();
    tokio::select! {
        answer = answer => answer,
        () = stopped(&mut stopping) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn is_full(http: &Http) -> bool {
    http.open_sockets() >= SOCKETS_MAX || *http.stopping.borrow()
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that nobody is left who could say so: the same.
    stopping.wait_for(|stopping| *stopping).await.ok();
}

/// Counts an open channel for as long as it lives.
struct Counted(Http);

impl Counted {
    fn new(http: Http) -> Self {
        http.sockets.fetch_add(1, Ordering::Relaxed);
        Self(http)
    }

    const fn http(&self) -> &Http {
        &self.0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A browser always says which page opens a socket, and no page can lie about it; without the header it is no browser
/// page of ours.
fn is_ours(http: &Http, headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (given.next(), given.next()) else {
        return false;
    };
    http.address
        .origins()
        .iter()
        .any(|ours| ours.as_bytes() == origin.as_bytes())
}
