//! What the person at the terminal sees: one line a step, with the time it took, at once.

use std::io::Write;
use std::time::{Duration, Instant};

/// Says what begins now; [`Step::done`] says how long it took.
pub(crate) struct Step {
    began: Instant,
}

/// Begins a step.
pub(crate) fn step(what: &str) -> Step {
    line(&format!("▸ {what}"));
    Step {
        began: Instant::now(),
    }
}

impl Step {
    /// The step ended well.
    pub(crate) fn done(self, result: &str) {
        line(&format!("  {result} ({})", seconds(self.began.elapsed())));
    }
}

/// One plain line.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    // A closed terminal is no reason to stop building.
    drop(writeln!(out, "{text}"));
    drop(out.flush());
}

/// A duration as people read it.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole >= 60 {
        format!("{} min {} s", whole / 60, whole % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// A size as people read it.
pub(crate) fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_read_well() {
        assert_eq!(seconds(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
        assert_eq!(kilobytes(67_349), "67.3 kB");
    }
}
