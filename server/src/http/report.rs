//! What browsers report about broken policies: the directive is counted, the rest is never read.

use super::limits;
use super::state::Http;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where browsers send reports, as named in `Reporting-Endpoints`.
pub const PATH: &str = "/api/report";

/// The directives that our policies use; any other counts as the last.
const DIRECTIVES: [&str; 14] = [
    "default-src",
    "script-src",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "img-src",
    "connect-src",
    "worker-src",
    "form-action",
    "require-trusted-types-for",
    "trusted-types",
    "integrity",
    "other",
];

/// How often each directive was reported since the start.
#[derive(Debug, Default)]
pub struct Counts([AtomicU64; DIRECTIVES.len()]);

impl Counts {
    /// Directive and count of everything that was reported at least once.
    #[must_use]
    pub fn all(&self) -> Vec<(&'static str, u64)> {
        let counts = self.0.iter().map(|count| count.load(Ordering::Relaxed));
        DIRECTIVES
            .into_iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    fn count(&self, directive: &str) -> &'static str {
        let place = DIRECTIVES
            .iter()
            .position(|known| *known == directive)
            .unwrap_or(DIRECTIVES.len() - 1);
        self.0[place].fetch_add(1, Ordering::Relaxed);
        DIRECTIVES[place]
    }
}

#[derive(Deserialize)]
struct Report {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    body: Body,
}

#[derive(Deserialize, Default)]
struct Body {
    #[serde(rename = "effectiveDirective", default)]
    directive: Option<String>,
}

/// Old form, sent by browsers without the Reporting API.
#[derive(Deserialize)]
struct OldReport {
    #[serde(rename = "csp-report")]
    report: OldBody,
}

#[derive(Deserialize)]
struct OldBody {
    #[serde(rename = "effective-directive", alias = "violated-directive", default)]
    directive: String,
}

/// Takes reports; always the same answer, whatever came.
pub async fn receive(State(http): State<Http>, request: Request) -> StatusCode {
    let from = super::visitor::of(request.extensions());
    if !http.backend.limits().takes_report(from) {
        return StatusCode::NO_CONTENT;
    }
    if let Ok(bytes) = limits::read(request.into_body(), limits::BODY_OF_REPORT).await {
        for directive in directives(&bytes) {
            let directive = http.reports.count(&directive);
            tracing::warn!(directive, "a browser reported a broken policy");
        }
    }
    StatusCode::NO_CONTENT
}

fn directives(bytes: &[u8]) -> Vec<String> {
    if let Ok(reports) = serde_json::from_slice::<Vec<Report>>(bytes) {
        let named = |report: Report| match report.kind.as_str() {
            "integrity-violation" => "integrity".to_owned(),
            _ => report.body.directive.unwrap_or_default(),
        };
        return reports.into_iter().map(named).collect();
    }
    serde_json::from_slice::<OldReport>(bytes)
        .map(|old| vec![old.report.directive])
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let new = br#"[{"type":"csp-violation","url":"http://x/secret","body":{"effectiveDirective":"script-src-elem"}},
            {"type":"integrity-violation","body":{}}]"#;
        assert_eq!(directives(new), ["script-src-elem", "integrity"]);
        let old =
            br#"{"csp-report":{"document-uri":"http://x/secret","violated-directive":"img-src"}}"#;
        assert_eq!(directives(old), ["img-src"]);
        assert!(directives(b"no report").is_empty());
    }

    #[test]
    fn unknown_directives_leave_no_text() {
        let counts = Counts::default();
        assert_eq!(counts.count("what somebody typed"), "other");
        counts.count("img-src");
        assert_eq!(counts.all(), [("img-src", 1), ("other", 1)]);
    }
}
