//! No source file over 600 lines.

use crate::{fresh, place, say};
use anyhow::{Result, bail};
use std::fs;
use std::path::Path;

const MOST: usize = 600;
const FOLDERS: [&str; 7] = [
    "app",
    "crates",
    "frontend",
    "locales",
    "migrations",
    "server",
    "xtask",
];

/// Fails with the names of files that are too long.
pub(crate) fn check() -> Result<()> {
    let mut lengths = Vec::new();
    for folder in FOLDERS {
        for file in fresh::walk(&place::root().join(folder))? {
            if file.extension().is_some_and(|extension| extension == "rs") {
                lengths.push((lines(&file)?, file));
            }
        }
    }
    lengths.sort();
    let median = lengths
        .get(lengths.len() / 2)
        .map_or(0, |(lines, _)| *lines);
    say::line(&format!(
        "  {} files of Rust, median {median} lines",
        lengths.len()
    ));
    let long: Vec<_> = lengths
        .iter()
        .filter(|(lines, _)| *lines > MOST)
        .map(|(lines, file)| format!("{} ({lines} lines)", file.display()))
        .collect();
    if !long.is_empty() {
        bail!("longer than {MOST} lines: {}", long.join(", "));
    }
    Ok(())
}

fn lines(file: &Path) -> Result<usize> {
    Ok(fs::read_to_string(file)?.lines().count())
}
