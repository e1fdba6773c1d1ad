//! Lints and tests of everything that runs natively: one profile, so that it is compiled once.

use super::report::Tally;
use super::stream;
use crate::command;
use crate::tools::postgres::Cluster;
use anyhow::Result;
use std::process::Command;

/// The variable through which tests learn of PostgreSQL.
const POSTGRES: &str = "BEISTAND_TEST_POSTGRES";

/// clippy over server, libraries and their tests.
pub(crate) fn lint() -> Result<()> {
    let mut clippy = cargo("clippy", "ci");
    clippy.args(["--quiet", "--all-targets", "--", "--deny", "warnings"]);
    command::run(&mut clippy)
}

/// All tests of server and libraries; this also builds the server that the browsers drive.
pub(crate) fn test(cluster: Option<&Cluster>, long: bool, tally: &mut Tally) -> Result<()> {
    let mut tests = cargo("test", "ci");
    if long {
        tests.env("BEISTAND_LONG", "1");
    }
    tests.args(["--no-fail-fast"]);
    if let Some(cluster) = cluster {
        tests.env(POSTGRES, cluster.url());
    }
    stream::run(&mut tests, tally, stream::cargo)
}

/// clippy over xtask, which has a profile and a folder of its own.
pub(crate) fn lint_xtask() -> Result<()> {
    let mut clippy = xtask("clippy");
    clippy.args(["--all-targets", "--", "--deny", "warnings"]);
    command::run(&mut clippy)
}

/// xtask's own tests.
pub(crate) fn test_xtask(tally: &mut Tally) -> Result<()> {
    stream::run(&mut xtask("test"), tally, stream::cargo)
}

/// `frontend` is built for wasm only, and xtask apart: neither changes the features of what the others share.
fn cargo(verb: &str, profile: &str) -> Command {
    let mut cargo = command::cargo();
    cargo.args([
        verb,
        "--locked",
        "--workspace",
        "--exclude",
        "frontend",
        "--exclude",
        "xtask",
        "--profile",
        profile,
    ]);
    cargo
}

fn xtask(verb: &str) -> Command {
    let mut cargo = command::cargo();
    cargo.args([
        verb,
        "--locked",
        "--quiet",
        "--package",
        "xtask",
        "--profile",
        "xtask",
        "--target-dir",
    ]);
    cargo.arg(crate::place::root().join("target/xtask"));
    cargo
}
