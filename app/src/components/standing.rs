//! How the live channel stands, as people are told: calmly, and only what lasts.

use client::desk::Connection;
#[cfg(feature = "csr")]
use {
    crate::reactive::{RwSignal, StoredValue, effect},
    leptos::{prelude::*, task::spawn_local},
};

/// What is said of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Everything that happens arrives.
    Live,
    /// As before, after there was no connection: said for a moment.
    Back,
    /// It arrives a little later: there are too many windows.
    Crowded,
    /// What happened meanwhile is being fetched.
    CatchingUp,
    /// Being opened.
    Connecting,
    /// No connection.
    Off,
}

/// A cut shorter than this is not mentioned, in milliseconds.
#[cfg(feature = "csr")]
const GRACE: u32 = 1_500;
/// For so long is said that the connection is back, in milliseconds.
#[cfg(feature = "csr")]
const MOMENT: u32 = 5_000;

impl Standing {
    const fn of(connection: Connection) -> Self {
        match connection {
            // Who signs out sees another screen.
            Connection::Live | Connection::SignedOut => Self::Live,
            Connection::Crowded => Self::Crowded,
            Connection::CatchingUp => Self::CatchingUp,
            Connection::Connecting | Connection::Closed => Self::Connecting,
            Connection::Waiting { .. } => Self::Off,
        }
    }

    /// What to say now that it is so, and `said` is said. After a cut that was mentioned, it is
    /// mentioned too that it is over.
    fn after(self, said: Self, cut: bool) -> Step {
        match (said, self) {
            (Self::Back, Self::Live) => Step::Keep,
            (_, Self::Live) if cut => Step::Say(Self::Back),
            // Tries that fail are no news.
            (Self::Off, Self::Connecting) => Step::Keep,
            (said, now) if said == now => Step::Keep,
            (_, Self::Live | Self::Crowded) => Step::Say(self),
            (Self::Connecting | Self::CatchingUp, Self::Off) => Step::Say(self),
            _ => Step::Wait,
        }
    }
}

/// What follows from a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Keep,
    Say(Standing),
    /// Said if it lasts.
    Wait,
}

/// Follows a connection; begins by saying `first`.
#[cfg(feature = "csr")]
pub fn steady(
    first: Standing,
    connection: impl Fn() -> Connection + Copy + 'static,
) -> RwSignal<Standing> {
    let said = RwSignal::new(first);
    // Whether a cut was mentioned; whether a change waits; and which wait is the last.
    let cut = StoredValue::new(false);
    let waits = StoredValue::new(None::<bool>);
    let turn = StoredValue::new(0_u32);
    let say = move |next: Standing| {
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        waits.set_value(None);
        cut.update_value(|cut| *cut = next == Standing::Off || (*cut && next != Standing::Back));
        said.set(next);
    };
    let later = move |milliseconds: u32| {
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(milliseconds).await;
            // The view may be gone.
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let now = Standing::of(untrack(connection));
            waits.set_value(None);
            if said.get_untracked() == Standing::Back
                || now.after(said.get_untracked(), cut.get_value()) != Step::Keep
            {
                say(now);
            }
        });
    };
    effect(move || {
        let now = Standing::of(connection());
        let fetches = Some(now == Standing::CatchingUp);
        match now.after(said.get_untracked(), cut.get_value()) {
            Step::Say(next) => {
                say(next);
                if next == Standing::Back {
                    later(MOMENT);
                }
            }
            Step::Wait if waits.get_value() != fetches => {
                waits.set_value(fetches);
                later(GRACE);
            }
            Step::Keep | Step::Wait => {}
        }
    });
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_cut_is_not_mentioned() {
        for now in [Standing::Connecting, Standing::CatchingUp, Standing::Off] {
            for said in [Standing::Live, Standing::Back, Standing::Crowded] {
                assert_eq!(
                    now.after(said, false),
                    Step::Wait,
                    "{now:?} must last first"
                );
            }
        }
        assert_eq!(Standing::Live.after(Standing::Live, false), Step::Keep);
        let at_once = Step::Say(Standing::Live);
        for said in [
            Standing::Connecting,
            Standing::CatchingUp,
            Standing::Crowded,
        ] {
            assert_eq!(Standing::Live.after(said, false), at_once);
        }
    }

    #[test]
    fn tries_in_vain_are_no_news_and_the_end_of_them_is() {
        assert_eq!(Standing::Connecting.after(Standing::Off, true), Step::Keep);
        assert_eq!(Standing::CatchingUp.after(Standing::Off, true), Step::Wait);
        for said in [Standing::Off, Standing::CatchingUp] {
            assert_eq!(Standing::Live.after(said, true), Step::Say(Standing::Back));
        }
        assert_eq!(Standing::Live.after(Standing::Back, false), Step::Keep);
        let off = Step::Say(Standing::Off);
        assert_eq!(Standing::Off.after(Standing::Connecting, false), off);
        let crowded = Step::Say(Standing::Crowded);
        assert_eq!(Standing::Crowded.after(Standing::Live, false), crowded);
    }

    #[test]
    fn every_state_is_told() {
        let waiting = Connection::Waiting { milliseconds: 9 };
        assert_eq!(Standing::of(waiting), Standing::Off);
        assert_eq!(Standing::of(Connection::Closed), Standing::Connecting);
        assert_eq!(Standing::of(Connection::Crowded), Standing::Crowded);
    }
}
