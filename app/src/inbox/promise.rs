//! How long somebody waits, against the promise of an answer within two working days.

use domain::time::{DAY, Day, HOUR, MINUTE, Timestamp};

/// The working days within which an answer is promised.
const PROMISED_DAYS: u32 = 2;

/// How a wait stands against the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// There is time.
    Calm,
    /// The promised day is today.
    Soon,
    /// The promised day has passed.
    Over,
}

/// A span in the largest unit that says enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Less than a minute.
    Now,
    /// Whole minutes, 1–59.
    Minutes(u64),
    /// Whole hours, 1–47.
    Hours(u64),
    /// Whole days, from 2 on.
    Days(u64),
}

/// The span from `earlier` to `now`; a clock that runs behind counts as now.
#[must_use]
pub fn span(earlier: Timestamp, now: Timestamp) -> Span {
    let passed = now.since(earlier).max(0);
    let whole = |unit: i64| (passed / unit).unsigned_abs();
    match passed {
        0..MINUTE => Span::Now,
        MINUTE..HOUR => Span::Minutes(whole(MINUTE)),
        passed if passed < 2 * DAY => Span::Hours(whole(HOUR)),
        _ => Span::Days(whole(DAY)),
    }
}

/// The last day of the promise: the second working day after the day of arrival, Monday to Friday.
/// Holidays differ by state and count as working days. Days are local, as `offset` (milliseconds
/// east of UTC) says.
#[must_use]
pub fn promised(received: Timestamp, offset: i64) -> Day {
    let mut day = received.plus(offset).day();
    let mut left = PROMISED_DAYS;
    while left > 0 {
        day = Day(day.0.saturating_add(1));
        if is_working(day) {
            left -= 1;
        }
    }
    day
}

/// How the wait stands today.
#[must_use]
pub fn tone(received: Timestamp, now: Timestamp, offset: i64) -> Tone {
    let today = now.plus(offset).day();
    match promised(received, offset).cmp(&today) {
        std::cmp::Ordering::Greater => Tone::Calm,
        std::cmp::Ordering::Equal => Tone::Soon,
        std::cmp::Ordering::Less => Tone::Over,
    }
}

fn is_working(day: Day) -> bool {
    // 1970-01-01 was a Thursday: 0 is Monday.
    (day.0 + 3) % 7 < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday, 2026-11-19, 00:00 UTC.
    const THURSDAY: Timestamp = Timestamp(1_795_046_400_000);

    #[test]
    fn the_weekend_does_not_count() {
        let promised_after =
            |days: i64| promised(THURSDAY.plus(days * DAY + 14 * HOUR), 0).since(THURSDAY.day());
        assert_eq!(THURSDAY.day(), Day(20_776));
        assert_eq!(promised_after(-1), 1, "Wednesday: by Friday");
        assert_eq!(promised_after(0), 4, "Thursday: by Monday");
        assert_eq!(promised_after(1), 5, "Friday: by Tuesday");
        assert_eq!(promised_after(2), 5, "Saturday: by Tuesday");
        assert_eq!(promised_after(3), 5, "Sunday: by Tuesday");
    }

    #[test]
    fn days_are_local() {
        let late = THURSDAY.plus(23 * HOUR + 30 * MINUTE);
        assert_eq!(promised(late, 0).since(THURSDAY.day()), 4);
        assert_eq!(promised(late, HOUR).since(THURSDAY.day()), 5);
    }

    #[test]
    fn tones_change_with_the_promised_day() {
        let tone_after = |days: i64| tone(THURSDAY, THURSDAY.plus(days * DAY), 0);
        assert_eq!(tone_after(3), Tone::Calm);
        assert_eq!(tone_after(4), Tone::Soon);
        assert_eq!(tone_after(5), Tone::Over);
    }

    #[test]
    fn spans_take_the_largest_unit_that_says_enough() {
        let after = |milliseconds: i64| span(THURSDAY, THURSDAY.plus(milliseconds));
        assert_eq!(after(-5), Span::Now);
        assert_eq!(after(MINUTE - 1), Span::Now);
        assert_eq!(after(MINUTE), Span::Minutes(1));
        assert_eq!(after(HOUR), Span::Hours(1));
        assert_eq!(after(2 * DAY - 1), Span::Hours(47));
        assert_eq!(after(2 * DAY), Span::Days(2));
    }
}
