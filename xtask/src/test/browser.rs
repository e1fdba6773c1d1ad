//! Browsers against the server that the tests' profile built, with a fresh demonstration: Playwright, and Lighthouse.

use super::report::Tally;
use super::stream;
use crate::stage::Stage;
use crate::{place, say};
use anyhow::Result;
use std::path::Path;

/// Runs all browser tests.
pub(crate) fn test(chromium: &Path, long: bool, tally: &mut Tally) -> Result<()> {
    let stage = Stage::open(place::root().join("target/ci/beistand"))?;
    let mut playwright = stage.program("npx", "end2end", chromium);
    playwright.args(["--no-install", "playwright", "test"]);
    if long {
        playwright.env("BEISTAND_LONG", "1");
    }
    let result = stream::run(&mut playwright, tally, stream::playwright);
    finish(stage, result)
}

/// Marks and times of public pages and of the application's entry, as on a middling phone.
pub(crate) fn lighthouse(chromium: &Path, tally: &mut Tally) -> Result<()> {
    let stage = Stage::open(place::root().join("target/ci/beistand"))?;
    let mut node = stage.program("node", "end2end/lighthouse", chromium);
    node.args(["--test-reporter=spec", "pages.test.js"]);
    let result = stream::run(&mut node, tally, stream::node);
    finish(stage, result)
}

fn finish(stage: Stage, result: Result<()>) -> Result<()> {
    if result.is_ok() {
        return stage.close();
    }
    say::line(&format!(
        "  data and log of the server are kept in {}; pictures, traces and reports in end2end/test-results",
        stage.keep().display()
    ));
    result
}
