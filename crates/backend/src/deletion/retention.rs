//! What is deleted without anybody's asking, because nobody needs it any more (crypto.md 3.13).

use std::sync::atomic::{AtomicI64, Ordering};

use domain::time::{HOUR, Timestamp};

use super::{doom, finish};
use crate::Inner;
use crate::error::Error;
use crate::store::deletion::{self, Doomed, Quiet};

/// No limit; databases count with signs.
const EVERYTHING: u64 = u64::MAX >> 1;
/// The most of each kind at once; the rest an hour later.
const AT_ONCE: u64 = 500;

/// What would be deleted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Conversations that were put away long enough ago.
    pub conversations: usize,
    /// Accounts of seekers who have not signed in for a year.
    pub quiet: usize,
    /// Accounts with which nobody has written.
    pub empty: usize,
}

/// Counts what a run would delete, and deletes nothing.
pub(crate) async fn report(inner: &Inner, now: Timestamp) -> Result<Report, Error> {
    let db = inner.store.read();
    Ok(Report {
        conversations: deletion::closed(db, now, EVERYTHING).await?.len(),
        quiet: deletion::quiet(db, Quiet::LongGone, now, EVERYTHING)
            .await?
            .len(),
        empty: deletion::quiet(db, Quiet::Empty, now, EVERYTHING)
            .await?
            .len(),
    })
}

/// When the last run was, in milliseconds UTC.
#[derive(Debug, Default)]
pub(crate) struct Runs(AtomicI64);

impl Runs {
    /// Whether an hour has passed; then it counts from now.
    fn is_due(&self, now: Timestamp) -> bool {
        let last = Timestamp(self.0.load(Ordering::Relaxed));
        let due = now.since(last) >= HOUR;
        if due {
            self.0.store(now.0, Ordering::Relaxed);
        }
        due
    }
}

/// Deletes what is due; at most once an hour.
pub(crate) async fn run(inner: &Inner, now: Timestamp) -> Result<(), Error> {
    finish(inner).await?;
    if !inner.retained.is_due(now) {
        return Ok(());
    }
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.db();
                for (id, association) in deletion::closed(db, now, AT_ONCE).await? {
                    deletion::note(db, Doomed::Conversation(id), Some(association)).await?;
                }
                for kind in [Quiet::LongGone, Quiet::Empty] {
                    for account in deletion::quiet(db, kind, now, AT_ONCE).await? {
                        doom(tx, account).await?;
                    }
                }
                Ok(())
            })
        })
        .await?;
    finish(inner).await
}
