//! The live channel's states, and how long to wait between two tries.

use crypto::random::{CryptoRng, make_bytes};

/// Where the live channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Being opened.
    Connecting,
    /// Open; what was missed is coming.
    CatchingUp,
    /// Everything that happened is here.
    Live,
    /// No connection; the next try is in at most this many milliseconds, or at
    /// [`crate::desk::Desk::nudge`].
    Waiting {
        /// Milliseconds.
        milliseconds: u32,
    },
    /// The session has ended: somebody must sign in again.
    SignedOut,
    /// Closed by [`crate::desk::Desk::close`], or not begun.
    Closed,
}

/// The longest wait between two tries, in milliseconds.
const LONGEST: u32 = 30_000;

/// Milliseconds to wait after `failures` failures in a row: doubling, with a random half, so that
/// not everybody comes back at once.
#[must_use]
pub fn back_off(rng: &mut impl CryptoRng, failures: u32) -> u32 {
    let whole = 500_u32
        .saturating_mul(1 << failures.saturating_sub(1).min(10))
        .min(LONGEST);
    let half = whole / 2;
    half + u32::from_be_bytes(make_bytes(rng)) % half.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto::random::SystemRandom;

    #[test]
    fn waits_grow_and_end_at_the_longest() {
        for (failures, whole) in [
            (1, 500),
            (2, 1000),
            (3, 2000),
            (20, LONGEST),
            (u32::MAX, LONGEST),
        ] {
            for _ in 0..50 {
                let wait = back_off(&mut SystemRandom, failures);
                assert!((whole / 2..whole).contains(&wait), "{failures}: {wait}");
            }
        }
    }
}
