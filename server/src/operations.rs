//! What the operator's own tools ask, on a port of its own: alive, ready, counts. No data of persons.

use crate::http::Http;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use backend::config::SystemClock;
use backend::{Clock as _, Retention};
use domain::time::DAY;

/// `/health`, `/ready`, `/metrics` (Prometheus' text format), `/retention`.
pub fn router(http: Http) -> Router {
    Router::new()
        .route("/health", get(|| async { "alive\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .route("/retention", get(retention))
        .with_state(http)
}

async fn ready(State(http): State<Http>) -> (StatusCode, &'static str) {
    if *http.stopping.borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}

/// How many days ahead the report looks.
const AHEAD: [i64; 4] = [0, 7, 30, 90];

/// What will be deleted because nobody needs it any more, if nobody does anything: counted, not done.
async fn retention(State(http): State<Http>) -> Result<String, StatusCode> {
    let mut text =
        String::from("within days\tconversations\tno sign-in for a year\tnever written\n");
    let now = SystemClock.now();
    for days in AHEAD {
        let due = http.backend.retention(now.plus(days * DAY)).await;
        let Retention {
            conversations,
            quiet,
            empty,
        } = due.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        text.push_str(&format!("{days}\t{conversations}\t{quiet}\t{empty}\n"));
    }
    Ok(text)
}

async fn metrics(State(http): State<Http>) -> String {
    let mut text = format!(
        "# TYPE beistand_live_channels gauge\nbeistand_live_channels {}\n",
        http.open_sockets()
    );
    text.push_str("# TYPE beistand_policy_reports_total counter\n");
    for (directive, count) in http.reports.all() {
        text.push_str(&format!(
            "beistand_policy_reports_total{{directive=\"{directive}\"}} {count}\n"
        ));
    }
    text
}
