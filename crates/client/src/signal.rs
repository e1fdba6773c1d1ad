//! The two bits of concurrency that the protocol needs: a bell, and the first of two futures.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Poll, Waker};

/// A bell that stays rung until somebody hears it.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Cell<bool>,
    sleepers: RefCell<Vec<Waker>>,
}

impl Bell {
    /// Rings: whoever waits goes on; if nobody does, the next to wait goes on at once.
    pub fn ring(&self) {
        self.rung.set(true);
        for sleeper in self.sleepers.take() {
            sleeper.wake();
        }
    }

    /// Waits for the bell.
    pub async fn heard(&self) {
        poll_fn(|context| {
            if self.rung.take() {
                return Poll::Ready(());
            }
            let mut sleepers = self.sleepers.borrow_mut();
            if !sleepers.iter().any(|one| one.will_wake(context.waker())) {
                sleepers.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}

/// Which of two futures was first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First<A, B> {
    /// The first one.
    Left(A),
    /// The second one.
    Right(B),
}

/// Waits for the first of two futures and drops the other; if both are ready, the first counts.
pub async fn race<A, B>(
    left: impl Future<Output = A>,
    right: impl Future<Output = B>,
) -> First<A, B> {
    let mut left = pin!(left);
    let mut right = pin!(right);
    poll_fn(|context| {
        if let Poll::Ready(done) = left.as_mut().poll(context) {
            return Poll::Ready(First::Left(done));
        }
        right.as_mut().poll(context).map(First::Right)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::task::Context;

    fn poll_once<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_bell_rung_before_is_heard_once() {
        let bell = Bell::default();
        assert_eq!(poll_once(bell.heard()), Poll::Pending);
        bell.ring();
        assert_eq!(poll_once(bell.heard()), Poll::Ready(()));
        assert_eq!(poll_once(bell.heard()), Poll::Pending);
    }

    #[test]
    fn the_first_counts() {
        assert_eq!(
            poll_once(race(ready(1), ready(2))),
            Poll::Ready(First::Left(1))
        );
        assert_eq!(
            poll_once(race(pending::<u8>(), ready(2))),
            Poll::Ready(First::Right(2))
        );
    }
}
