//! The wait of an account that somebody tries to sign in to again and again: it grows, is short of
//! locking anybody out, and fades.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::time::Timestamp;

use super::buckets::{SECOND, micros, slot};
use super::rate::Rate;

/// The rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growing {
    /// Tries without a wait.
    free: u32,
    /// The longest wait, in seconds.
    longest: u32,
    /// Holds every try that still counts.
    tries: Rate,
}

/// What is known of one account, in microseconds: when all tries are forgotten, and when the next
/// one may be made. No type of its own: untouched zeros take no memory.
type Tried = [i64; 2];

impl Growing {
    /// `free` tries at once, then one after 2, 4, 8 … up to `longest` seconds; `fades` seconds
    /// without a try forget all of them.
    pub(super) const fn new(free: u32, longest: u32, fades: u32) -> Self {
        // One for each wait until the longest.
        let doublings = if longest > 1 {
            (longest - 1).ilog2() + 1
        } else {
            1
        };
        Self {
            free,
            longest,
            tries: Rate::new(free.saturating_add(doublings), fades),
        }
    }

    /// Seconds until the next try.
    fn wait(self, tried: Tried, now: i64) -> u32 {
        let ahead = tried[1].saturating_sub(now);
        if ahead <= 0 {
            return 0;
        }
        // A clock that was set back makes nobody wait longer than the rule.
        let seconds = u32::try_from((ahead - 1) / SECOND + 1).unwrap_or(u32::MAX);
        seconds.min(self.longest)
    }

    /// What is known after a try.
    fn after(self, tried: Tried, now: i64) -> Tried {
        let empty = self.tries.add(tried[0], now);
        let wait = self.wait_after(self.tries.used(empty, now));
        [empty, now.saturating_add(i64::from(wait) * SECOND)]
    }

    /// Seconds between the last of `tries` tries and the next.
    const fn wait_after(self, tries: u32) -> u32 {
        match tries.checked_sub(self.free) {
            None => 0,
            Some(over) => {
                let wait = match 2_u32.checked_shl(over) {
                    Some(wait) if over < 30 => wait,
                    _ => self.longest,
                };
                if wait > self.longest {
                    self.longest
                } else {
                    wait
                }
            }
        }
    }
}

/// The rule, and what is known of the accounts: names that exist and names that do not.
pub(super) struct Tries {
    rule: Growing,
    slots: Mutex<Vec<Tried>>,
}

impl Tries {
    pub(super) fn new(rule: Growing, bits: u32) -> Self {
        Self {
            rule,
            slots: Mutex::new(vec![[0; 2]; 1 << bits]),
        }
    }

    /// Whether the free tries are used up.
    pub(super) fn is_over(&self, key: u32, now: Timestamp) -> bool {
        let tried = *slot(&mut self.lock(), key);
        self.rule.tries.used(tried[0], micros(now)) >= self.rule.free
    }

    /// Seconds until the next try; 0 if it may be made now.
    pub(super) fn wait(&self, key: u32, now: Timestamp) -> u32 {
        let tried = *slot(&mut self.lock(), key);
        self.rule.wait(tried, micros(now))
    }

    /// Counts a try, whether or not it should wait.
    pub(super) fn take(&self, key: u32, now: Timestamp) {
        let mut slots = self.lock();
        let tried = slot(&mut slots, key);
        *tried = self.rule.after(*tried, micros(now));
    }

    /// Counts a try that may be made now.
    ///
    /// # Errors
    /// Seconds until it may.
    pub(super) fn try_take(&self, key: u32, now: Timestamp) -> Result<(), u32> {
        let mut slots = self.lock();
        let tried = slot(&mut slots, key);
        let now = micros(now);
        match self.rule.wait(*tried, now) {
            0 => {
                *tried = self.rule.after(*tried, now);
                Ok(())
            }
            wait => Err(wait),
        }
    }

    /// The last try was the right password: it counts for nothing.
    pub(super) fn give_back(&self, key: u32) {
        let mut slots = self.lock();
        let tried = slot(&mut slots, key);
        *tried = [self.rule.tries.give_back(tried[0]), 0];
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Tried>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries() -> Tries {
        Tries::new(Growing::new(5, 300, 3_600), 4)
    }

    fn at(seconds: u32) -> Timestamp {
        Timestamp(1_789_000_000_000 + i64::from(seconds) * 1_000)
    }

    #[test]
    fn five_are_free_and_then_the_wait_doubles_up_to_its_end() {
        let tries = tries();
        for _ in 0..5 {
            assert!(!tries.is_over(7, at(0)));
            assert_eq!(tries.wait(7, at(0)), 0);
            tries.take(7, at(0));
        }
        assert!(tries.is_over(7, at(0)));
        let (mut now, mut waits) = (0, Vec::new());
        for _ in 0..10 {
            let wait = tries.wait(7, at(now));
            assert_eq!(tries.wait(7, at(now + wait - 1)), 1, "not sooner");
            now += wait;
            assert_eq!(tries.wait(7, at(now)), 0);
            tries.take(7, at(now));
            waits.push(wait);
        }
        assert_eq!(waits[..7], [2, 4, 8, 16, 32, 64, 128]);
        assert!(
            waits[7..].iter().all(|wait| (128..=300).contains(wait)),
            "{waits:?}"
        );
        assert_eq!(tries.wait(8, at(now)), 0, "another account");
    }

    #[test]
    fn it_fades() {
        let tries = tries();
        for _ in 0..100 {
            tries.take(7, at(0));
        }
        assert_eq!(tries.wait(7, at(0)), 300, "never longer");
        assert_eq!(tries.wait(7, at(300)), 0, "nobody is locked out");
        assert!(tries.is_over(7, at(1_800)));
        tries.take(7, at(1_800));
        assert!(tries.wait(7, at(1_800)) < 30, "half is forgotten");
        assert!(!tries.is_over(7, at(1_800 + 3_600)));
    }

    #[test]
    fn who_knows_the_password_is_not_counted() {
        let tries = tries();
        for _ in 0..50 {
            tries.take(7, at(0));
            tries.give_back(7);
        }
        assert_eq!((tries.wait(7, at(0)), tries.is_over(7, at(0))), (0, false));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let tries = tries();
        for _ in 0..100 {
            tries.take(7, at(1_000_000));
        }
        assert_eq!(tries.wait(7, at(0)), 300);
    }
}
