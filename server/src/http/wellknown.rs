//! Files that programs look for.

use super::state::Http;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use domain::time::{DAY, Timestamp};

/// How long `security.txt` is said to be valid (RFC 9116 advises less than a year).
const VALID: i64 = 180 * DAY;

pub(super) fn router() -> Router<Http> {
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/.well-known/security.txt", get(security))
}

/// Public pages may be found; the application says `noindex` itself.
async fn robots() -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/plain; charset=utf-8")],
        "User-agent: *\nDisallow: /api/\nDisallow: /live\n",
    )
}

/// RFC 9116.
async fn security(State(http): State<Http>) -> impl IntoResponse {
    let expires = rfc3339(http.clock.now().plus(VALID));
    let text = format!(
        "Contact: {}/impressum\nExpires: {expires}\nPreferred-Languages: de, en\n",
        http.address
    );
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}

/// Midnight (UTC) of the day of `at`, as RFC 3339 writes it; civil date by Howard Hinnant's `civil_from_days`.
fn rfc3339(at: Timestamp) -> String {
    let days = i64::from(at.day().0) + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T00:00:00Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_date() {
        assert_eq!(rfc3339(Timestamp(0)), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(Timestamp(951_782_400_000)), "2000-02-29T00:00:00Z");
        assert_eq!(
            rfc3339(Timestamp(1_798_761_599_999)),
            "2026-12-31T00:00:00Z"
        );
    }
}
