//! `cargo xtask test`: every check, one after another, with a table of times at the end.

mod browser;
mod files;
mod host;
mod report;
mod sizes;
mod stream;
mod vectors;

use crate::front::{self, Profile};
use crate::tools::postgres::{Cluster, Promise};
use crate::tools::{browser as browser_tools, sqlite, wasm};
use crate::{command, say};
use anyhow::{Result, bail};
use report::Report;

/// Runs all steps, also after a failure, so that one run tells everything; `long` adds what takes its time,
/// `only` leaves out steps whose name does not hold it.
pub(crate) fn test(long: bool, only: Option<String>) -> Result<()> {
    let mut report = Report::new(only);
    report.step("format", |_| {
        command::run(command::cargo().args(["fmt", "--all", "--check"]))
    });
    report.step("sizes of source files", |_| files::check());
    report.step("xtask: lints", |_| host::lint_xtask());
    report.step("xtask: tests", host::test_xtask);
    report.step("lints, host", |_| host::lint());
    report.step("lints, wasm", |_| lint_wasm());
    // Before the tests: those of the server serve it.
    report.step("web application", |_| front::build(Profile::Release));
    report.step("sizes of the web application", |_| sizes::check());
    report.step("tests, SQLite and PostgreSQL", |tally| {
        sqlite::prepare()?;
        let cluster = postgres()?;
        host::test(cluster.as_ref(), long, tally)
    });
    report.step("second implementation of the formats", |tally| {
        browser_tools::prepare()?;
        vectors::test(tally)
    });
    // That it runs; how fast, nobody asks here.
    report.step("bench, short", |_| {
        crate::bench::bench(crate::bench::Extent::Short)
    });
    report.step("browser tests", |tally| {
        let chromium = browser_tools::prepare()?;
        browser::test(&chromium, long, tally)
    });
    if long {
        report.step("Lighthouse", |tally| {
            let chromium = browser_tools::prepare()?;
            browser_tools::prepare_lighthouse()?;
            browser::lighthouse(&chromium, tally)
        });
    }
    report.finish()
}

/// Without PostgreSQL a person may go on, continuous integration may not.
fn postgres() -> Result<Option<Cluster>> {
    match Cluster::start(Promise::None) {
        Ok(cluster) => Ok(Some(cluster)),
        Err(error) if is_ci() => bail!("no PostgreSQL: {error:#}"),
        Err(error) => {
            say::line(&format!(
                "  ! PostgreSQL is left out of this run: {error:#}"
            ));
            Ok(None)
        }
    }
}

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn lint_wasm() -> Result<()> {
    let compiler = wasm::find()?;
    let mut clippy = compiler.clippy();
    // The profile of the real build, so that build scripts and macros are compiled once.
    clippy.args([
        "--locked",
        "--quiet",
        "--package",
        "frontend",
        "--bins",
        "--profile",
        "wasm-release",
        "--target",
        wasm::TARGET,
    ]);
    clippy
        .arg("--target-dir")
        .arg(crate::place::front_target())
        .args(["--", "--deny", "warnings"]);
    command::run(&mut clippy)
}
