//! A second implementation of the formats, in JavaScript for Node, against the golden vectors.

use super::report::Tally;
use super::stream;
use crate::{command, place};
use anyhow::{Result, bail};

/// Runs it; the packages of end2end have to be there.
pub(crate) fn test(tally: &mut Tally) -> Result<()> {
    let mut node = command::program("node");
    node.current_dir(place::root().join("end2end/vectors"))
        .args(["--test", "--test-reporter=spec"]);
    stream::run(&mut node, tally, count)?;
    if tally.passed == 0 {
        bail!("no test was found");
    }
    Ok(())
}

/// `ℹ pass 38`, `ℹ fail 0`, `ℹ cancelled 0`, `ℹ skipped 0` of Node's runner.
fn count(line: &str) -> Tally {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_sums_are_counted() {
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
            tally.add(count(line));
        }
        let expected = Tally {
            passed: 3,
            failed: 3,
            skipped: 1,
        };
        assert_eq!(tally, expected);
    }
}
