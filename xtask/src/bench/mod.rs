//! `cargo xtask bench`: the program under load, from another process, on both databases.
//!
//! The measuring program is `harness`'s (`crates/harness/src/bench`); here it is only built and started.

use crate::tools::postgres::{Cluster, Promise};
use crate::{command, place, run, say};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What one would deploy; some minutes.
    Full,
    /// Whatever the tests built; some seconds, to see that it runs. Its figures mean nothing.
    Short,
}

/// Builds what is measured and what measures, and lets them run.
pub(crate) fn bench(extent: Extent) -> Result<()> {
    let profile = match extent {
        Extent::Full => "server-release",
        Extent::Short => "ci",
    };
    if extent == Extent::Full {
        crate::front::build(crate::front::Profile::Release)?;
    }
    let server = run::build_server(profile)?;
    let driver = build_driver(profile)?;
    // A machine without PostgreSQL still measures SQLite.
    let cluster = Cluster::start(Promise::Durable)
        .inspect_err(|error| say::line(&format!("  ! PostgreSQL is left out: {error:#}")))
        .ok();
    measure(&server, &driver, cluster.as_ref(), extent)
}

/// The measuring program alone, with programs that are already there.
fn measure(server: &Path, driver: &Path, cluster: Option<&Cluster>, extent: Extent) -> Result<()> {
    let folder = place::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    let mut bench = command::program(driver);
    bench.arg("--server").arg(server);
    bench.arg("--folder").arg(&folder);
    if let Some(cluster) = cluster {
        bench.args(["--postgres", &cluster.url()]);
    }
    if extent == Extent::Short {
        bench.arg("--short");
    }
    command::run(&mut bench).context("the measurement did not end well")
}

fn build_driver(profile: &str) -> Result<PathBuf> {
    let step = say::step(&format!("compiling what measures ({profile})"));
    let mut cargo = command::cargo();
    // Together with the server, so that what both need is compiled once.
    cargo.args([
        "build",
        "--locked",
        "--package",
        "server",
        "--package",
        "harness",
        "--bin",
        "beistand-bench",
        "--profile",
        profile,
    ]);
    command::run(&mut cargo).context("the measuring program does not compile")?;
    step.done("compiled");
    Ok(place::root()
        .join("target")
        .join(profile)
        .join("beistand-bench"))
}
