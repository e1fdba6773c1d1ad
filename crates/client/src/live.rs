//! The live channel's states, which way it takes, and how long to wait between two tries.

use crypto::random::{CryptoRng, make_bytes};
use domain::time::{MINUTE, Timestamp};

/// Where the live channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Being opened.
    Connecting,
    /// Open; what was missed is coming.
    CatchingUp,
    /// Everything that happened is here.
    Live,
    /// The same, but a little later: as many tabs as may listen do so already.
    Crowded,
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

/// Sockets in a row that say nothing, although calls get through, until the twin is taken.
const MUTE: u32 = 2;
/// Milliseconds on the twin until a socket is tried again; doubles with every try in vain.
const TWIN: i64 = 5 * MINUTE;
/// The longest of these, in milliseconds.
const TWIN_LONGEST: i64 = 40 * MINUTE;
/// The same where a socket was refused only because there are too many.
const TWIN_CROWDED: i64 = MINUTE;

/// The two ways of the live channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A WebSocket.
    Socket,
    /// A call that waits: [`domain::live::WaitLive`].
    Twin,
}

/// Which way the next channel takes, by how the last ones ended. Time is a parameter.
#[derive(Debug, Clone, Copy, Default)]
pub struct Route {
    /// Channels in a row that failed.
    failures: u32,
    /// Sockets in a row that said nothing although calls got through.
    mute: u32,
    /// The twin is taken until then.
    twin_until: Option<Timestamp>,
}

/// How a channel ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was open, and broke.
    Broke,
    /// It was never open.
    Mute,
    /// It was refused: as many tabs as may listen do so already.
    Crowded,
}

impl Route {
    /// Which way to take now.
    #[must_use]
    pub fn way(&self, now: Timestamp) -> Way {
        // A clock that was set back keeps nobody on the twin for longer.
        let holds = |until: Timestamp| (1..=TWIN_LONGEST).contains(&until.since(now));
        if self.twin_until.is_some_and(holds) {
            Way::Twin
        } else {
            Way::Socket
        }
    }

    /// Whether a socket is tried again although the twin was good: nothing is to be seen of that.
    #[must_use]
    pub const fn is_trial(&self) -> bool {
        self.failures == 0 && self.twin_until.is_some()
    }

    /// A channel is open.
    pub fn opened(&mut self, way: Way) {
        self.failures = 0;
        if way == Way::Socket {
            self.mute = 0;
            self.twin_until = None;
        }
    }

    /// A channel ended. `calls` tells whether an ordinary call got through right afterwards. Gives
    /// the failures in a row, to be waited for; 0 for another channel at once.
    #[must_use]
    pub fn ended(&mut self, way: Way, how: Ended, calls: bool, now: Timestamp) -> u32 {
        match (way, how) {
            (Way::Socket, Ended::Crowded) => {
                self.twin_until = Some(now.plus(TWIN_CROWDED));
                return 0;
            }
            // Time to try a socket again; nothing is wrong.
            (Way::Twin, Ended::Broke) if calls && self.way(now) == Way::Socket => return 0,
            (Way::Socket, Ended::Mute) if calls => {
                self.mute = self.mute.saturating_add(1);
                if let Some(again) = self.mute.checked_sub(MUTE) {
                    let time = TWIN.saturating_mul(1 << again.min(8)).min(TWIN_LONGEST);
                    self.twin_until = Some(now.plus(time));
                    return 0;
                }
            }
            _ => {}
        }
        self.failures = self.failures.saturating_add(1);
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto::random::SystemRandom;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn mute(route: &mut Route, now: Timestamp) -> u32 {
        assert_eq!(route.way(now), Way::Socket);
        route.ended(Way::Socket, Ended::Mute, true, now)
    }

    #[test]
    fn two_mute_sockets_lead_to_the_twin_and_later_back() {
        let mut route = Route::default();
        assert!(!route.is_trial());
        assert_eq!(mute(&mut route, NOW), 1);
        assert_eq!(mute(&mut route, NOW), 0, "the twin at once");
        assert_eq!(route.way(NOW), Way::Twin);
        route.opened(Way::Twin);
        let mut now = NOW;
        for minutes in [5, 10, 20, 40, 40] {
            assert_eq!(route.way(now.plus(minutes * MINUTE - 1)), Way::Twin);
            now = now.plus(minutes * MINUTE);
            let ended = route.ended(Way::Twin, Ended::Broke, true, now);
            assert_eq!((ended, route.way(now)), (0, Way::Socket), "{minutes}");
            assert!(route.is_trial());
            assert_eq!(mute(&mut route, now), 0, "one more is enough");
            route.opened(Way::Twin);
        }
        now = now.plus(40 * MINUTE);
        assert_eq!(route.way(now), Way::Socket);
        route.opened(Way::Socket);
        assert!(!route.is_trial());
        assert_eq!(mute(&mut route, now), 1, "it was good: two again");
    }

    #[test]
    fn without_any_connection_the_way_stays_as_it_is() {
        let mut route = Route::default();
        for failures in 1..9 {
            let ended = route.ended(Way::Socket, Ended::Mute, false, NOW);
            assert_eq!((ended, route.way(NOW)), (failures, Way::Socket));
        }
        // An open socket that breaks is no mute one.
        for _ in 0..9 {
            route.opened(Way::Socket);
            assert_eq!(route.ended(Way::Socket, Ended::Broke, true, NOW), 1);
            assert_eq!(route.way(NOW), Way::Socket);
        }
        // A twin that breaks stays the way.
        let mut route = Route::default();
        let _ = (mute(&mut route, NOW), mute(&mut route, NOW));
        assert_eq!(route.ended(Way::Twin, Ended::Mute, false, NOW), 2);
        assert_eq!(route.ended(Way::Twin, Ended::Broke, true, NOW), 3);
        assert_eq!(route.way(NOW), Way::Twin);
        assert_eq!(route.way(NOW.plus(-1)), Way::Twin);
        let set_back = NOW.plus(-TWIN_LONGEST);
        assert_eq!(route.way(set_back), Way::Socket);
    }

    #[test]
    fn where_there_are_too_many_the_twin_looks_now_and_then() {
        let mut route = Route::default();
        let ended = route.ended(Way::Socket, Ended::Crowded, true, NOW);
        assert_eq!((ended, route.way(NOW)), (0, Way::Twin));
        route.opened(Way::Twin);
        let later = NOW.plus(TWIN_CROWDED);
        assert_eq!(route.ended(Way::Twin, Ended::Broke, true, later), 0);
        assert_eq!(route.way(later), Way::Socket);
    }

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
