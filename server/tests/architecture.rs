//! The arrow between our crates, and what the browser must never carry.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Who may depend on whom (architecture, "The arrow"). Feature by feature for `app`: it is two crates in one.
const ARROW: [(&str, &[&str]); 11] = [
    ("domain", &[]),
    ("crypto", &["domain"]),
    ("client", &["domain", "crypto"]),
    ("app", &["domain", "client", "backend"]),
    ("frontend", &["app", "client"]),
    ("migrations", &[]),
    ("sqlite", &[]),
    ("backend", &["domain", "crypto", "migrations", "sqlite"]),
    ("harness", &["client", "domain"]),
    ("server", &["app", "backend", "harness", "domain"]),
    ("xtask", &["domain"]),
];

/// What would be dead weight or a leak in a browser.
const NEVER_IN_WASM: [&str; 8] = [
    "axum",
    "backend",
    "leptos_axum",
    "migrations",
    "rusqlite",
    "sea-orm",
    "sqlx",
    "tokio",
];

fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn packages() -> Vec<Value> {
    let metadata = cargo(&[
        "metadata",
        "--format-version=1",
        "--no-deps",
        "--locked",
        "--offline",
    ]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Our own dependencies of a package; those of its tests aside.
fn own(package: &Value) -> BTreeSet<String> {
    let dependencies = package["dependencies"].as_array().unwrap();
    let ours = dependencies
        .iter()
        .filter(|dependency| dependency["path"].is_string() && dependency["kind"] != "dev");
    ours.map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn no_crate_depends_against_the_arrow() {
    let arrow: BTreeMap<_, _> = ARROW.into_iter().collect();
    let packages = packages();
    assert_eq!(
        packages.len(),
        arrow.len(),
        "a crate without a place in the arrow"
    );
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let allowed: BTreeSet<String> = arrow[name].iter().map(|&name| name.to_owned()).collect();
        let against: Vec<_> = own(&package).difference(&allowed).cloned().collect();
        assert!(against.is_empty(), "{name} depends on {against:?}");
    }
}

#[test]
fn the_halves_of_app_are_apart() {
    let packages = packages();
    let app = packages
        .iter()
        .find(|package| package["name"] == "app")
        .unwrap();
    let of = |feature: &str| app["features"][feature].as_array().unwrap().clone();
    assert!(of("default").is_empty());
    assert!(of("csr").contains(&"dep:client".into()) && !of("csr").contains(&"dep:backend".into()));
    assert!(of("ssr").contains(&"dep:backend".into()) && !of("ssr").contains(&"dep:client".into()));
}

#[test]
fn the_browsers_programs_carry_nothing_of_the_server() {
    let tree = [
        "tree",
        "--locked",
        "--offline",
        "--package=frontend",
        "--target=wasm32-unknown-unknown",
        "--edges=normal,no-proc-macro",
        "--prefix=none",
        "--format={p}",
    ];
    let tree = cargo(&tree);
    let names: BTreeSet<_> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(
        names.contains("leptos") && names.contains("client"),
        "the tree is not the browser's: {names:?}"
    );
    let carried: Vec<_> = NEVER_IN_WASM
        .iter()
        .filter(|name| names.contains(*name))
        .collect();
    assert!(carried.is_empty(), "in the browser: {carried:?}");
}

#[test]
fn the_protocol_knows_no_framework() {
    for (name, forbidden) in [
        ("domain", ["leptos", "axum", "tokio"]),
        ("client", ["leptos", "axum", "tokio"]),
        ("backend", ["leptos", "axum", "client"]),
    ] {
        let package = format!("--package={name}");
        let tree = cargo(&[
            "tree",
            "--locked",
            "--offline",
            &package,
            "--edges=normal",
            "--prefix=none",
            "--format={p}",
        ]);
        let names: BTreeSet<_> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .collect();
        let found: Vec<_> = forbidden
            .iter()
            .filter(|name| names.contains(*name))
            .collect();
        assert!(found.is_empty(), "{name} knows {found:?}");
    }
}
