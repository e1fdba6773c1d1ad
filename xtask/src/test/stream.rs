//! Runs a test runner, shows its lines as they come, and counts from them.

use super::report::Tally;
use crate::say;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Runs to the end; `count` reads each line.
pub(crate) fn run(
    command: &mut Command,
    tally: &mut Tally,
    count: impl Fn(&str) -> Tally,
) -> Result<()> {
    read(command, |line| {
        tally.add(count(line));
        say::line(line);
    })
}

fn read(command: &mut Command, mut each: impl FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .context("cannot start the test runner")?;
    let out = child
        .stdout
        .take()
        .context("the test runner has no output")?;
    for line in BufReader::new(out).lines() {
        each(&line?);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("the test runner ended with {status}");
    }
    Ok(())
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; …` of cargo test.
pub(crate) fn cargo(line: &str) -> Tally {
    if !line.starts_with("test result: ") {
        return Tally::default();
    }
    Tally {
        passed: before(line, " passed"),
        failed: before(line, " failed"),
        skipped: before(line, " ignored"),
    }
}

/// `  12 passed (3.4s)`, `  1 failed`, `  2 skipped` of Playwright.
pub(crate) fn playwright(line: &str) -> Tally {
    let mut words = line.split_whitespace();
    let (Some(number), Some(kind)) = (
        words.next().and_then(|word| word.parse().ok()),
        words.next(),
    ) else {
        return Tally::default();
    };
    let alone = words.next().is_none_or(|word| word.starts_with('('));
    match kind {
        "passed" if alone => Tally {
            passed: number,
            ..Tally::default()
        },
        "failed" if alone => Tally {
            failed: number,
            ..Tally::default()
        },
        "skipped" if alone => Tally {
            skipped: number,
            ..Tally::default()
        },
        _ => Tally::default(),
    }
}

/// `ℹ pass 38`, `ℹ fail 0`, `ℹ cancelled 0`, `ℹ skipped 0` of Node's runner.
pub(crate) fn node(line: &str) -> Tally {
    let words: Vec<_> = line.split_whitespace().collect();
    let ["ℹ", kind, number] = words.as_slice() else {
        return Tally::default();
    };
    let number = number.parse().unwrap_or(0);
    let mut tally = Tally::default();
    match *kind {
        "pass" => tally.passed = number,
        "fail" | "cancelled" => tally.failed = number,
        "skipped" => tally.skipped = number,
        _ => {}
    }
    tally
}

fn before(line: &str, word: &str) -> u64 {
    let number = line
        .split(word)
        .next()
        .and_then(|head| head.rsplit(|c: char| !c.is_ascii_digit()).next());
    if line.contains(word) {
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_own_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(
            cargo(line),
            Tally {
                passed: 12,
                failed: 2,
                skipped: 1
            }
        );
        assert_eq!(cargo("test a::b ... ok"), Tally::default());
        assert_eq!(
            playwright("  12 passed (3.4s)"),
            Tally {
                passed: 12,
                failed: 0,
                skipped: 0
            }
        );
        assert_eq!(
            playwright("  1 failed"),
            Tally {
                passed: 0,
                failed: 1,
                skipped: 0
            }
        );
        assert_eq!(
            playwright("  ✓  1 tests/shell.spec.ts:5:3 › passed (1s)"),
            Tally::default()
        );
        assert_eq!(playwright("3 passed words of a page"), Tally::default());
    }

    #[test]
    fn nodes_sums_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "✔ pass 3 (0.4ms)",
            "ℹ tests 7",
            "ℹ pass 3",
            "ℹ fail 1",
            "ℹ cancelled 2",
            "ℹ skipped 1",
            "ℹ duration_ms 16.5",
        ] {
            tally.add(node(line));
        }
        let expected = Tally {
            passed: 3,
            failed: 3,
            skipped: 1,
        };
        assert_eq!(tally, expected);
    }

    #[test]
    fn a_failing_runner_fails_and_keeps_its_count() {
        let mut tally = Tally::default();
        let script = "echo 'test result: FAILED. 1 passed; 1 failed; 0 ignored'; exit 101";
        let result = read(Command::new("sh").args(["-c", script]), |line| {
            tally.add(cargo(line))
        });
        assert!(result.is_err());
        assert_eq!(
            tally,
            Tally {
                passed: 1,
                failed: 1,
                skipped: 0
            }
        );
    }
}
