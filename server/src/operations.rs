//! What the operator's own tools ask, on a port of its own: alive, ready, counts. No data of persons.

use crate::http::Http;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

/// `/health`, `/ready`, `/metrics` (Prometheus' text format).
pub fn router(http: Http) -> Router {
    Router::new()
        .route("/health", get(|| async { "alive\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(http)
}

async fn ready(State(http): State<Http>) -> (StatusCode, &'static str) {
    if *http.stopping.borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
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
