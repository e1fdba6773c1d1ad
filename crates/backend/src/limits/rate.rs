//! So many in so long, and the bucket that follows from it. Pure rules: time is a parameter.

use serde::Deserialize;

/// So many in so long, written `20/10min`: a bucket that holds 20 and loses one every 30 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Rate {
    count: u32,
    /// Microseconds until one is forgotten.
    interval: i64,
}

/// Several rates that hold at once, written `20/10min, 100/day`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Rates(pub(super) Vec<Rate>);

/// A text that is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no limit: write a number, a slash and a time, such as 20/10min, 5/s or 100/day")]
pub struct NoRate(String);

const SECOND: i64 = 1_000_000;
/// Longer names first: each is looked for at the end of the text.
const UNITS: [(&str, i64); 4] = [
    ("day", 86_400 * SECOND),
    ("min", 60 * SECOND),
    ("h", 3_600 * SECOND),
    ("s", SECOND),
];

impl Rate {
    /// `count` in `seconds`, both at least 1.
    #[must_use]
    pub const fn new(count: u32, seconds: u32) -> Self {
        let count = if count == 0 { 1 } else { count };
        let seconds = if seconds == 0 { 1 } else { seconds };
        let interval = seconds as i64 * SECOND / count as i64;
        Self {
            count,
            interval: if interval == 0 { 1 } else { interval },
        }
    }

    /// How many at once.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// The same leak under a bucket of `times` the size.
    #[must_use]
    pub const fn with_room(self, times: u32) -> Self {
        Self {
            count: self.count.saturating_mul(times),
            ..self
        }
    }

    /// How many are in the bucket that will be empty at `empty`. Both times in microseconds. A
    /// clock that was set back leaves no bucket fuller than full.
    #[must_use]
    pub const fn used(self, empty: i64, now: i64) -> u32 {
        let ahead = empty.saturating_sub(now);
        if ahead <= 0 {
            return 0;
        }
        let used = (ahead - 1) / self.interval + 1;
        if used > self.count as i64 {
            self.count
        } else {
            used as u32
        }
    }

    /// Seconds until one more fits, rounded up; 0 if it does now.
    #[must_use]
    pub const fn wait(self, empty: i64, now: i64) -> u32 {
        let full = self.count as i64 * self.interval;
        let ahead = empty.saturating_sub(now);
        let ahead = if ahead > full { full } else { ahead };
        let over = ahead - (full - self.interval);
        if over <= 0 {
            0
        } else {
            let seconds = (over - 1) / SECOND + 1;
            if seconds > u32::MAX as i64 {
                u32::MAX
            } else {
                seconds as u32
            }
        }
    }

    /// When the bucket will be empty with one more in it; a full one stays full.
    #[must_use]
    pub const fn add(self, empty: i64, now: i64) -> i64 {
        let full = now.saturating_add(self.count as i64 * self.interval);
        let from = if empty > now { empty } else { now };
        let after = from.saturating_add(self.interval);
        if after > full { full } else { after }
    }

    /// When the bucket will be empty with one less in it.
    #[must_use]
    pub const fn give_back(self, empty: i64) -> i64 {
        empty.saturating_sub(self.interval)
    }
}

impl TryFrom<String> for Rate {
    type Error = NoRate;

    fn try_from(text: String) -> Result<Self, NoRate> {
        read(&text).ok_or(NoRate(text))
    }
}

fn read(text: &str) -> Option<Rate> {
    let (count, time) = text.trim().split_once('/')?;
    let (times, unit) = UNITS
        .iter()
        .find_map(|(name, length)| Some((time.strip_suffix(name)?, *length)))?;
    let count: u32 = count.trim().parse().ok()?;
    let times: i64 = match times.trim() {
        "" => 1,
        times => times.parse().ok()?,
    };
    let interval = unit.checked_mul(times)?.checked_div(count.into())?;
    let fits = (1..=366).contains(&times) && interval > 0;
    fits.then_some(Rate { count, interval })
}

impl TryFrom<String> for Rates {
    type Error = NoRate;

    fn try_from(text: String) -> Result<Self, NoRate> {
        let rates = text.split(',').map(|one| Rate::try_from(one.to_owned()));
        Ok(Self(rates.collect::<Result<_, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        Rate::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn rates_are_read_as_people_write_them() {
        assert_eq!(rate("20/10min"), Rate::new(20, 600));
        assert_eq!(rate(" 5 / s "), Rate::new(5, 1));
        assert_eq!(rate("3/h"), Rate::new(3, 3_600));
        assert_eq!(rate("100/day"), Rate::new(100, 86_400));
        assert_eq!(rate("40/4s"), Rate::new(40, 4));
        let both = Rates::try_from("3/h, 10/day".to_owned()).unwrap();
        assert_eq!(both.0, [Rate::new(3, 3_600), Rate::new(10, 86_400)]);
        for wrong in [
            "", "5", "5/", "/s", "0/s", "5/0s", "-1/s", "5/week", "off", "5/s,", "1/999day",
        ] {
            assert!(Rates::try_from(wrong.to_owned()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_bucket_takes_its_count_at_once_and_then_one_an_interval() {
        let rate = rate("3/30s");
        let (mut empty, start) = (0, 1_000 * SECOND);
        for used in 0..3 {
            assert_eq!(rate.used(empty, start), used);
            assert_eq!(rate.wait(empty, start), 0);
            empty = rate.add(empty, start);
        }
        assert_eq!(rate.used(empty, start), 3);
        assert_eq!(rate.wait(empty, start), 10);
        assert_eq!(rate.wait(empty, start + SECOND / 2), 10, "rounded up");
        assert_eq!(rate.wait(empty, start + 10 * SECOND), 0);
        assert_eq!(rate.used(empty, start + 10 * SECOND), 2);
        assert_eq!(rate.used(empty, start + 30 * SECOND), 0);
    }

    #[test]
    fn a_full_bucket_gets_no_fuller_and_gives_back() {
        let rate = rate("2/20s");
        let start = 500 * SECOND;
        let mut empty = 0;
        for _ in 0..50 {
            empty = rate.add(empty, start);
        }
        assert_eq!(rate.wait(empty, start), 10);
        empty = rate.give_back(empty);
        assert_eq!(rate.used(empty, start), 1);
    }

    #[test]
    fn a_clock_that_is_set_back_blocks_nobody_for_longer_than_a_full_bucket() {
        let rate = rate("2/20s");
        let empty = rate.add(0, 1_000_000 * SECOND);
        assert_eq!(rate.used(empty, 0), 2);
        assert_eq!(rate.wait(empty, 0), 10);
        let again = rate.add(empty, 0);
        assert_eq!(rate.wait(again, 20 * SECOND), 0);
    }

    #[test]
    fn a_roomier_bucket_leaks_as_fast() {
        let rate = rate("5/h");
        let roomy = rate.with_room(4);
        let mut empty = 0;
        for _ in 0..20 {
            empty = roomy.add(empty, 0);
        }
        assert_eq!(roomy.used(empty, 0), 20);
        assert_eq!(roomy.wait(empty, 0), 720);
        assert_eq!(roomy.used(empty, 3_600 * SECOND), 15);
    }
}
