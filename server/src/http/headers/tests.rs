use super::*;
use std::collections::BTreeSet;

const ALL: [Kind; 7] = [
    Kind::Public,
    Kind::Shell,
    Kind::Script,
    Kind::Asset,
    Kind::ServiceWorker,
    Kind::Api,
    Kind::Blob,
];

fn value(kind: Kind, name: &str) -> Option<String> {
    let headers = headers(kind, Transport::Loopback, true);
    headers
        .get(name)
        .map(|value| value.to_str().unwrap().to_owned())
}

/// A policy as its set of directives, so that a test reads like the design and not like a string.
fn directives(kind: Kind) -> BTreeSet<String> {
    let policy = value(kind, "content-security-policy").unwrap();
    policy.split("; ").map(str::to_owned).collect()
}

#[test]
fn every_answer_carries_the_common_headers() {
    for kind in ALL {
        for (name, expected) in EVERYWHERE {
            assert_eq!(
                value(kind, name).as_deref(),
                Some(expected),
                "{name} of {kind:?}"
            );
        }
        assert!(
            value(kind, "permissions-policy")
                .unwrap()
                .contains("camera=()"),
            "{kind:?}"
        );
        assert!(directives(kind).contains("default-src 'none'"), "{kind:?}");
    }
}

#[test]
fn no_policy_allows_inline_or_foreign_script() {
    for kind in ALL {
        let policy = value(kind, "content-security-policy").unwrap();
        for forbidden in [
            "unsafe-inline",
            "'unsafe-eval'",
            "nonce-",
            "http",
            "data:",
            "*",
        ] {
            assert!(!policy.contains(forbidden), "{forbidden} in {kind:?}");
        }
    }
}

#[test]
fn pages_scripts_and_service_worker_require_trusted_types() {
    for kind in [Kind::Public, Kind::Shell, Kind::Script, Kind::ServiceWorker] {
        let policy = directives(kind);
        assert!(
            policy.contains("require-trusted-types-for 'script'"),
            "{kind:?}"
        );
        assert!(policy.contains("report-to csp"), "{kind:?}");
        let expected = if kind == Kind::Shell {
            "trusted-types default"
        } else {
            "trusted-types 'none'"
        };
        assert!(policy.contains(expected), "{kind:?}");
    }
}

#[test]
fn only_shells_and_scripts_may_compile_wasm() {
    for kind in ALL {
        let may = value(kind, "content-security-policy")
            .unwrap()
            .contains("wasm-unsafe-eval");
        assert_eq!(may, matches!(kind, Kind::Shell | Kind::Script), "{kind:?}");
    }
}

#[test]
fn only_shells_have_an_integrity_policy_and_passkeys() {
    for kind in ALL {
        assert_eq!(
            value(kind, "integrity-policy").is_some(),
            kind == Kind::Shell,
            "{kind:?}"
        );
        let permissions = value(kind, "permissions-policy").unwrap();
        assert_eq!(
            permissions.contains("publickey-credentials-get=(self)"),
            kind == Kind::Shell,
            "{kind:?}"
        );
        assert_eq!(
            permissions.matches("(self)").count(),
            if kind == Kind::Shell { 2 } else { 0 }
        );
    }
}

#[test]
fn caching_follows_the_kind() {
    let expected = [
        (Kind::Public, NO_CACHE),
        (Kind::Shell, NO_STORE),
        (Kind::Script, IMMUTABLE),
        (Kind::Asset, IMMUTABLE),
        (Kind::ServiceWorker, NO_CACHE),
        (Kind::Api, NO_STORE),
        (Kind::Blob, NO_STORE),
    ];
    for (kind, cache) in expected {
        assert_eq!(
            value(kind, "cache-control").as_deref(),
            Some(cache),
            "{kind:?}"
        );
        let refused = headers(kind, Transport::Loopback, false);
        assert_eq!(
            refused.get("cache-control").unwrap(),
            NO_STORE,
            "a refused {kind:?}"
        );
    }
}

#[test]
fn only_what_is_private_is_kept_from_search_engines() {
    for kind in ALL {
        let hidden = value(kind, "x-robots-tag").is_some();
        assert_eq!(
            hidden,
            matches!(kind, Kind::Shell | Kind::Api | Kind::Blob),
            "{kind:?}"
        );
    }
}

#[test]
fn blobs_are_downloaded_never_shown() {
    assert_eq!(
        value(Kind::Blob, "content-disposition").as_deref(),
        Some("attachment")
    );
    assert_eq!(
        value(Kind::Blob, "content-type").as_deref(),
        Some("application/octet-stream")
    );
    assert_eq!(value(Kind::Api, "content-type"), None);
}

#[test]
fn strict_transport_only_where_there_is_tls() {
    assert_eq!(value(Kind::Public, "strict-transport-security"), None);
    let https = |include_subdomains, preload| {
        let transport = Transport::Https {
            include_subdomains,
            preload,
        };
        headers(Kind::Public, transport, true)
            .get("strict-transport-security")
            .cloned()
            .unwrap()
    };
    assert_eq!(https(false, false), "max-age=31536000");
    assert_eq!(
        https(true, true),
        "max-age=31536000; includeSubDomains; preload"
    );
}

#[test]
fn permission_lists_differ_only_by_passkeys() {
    let widened = PERMISSIONS
        .replace(
            "publickey-credentials-get=()",
            "publickey-credentials-get=(self)",
        )
        .replace(
            "publickey-credentials-create=()",
            "publickey-credentials-create=(self)",
        );
    assert_eq!(widened, PERMISSIONS_SHELL);
}

#[test]
fn paths_have_their_kind() {
    let cases = [
        ("/", Kind::Public),
        ("/themen/sucht", Kind::Public),
        ("/apparat", Kind::Public),
        ("/teamwork", Kind::Public),
        ("/app", Kind::Shell),
        ("/app/", Kind::Shell),
        ("/team", Kind::Shell),
        ("/team/inbox", Kind::Shell),
        ("/pkg/seeker.abc.js", Kind::Script),
        ("/assets/main.abc.css", Kind::Asset),
        ("/site/trust.abc.json", Kind::Asset),
        ("/sw.js", Kind::ServiceWorker),
        ("/api/enquiry/submit", Kind::Api),
        ("/api/report", Kind::Api),
        ("/live", Kind::Api),
        ("/api/blob/1", Kind::Blob),
    ];
    for (path, kind) in cases {
        assert_eq!(Kind::of_path(path), kind, "{path}");
    }
}
