//! `cargo xtask watch`: rebuilds what an edit touches, starts the server anew; open pages of the application reload
//! themselves (their script, in this profile only, looks for a new shell).

use crate::fresh::Fingerprint;
use crate::front::{self, Profile};
use crate::run::{self, Wish};
use crate::{place, say};
use anyhow::Result;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

/// How often the sources are looked at.
const GLANCE: Duration = Duration::from_millis(400);
/// What the server is made of.
const SERVER: [&str; 6] = ["app", "crates", "migrations", "server", "locales", "data"];

/// Runs until somebody stops it.
pub(crate) fn watch(wish: &Wish) -> Result<()> {
    run::check_port(wish.port)?;
    let mut running: Option<Child> = None;
    loop {
        let (front, server) = (front::sources()?, server_sources()?);
        match round(wish, &mut running) {
            Ok(child) => running = Some(child),
            // What does not compile is the compiler's to explain; the next edit tries again.
            Err(error) => say::line(&format!("✗ {error:#}\n  waiting for the next edit")),
        }
        while front == front::sources()? && server == server_sources()? {
            sleep(GLANCE);
        }
    }
}

fn round(wish: &Wish, running: &mut Option<Child>) -> Result<Child> {
    front::build(Profile::Dev)?;
    let server = run::build_server("dev")?;
    if let Some(mut old) = running.take() {
        old.kill()?;
        old.wait()?;
    }
    run::fill(&server, &wish.data)?;
    Ok(run::serve(&server, wish).spawn()?)
}

fn server_sources() -> Result<String> {
    let mut fingerprint = Fingerprint::default();
    for source in SERVER.iter().chain(&["Cargo.toml", "Cargo.lock"]) {
        fingerprint = fingerprint.files(&place::root().join(source))?;
    }
    Ok(fingerprint.finish())
}
