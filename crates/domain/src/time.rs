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
