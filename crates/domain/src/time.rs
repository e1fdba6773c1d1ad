//! Points in time as integers. Nothing here asks a clock.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Days since 1970-01-01 (UTC), as they stand in signed objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub u32);

/// Minutes since 1970-01-01T00:00Z, as they stand in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minute(pub u64);

/// One second, in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute, in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day, in milliseconds.
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    /// The day this falls on; times before 1970 count as day 0.
    #[must_use]
    pub fn day(self) -> Day {
        Day(u32::try_from(self.0.max(0) / DAY).unwrap_or(u32::MAX))
    }

    /// The minute this falls in; times before 1970 count as minute 0.
    #[must_use]
    pub fn minute(self) -> Minute {
        Minute((self.0.max(0) / MINUTE).unsigned_abs())
    }

    /// This many milliseconds later (earlier if negative).
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` until this.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Day {
    /// Whole days from `earlier` until this; 0 if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Months since January 1970 in the Gregorian calendar, 0 for that month.
    #[must_use]
    pub const fn month(self) -> u32 {
        // Years that begin on 1 March have their leap day at the end (H. Hinnant, "chrono-compatible
        // low-level date algorithms"). 719,468 days lie between 0000-03-01 and 1970-01-01.
        let days = self.0 as u64 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let months = (era * 400 + year) * 12 + from_march + 2;
        (months - 1_970 * 12) as u32
    }
}

impl Minute {
    /// The first millisecond of this minute.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(
            i64::try_from(self.0)
                .unwrap_or(i64::MAX)
                .saturating_mul(MINUTE),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_on_their_first_day() {
        for (day, month) in [
            (0, 0),
            (30, 0),
            (31, 1),
            (58, 1),
            (59, 2),
            (364, 11),
            (365, 12),
            // 2000-02-29 and the day after
            (11_016, 361),
            (11_017, 362),
            // 2026-11-22
            (20_779, 682),
            // 2100-02-28 and 2100-03-01
            (47_540, 1_561),
            (47_541, 1_562),
        ] {
            assert_eq!(Day(day).month(), month, "day {day}");
        }
    }
}
