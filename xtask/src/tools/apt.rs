//! Debian's and Ubuntu's packages: installed when we are root, named in one sentence when we are not.

use crate::{command, say};
use anyhow::{Result, bail};
use std::process::Command;

/// Makes sure that `packages` are installed. `what` says for the person what they are for.
pub(crate) fn install(packages: &[String], what: &str) -> Result<()> {
    let list = packages.join(" ");
    if !command::succeeds(Command::new("apt-get").arg("--version")) {
        bail!(
            "{what} is missing, and this is no Debian or Ubuntu on which it could be installed for you. Packages there: {list}"
        );
    }
    if !is_root() {
        bail!(
            "{what} is missing. Install it once with: sudo apt-get install --no-install-recommends {list}"
        );
    }
    let step = say::step(&format!("installing {what}: {list}"));
    if !try_install(packages) {
        update()?;
        if !try_install(packages) {
            bail!(
                "apt could not install {list} ({what}). Without a network, install these packages by hand and start again."
            );
        }
    }
    step.done("installed");
    Ok(())
}

/// Fetches the list of packages anew.
pub(crate) fn update() -> Result<()> {
    if !is_root() {
        bail!("only root may fetch the list of packages");
    }
    command::run(apt().args(["update", "-q"]))
}

fn try_install(packages: &[String]) -> bool {
    apt()
        .args(["install", "-y", "-q", "--no-install-recommends"])
        .args(packages)
        .status()
        .is_ok_and(|status| status.success())
}

/// The version that apt would install, if it knows the package.
pub(crate) fn candidate(package: &str) -> Option<String> {
    let policy = command::output(Command::new("apt-cache").args(["policy", package])).ok()?;
    let line = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (line != "(none)").then(|| line.to_owned())
}

/// Whether we may install packages and must start PostgreSQL as somebody else.
pub(crate) fn is_root() -> bool {
    command::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
