//! Numbers: percentiles, a table, a file.

use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::Done;

/// All figures, by database.
#[derive(Default)]
pub(crate) struct Figures(Vec<(String, Vec<Row>)>);

struct Row {
    what: String,
    value: f64,
    unit: &'static str,
}

impl Figures {
    pub(crate) fn begin(&mut self, database: &str) {
        say(&format!("\n{database}"));
        self.0.push((database.to_owned(), Vec::new()));
    }

    /// Notes a figure, and shows it at once.
    pub(crate) fn add(&mut self, what: &str, value: f64, unit: &'static str) {
        let shown = if value < 10.0 {
            format!("{value:.2}")
        } else {
            format!("{value:.0}")
        };
        say(&format!("  {what:<56}{shown:>10} {unit}"));
        if let Some((_, rows)) = self.0.last_mut() {
            rows.push(Row {
                what: what.to_owned(),
                value,
                unit,
            });
        }
    }

    /// Rate and percentiles of what took this long each.
    pub(crate) fn add_times(&mut self, what: &str, times: &mut [Duration], within: Duration) {
        let rate = times.len() as f64 / within.as_secs_f64();
        self.add(&format!("{what}: rate"), rate, "/s");
        self.add_percentiles(what, times);
    }

    pub(crate) fn add_percentiles(&mut self, what: &str, times: &mut [Duration]) {
        times.sort_unstable();
        for (name, share) in [("p50", 0.50), ("p99", 0.99)] {
            self.add(&format!("{what}: {name}"), percentile(times, share), "ms");
        }
    }

    /// Writes all of it as JSON.
    pub(crate) fn write(&self, file: &Path) -> Done {
        let databases: Map<String, Value> = self
            .0
            .iter()
            .map(|(database, rows)| {
                let rows = rows.iter();
                let rows = rows
                    .map(|row| json!({ "what": row.what, "value": row.value, "unit": row.unit }));
                (database.clone(), rows.collect())
            })
            .collect();
        let text = serde_json::to_string_pretty(&databases)?;
        Ok(std::fs::write(file, text)?)
    }
}

/// In milliseconds, of sorted times; the nearest rank.
fn percentile(sorted: &[Duration], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    let at = rank.clamp(1, sorted.len().max(1)) - 1;
    sorted
        .get(at)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// A line at the terminal.
#[expect(clippy::print_stdout, reason = "a program for a terminal")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let times: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 0.50), 100.0);
        assert_eq!(percentile(&times, 0.99), 198.0);
        assert_eq!(percentile(&times[..1], 0.99), 1.0);
        assert!(percentile(&[], 0.5).is_nan());
    }
}
