//! SQLite's own program, with which operators make backups: the tests try their scripts.

use super::apt;
use crate::command;
use anyhow::Result;
use std::process::Command;

/// Makes sure that `sqlite3` is there.
pub(crate) fn prepare() -> Result<()> {
    if command::succeeds(Command::new("sqlite3").arg("--version")) {
        return Ok(());
    }
    apt::install(
        &["sqlite3".to_owned()],
        "sqlite3 (for the tests of backups)",
    )
}
