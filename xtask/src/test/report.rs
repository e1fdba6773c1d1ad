//! What the run found: counts of the runners, and a table of times.

use crate::say;
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// Tests that a runner counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Ended well.
    pub(crate) passed: u64,
    /// Ended badly.
    pub(crate) failed: u64,
    /// Not run.
    pub(crate) skipped: u64,
}

impl Tally {
    /// Adds another runner's count.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// All steps so far.
pub(crate) struct Report {
    only: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    time: Duration,
    ended_well: bool,
    tally: Tally,
}

impl Report {
    /// Begins; `only` leaves out all steps whose name does not hold it.
    pub(crate) fn new(only: Option<String>) -> Self {
        Self {
            only,
            rows: Vec::new(),
        }
    }

    /// Runs one step and writes down how it ended.
    pub(crate) fn step(&mut self, name: &'static str, step: impl FnOnce(&mut Tally) -> Result<()>) {
        if self
            .only
            .as_deref()
            .is_some_and(|only| !name.contains(only))
        {
            return;
        }
        say::line(&format!("\n━━ {name}"));
        let began = Instant::now();
        let mut tally = Tally::default();
        let result = step(&mut tally);
        if let Err(error) = &result {
            say::line(&format!("✗ {name}: {error:#}"));
        }
        self.rows.push(Row {
            name,
            time: began.elapsed(),
            ended_well: result.is_ok(),
            tally,
        });
    }

    /// Prints the table and the sum of the runners' counts.
    pub(crate) fn finish(self) -> Result<()> {
        if self.rows.is_empty() {
            bail!("no step has such a name");
        }
        say::line("\n━━ summary");
        for row in &self.rows {
            let mark = if row.ended_well { "✓" } else { "✗" };
            let tests = if row.tally.passed > 0 {
                format!("   {} tests", row.tally.passed)
            } else {
                String::new()
            };
            say::line(&format!(
                "{mark} {:<32}{:>14}{tests}",
                row.name,
                say::seconds(row.time)
            ));
        }
        let whole: Duration = self.rows.iter().map(|row| row.time).sum();
        say::line(&format!("  {:<32}{:>14}", "all", say::seconds(whole)));
        let mut sum = Tally::default();
        for row in &self.rows {
            sum.add(row.tally);
        }
        let failed: Vec<_> = self
            .rows
            .iter()
            .filter(|row| !row.ended_well)
            .map(|row| row.name)
            .collect();
        say::line(&format!(
            "\n{} passed, {} failed, {} skipped",
            sum.passed, sum.failed, sum.skipped
        ));
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}
