//! How long the session stays: what the person does keeps it, what the page does by itself does not.
//! Time is a parameter; [`crate::desk`] asks, waits and warns.

use domain::account::Stays;
use domain::time::{MINUTE, SECOND, Timestamp};

/// How long before its end the person is warned, in milliseconds.
const WARNING: i64 = 2 * MINUTE;
/// The shortest time between two words to the server that the person does something.
const TELL: i64 = MINUTE;
/// The same while the end is near, where another tab may have kept the session, and after no answer.
const AGAIN: i64 = 20 * SECOND;
/// In which steps the time that is left is told, in seconds: a number that runs helps nobody.
const STEPS: [u32; 3] = [30, 60, 120];
/// A session that ends so long before its time was ended by somebody.
const EARLY: i64 = 10 * SECOND;

/// The session is about to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warning {
    /// No more than so many seconds are left: 120, 60 or 30.
    pub seconds: u32,
    /// Whether it ends whatever the person does: it is as old as sessions get.
    pub last: bool,
}

/// What this tab knows of it.
#[derive(Debug)]
pub(crate) struct Stay {
    /// When the person last did something here.
    used: Timestamp,
    /// The last use of which the server knows.
    told: Option<Timestamp>,
    /// When it was asked last.
    asked: Option<Timestamp>,
    /// When the session ends, if nobody does anything more; as the server said, by this clock.
    ends: Option<Timestamp>,
    /// When it ends in any case.
    ends_anyway: Timestamp,
    /// The person wants to stay: the server is to hear it now.
    wanted: bool,
    /// The person knows that it ends in any case.
    accepted: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask the server, and tell it how many seconds ago the person did something here.
    Ask { idle: u32 },
    /// Nothing for so long.
    Wait { milliseconds: u32 },
    /// The session is over, whether or not the server can be asked.
    Over,
}

impl Stay {
    /// A session that was just begun or come back to.
    pub(crate) const fn new(now: Timestamp) -> Self {
        Self {
            used: now,
            told: None,
            asked: None,
            ends: None,
            ends_anyway: now,
            wanted: false,
            accepted: false,
        }
    }

    /// The person does something. While a warning stands only its button counts.
    pub(crate) fn use_now(&mut self, now: Timestamp) {
        if self.warning(now).is_none() {
            self.used = now;
        }
    }

    /// The person wants to stay, or has read that this is not possible.
    pub(crate) fn want(&mut self, now: Timestamp) {
        self.accepted = self.ends_anyway.since(now) <= WARNING;
        self.wanted = !self.accepted;
        self.used = now;
    }

    pub(crate) const fn used(&self) -> Timestamp {
        self.used
    }

    /// The server has answered; it had been told of this use.
    pub(crate) fn answered(&mut self, now: Timestamp, told: Timestamp, stays: Stays) {
        let after = |seconds: u32| now.plus(i64::from(seconds) * SECOND);
        self.told = Some(told);
        self.ends = Some(after(stays.left));
        self.ends_anyway = after(stays.at_most);
        self.unanswered(now);
    }

    /// No answer came.
    pub(crate) fn unanswered(&mut self, now: Timestamp) {
        self.asked = Some(now);
        self.wanted = false;
    }

    pub(crate) fn next(&self, now: Timestamp) -> Next {
        // Before the last question was asked: the clock was set back.
        let waited = match self.asked.map(|asked| now.since(asked)) {
            Some(waited) if waited >= 0 => waited,
            _ => i64::MAX,
        };
        let ask = Next::Ask {
            idle: u32::try_from(now.since(self.used).max(0) / SECOND).unwrap_or(u32::MAX),
        };
        let left = self.ends.map(|ends| ends.since(now));
        let (due, pause) = match left {
            Some(..=0) if self.asked >= self.ends => return Next::Over,
            Some(..=0) => return ask,
            Some(left) => (
                left <= WARNING || self.told != Some(self.used),
                if left <= WARNING { AGAIN } else { TELL },
            ),
            None => (true, AGAIN),
        };
        if self.wanted || (due && waited >= pause) {
            return ask;
        }
        let mut wait = TELL;
        if due {
            wait = pause - waited;
        }
        let left = left.unwrap_or(wait);
        for step in STEPS {
            let until = left - i64::from(step) * SECOND;
            if until > 0 {
                wait = wait.min(until);
            }
        }
        Next::Wait {
            milliseconds: u32::try_from(wait.min(left)).unwrap_or_default(),
        }
    }

    /// What the person is to be told.
    pub(crate) fn warning(&self, now: Timestamp) -> Option<Warning> {
        let left = self.ends?.since(now);
        let last = self.ends_anyway.since(now) <= WARNING;
        let step = STEPS.iter().find(|step| left <= i64::from(**step) * SECOND);
        step.filter(|_| !(last && self.accepted))
            .map(|seconds| Warning {
                seconds: *seconds,
                last,
            })
    }

    /// Whether an end now is before its time.
    pub(crate) fn is_early(&self, now: Timestamp) -> bool {
        self.ends.is_some_and(|ends| ends.since(now) > EARLY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Timestamp = Timestamp(1_700_000_000_000);

    fn at(seconds: i64) -> Timestamp {
        BEGIN.plus(seconds * SECOND)
    }

    const fn stays(left: u32, at_most: u32) -> Stays {
        Stays { left, at_most }
    }

    const fn wait(seconds: u32) -> Next {
        Next::Wait {
            milliseconds: seconds * 1_000,
        }
    }

    /// A session of 20 minutes and 8 hours, as the server said it at the beginning.
    fn begun() -> Stay {
        let mut stay = Stay::new(BEGIN);
        assert_eq!(stay.next(BEGIN), Next::Ask { idle: 0 });
        stay.answered(BEGIN, BEGIN, stays(1_200, 28_800));
        stay
    }

    #[test]
    fn use_is_told_once_a_minute_and_not_without_use() {
        let mut stay = begun();
        assert_eq!(stay.next(at(1)), wait(60));
        assert_eq!(stay.next(at(600)), wait(60), "nobody did anything");
        stay.use_now(at(20));
        assert_eq!(stay.next(at(20)), wait(40));
        stay.use_now(at(30));
        assert_eq!(stay.next(at(60)), Next::Ask { idle: 30 });
        stay.answered(at(60), stay.used(), stays(1_170, 28_740));
        assert_eq!(stay.next(at(200)), wait(60), "it is told");
        assert_eq!(stay.warning(at(1_109)), None);
    }

    #[test]
    fn the_end_is_told_in_steps_once_the_server_agrees() {
        let mut stay = begun();
        assert_eq!(stay.next(at(1_050)), wait(30));
        assert_eq!(stay.next(at(1_080)), Next::Ask { idle: 1_080 });
        stay.answered(at(1_080), BEGIN, stays(120, 27_720));
        let warning = |seconds| {
            Some(Warning {
                seconds,
                last: false,
            })
        };
        for (now, next, told) in [
            (1_080, wait(20), 120),
            (1_130, Next::Ask { idle: 1_130 }, 120),
            (1_140, Next::Ask { idle: 1_140 }, 60),
            (1_170, Next::Ask { idle: 1_170 }, 30),
        ] {
            assert_eq!(stay.warning(at(now)), warning(told), "{now}");
            assert_eq!(stay.next(at(now)), next, "{now}");
            // Moving the mouse is no answer to the question.
            stay.use_now(at(now));
        }
        stay.unanswered(at(1_135));
        assert_eq!(stay.next(at(1_136)), wait(4), "the next step");
        assert_eq!(stay.next(at(1_200)), Next::Ask { idle: 1_200 });
        stay.unanswered(at(1_200));
        assert_eq!(stay.next(at(1_200)), Next::Over, "also without the server");
    }

    #[test]
    fn another_tab_keeps_the_session_of_this_one() {
        let mut stay = begun();
        assert_eq!(stay.next(at(1_080)), Next::Ask { idle: 1_080 });
        stay.answered(at(1_080), BEGIN, stays(900, 27_720));
        assert_eq!(stay.warning(at(1_080)), None);
        assert_eq!(stay.next(at(1_860)), Next::Ask { idle: 1_860 });
        stay.answered(at(1_860), BEGIN, stays(100, 26_000));
        assert!(stay.warning(at(1_860)).is_some());
        stay.answered(at(1_880), BEGIN, stays(1_190, 26_000));
        assert_eq!(stay.warning(at(1_880)), None, "used there meanwhile");
    }

    #[test]
    fn the_button_is_told_at_once() {
        let mut stay = begun();
        stay.answered(at(1_080), BEGIN, stays(120, 27_720));
        stay.want(at(1_090));
        assert_eq!(stay.next(at(1_090)), Next::Ask { idle: 0 });
        stay.answered(at(1_090), at(1_090), stays(1_200, 27_710));
        assert_eq!(stay.warning(at(1_090)), None);
        assert_eq!(stay.next(at(1_090)), wait(60));
    }

    #[test]
    fn the_last_end_is_said_and_can_only_be_read() {
        let mut stay = begun();
        stay.answered(at(28_700), at(28_700), stays(100, 100));
        let warning = Warning {
            seconds: 120,
            last: true,
        };
        assert_eq!(stay.warning(at(28_700)), Some(warning));
        stay.want(at(28_710));
        assert_eq!(stay.warning(at(28_710)), None);
        assert_eq!(stay.next(at(28_800)), Next::Ask { idle: 90 });
        stay.answered(at(28_800), at(28_710), stays(0, 0));
        assert_eq!(stay.next(at(28_800)), Next::Over);
    }

    #[test]
    fn an_end_before_its_time_is_known() {
        let stay = begun();
        assert!(stay.is_early(at(600)));
        assert!(!stay.is_early(at(1_195)) && !stay.is_early(at(1_300)));
        assert!(!Stay::new(BEGIN).is_early(BEGIN), "nothing is known");
    }

    #[test]
    fn a_device_that_slept_or_whose_clock_was_set_asks() {
        let mut stay = begun();
        assert_eq!(stay.next(at(90_000)), Next::Ask { idle: 90_000 });
        stay.use_now(at(30));
        assert_eq!(stay.next(at(-500)), Next::Ask { idle: 0 });
        stay.unanswered(at(-500));
        assert_eq!(stay.next(at(-500)), wait(60));
    }
}
