//! Node with npm, and Chromium, for the browser tests.

use super::apt;
use crate::{command, say};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node that the tests' packages run on.
const NODE: (u32, u32) = (20, 19);

/// Makes sure that Node and Chromium are there and the tests' packages installed; returns Chromium's path.
pub(crate) fn prepare() -> Result<PathBuf> {
    node()?;
    let chromium = chromium()?;
    packages("end2end", "@playwright/test")?;
    Ok(chromium)
}

/// Lighthouse, which only a long run needs.
pub(crate) fn prepare_lighthouse() -> Result<()> {
    packages("end2end/lighthouse", "lighthouse")
}

fn node() -> Result<()> {
    if installed_node().is_some_and(|version| version >= NODE) && has("npm") {
        return Ok(());
    }
    let wanted = format!(
        "Node {}.{} or newer with npm (for the browser tests)",
        NODE.0, NODE.1
    );
    let offered = apt::candidate("nodejs").and_then(|version| parse(&version));
    if offered.is_none_or(|version| version < NODE) {
        bail!(
            "{wanted} is missing, and this system's packages have none. Install it from nodejs.org, then start again."
        );
    }
    let mut packages = vec!["nodejs".to_owned()];
    // Some packages of Node bring npm, some have it beside them.
    if !has("npm") && apt::candidate("npm").is_some() {
        packages.push("npm".to_owned());
    }
    apt::install(&packages, &wanted)
}

fn installed_node() -> Option<(u32, u32)> {
    parse(
        command::output(Command::new("node").arg("--version"))
            .ok()?
            .trim()
            .trim_start_matches('v'),
    )
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn chromium() -> Result<PathBuf> {
    let found = || {
        [
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
        ]
        .map(Path::new)
        .into_iter()
        .find(|path| path.exists())
    };
    if found().is_none() {
        apt::install(&["chromium".to_owned()], "Chromium (for the browser tests)")?;
    }
    found()
        .map(Path::to_owned)
        .context("Chromium was installed and cannot be found; expected /usr/bin/chromium")
}

/// Installs a folder's packages, unless they are there: `one` of them tells.
fn packages(name: &str, one: &str) -> Result<()> {
    let folder = crate::place::root().join(name);
    let mark = ["npm-", &name.replace('/', "-")].concat();
    let fingerprint = crate::fresh::Fingerprint::default()
        .files(&folder.join("package-lock.json"))?
        .finish();
    if crate::fresh::is_fresh(&mark, &fingerprint) && folder.join("node_modules").join(one).exists()
    {
        return Ok(());
    }
    let step = say::step(&format!("fetching the packages of {name} (npm)"));
    let mut npm = command::program("npm");
    npm.current_dir(&folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command::run(&mut npm).with_context(|| {
        format!("without a network, {name}/node_modules has to be there already")
    })?;
    step.done("fetched");
    crate::fresh::remember(&mark, &fingerprint)
}

fn has(name: &str) -> bool {
    command::succeeds(Command::new(name).arg("--version"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_and_of_packages_are_read() {
        assert_eq!(parse("20.20.2"), Some((20, 20)));
        assert_eq!(parse("18.20.4+dfsg-1~deb12u1"), Some((18, 20)));
        assert_eq!(parse("none"), None);
        assert!(parse("22.1.0").is_some_and(|version| version >= NODE));
    }
}
