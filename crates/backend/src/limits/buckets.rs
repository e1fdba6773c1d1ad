//! One rule's buckets: as many as there are slots, whoever comes. Memory is bounded because keys
//! are short: those who share a slot share its bucket, as those who share an address do.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::time::Timestamp;

use super::rate::Rate;

/// A rule, and a bucket a slot.
pub(super) struct Buckets {
    rate: Rate,
    /// When each bucket will be empty, in microseconds.
    slots: Mutex<Vec<i64>>,
}

impl Buckets {
    /// Two to the power of `bits` buckets, all empty. Untouched ones take no memory.
    pub(super) fn new(rate: Rate, bits: u32) -> Self {
        Self {
            rate,
            slots: Mutex::new(vec![0; 1 << bits]),
        }
    }

    /// How many fit in.
    pub(super) const fn room(&self) -> u32 {
        self.rate.count()
    }

    /// How many are in.
    pub(super) fn used(&self, key: u32, now: Timestamp) -> u32 {
        let mut slots = self.lock();
        self.rate.used(*slot(&mut slots, key), micros(now))
    }

    /// Whether one more would be too many.
    pub(super) fn is_full(&self, key: u32, now: Timestamp) -> bool {
        self.used(key, now) >= self.rate.count()
    }

    /// Seconds until one more fits; 0 if it does now.
    pub(super) fn wait(&self, key: u32, now: Timestamp) -> u32 {
        let mut slots = self.lock();
        self.rate.wait(*slot(&mut slots, key), micros(now))
    }

    /// Puts one in; a full bucket stays full.
    pub(super) fn take(&self, key: u32, now: Timestamp) {
        let mut slots = self.lock();
        let slot = slot(&mut slots, key);
        *slot = self.rate.add(*slot, micros(now));
    }

    /// Puts one in if it fits.
    ///
    /// # Errors
    /// Seconds until it would.
    pub(super) fn try_take(&self, key: u32, now: Timestamp) -> Result<(), u32> {
        let mut slots = self.lock();
        let slot = slot(&mut slots, key);
        match self.rate.wait(*slot, micros(now)) {
            0 => {
                *slot = self.rate.add(*slot, micros(now));
                Ok(())
            }
            wait => Err(wait),
        }
    }

    /// Empties all, and gives their memory back.
    pub(super) fn clear(&self) {
        let mut slots = self.lock();
        *slots = vec![0; slots.len()];
    }

    fn lock(&self) -> MutexGuard<'_, Vec<i64>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The slot of a key: its lowest bits.
pub(super) fn slot<T>(slots: &mut [T], key: u32) -> &mut T {
    let at = key as usize & (slots.len() - 1);
    &mut slots[at]
}

/// One second, in microseconds.
pub(super) const SECOND: i64 = 1_000_000;

pub(super) const fn micros(now: Timestamp) -> i64 {
    now.0.saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_there_are_no_more_slots() {
        let buckets = Buckets::new(Rate::new(2, 60), 4);
        for key in 0..10_000 {
            buckets.take(key * 7_919, Timestamp(0));
        }
        assert_eq!(buckets.lock().len(), 16);
        assert!(buckets.is_full(3, Timestamp(0)) && buckets.is_full(3 + 16, Timestamp(0)));
        buckets.clear();
        assert_eq!(buckets.used(3, Timestamp(0)), 0);
    }

    #[test]
    fn what_does_not_fit_is_not_counted() {
        let buckets = Buckets::new(Rate::new(2, 20), 1);
        let at = |seconds: i64| Timestamp(seconds * 1_000);
        assert_eq!(buckets.try_take(0, at(0)), Ok(()));
        assert_eq!(buckets.try_take(0, at(0)), Ok(()));
        assert_eq!(buckets.try_take(1, at(0)), Ok(()), "another slot");
        for _ in 0..9 {
            assert_eq!(buckets.try_take(0, at(1)), Err(9));
        }
        assert_eq!(buckets.try_take(0, at(10)), Ok(()));
    }
}
