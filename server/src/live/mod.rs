//! The live channel, `GET /live`: what happens for one person, as it happens.

mod socket;

use crate::http::{Http, answer, session_token};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::live::FRAME_MAX;

/// Most channels that this server keeps open at once.
const SOCKETS_MAX: usize = 20_000;

/// Opens a channel for whoever holds the cookie, if the page that asks is one of ours.
pub async fn open(State(http): State<Http>, request: Request) -> Response {
    let (mut head, _) = request.into_parts();
    if !is_ours(&http, &head.headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if http.open_sockets() >= SOCKETS_MAX || *http.stopping.borrow() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let token = session_token(&http, &head.headers);
    let subscription = match http.backend.sessions().resolve(token.as_deref()).await {
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
            .max_message_size(FRAME_MAX)
            .max_frame_size(FRAME_MAX)
            .on_upgrade(move |socket| socket::run(http, socket, subscription)),
        Err(rejection) => rejection.into_response(),
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
