//! `cargo xtask pictures`: takes the README's pictures from a demonstration of today.

use crate::front::{self, Profile};
use crate::stage::Stage;
use crate::tools::browser;
use crate::{command, fresh, place, run, say};
use anyhow::Result;
use std::fs;

/// Builds what is not fresh, makes a demonstration, and takes the pictures into `docs/pictures`.
pub(crate) fn take() -> Result<()> {
    let chromium = browser::prepare()?;
    front::build(Profile::Release)?;
    let stage = Stage::open(run::build_server("ci")?)?;
    let mut playwright = stage.program("npx", "end2end", &chromium);
    playwright.args(["--no-install", "playwright", "test"]);
    playwright.args(["--config", "pictures.config.ts"]);
    command::run(&mut playwright)?;
    stage.close()?;
    for picture in fresh::walk(&place::root().join("docs/pictures"))? {
        let size = say::kilobytes(fs::metadata(&picture)?.len());
        say::line(&format!("  {} ({size})", picture.display()));
    }
    Ok(())
}
