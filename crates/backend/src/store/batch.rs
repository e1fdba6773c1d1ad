//! Group commit: many writes, each with its own savepoint, one transaction, one sync to disk.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sea_orm::DbErr;
use tokio::sync::{mpsc, oneshot};

use super::db::Transaction;
use super::tx::{Delivery, Tx};
use crate::config::Clock;
use crate::error::Error;
use crate::live::hub::Hub;
use sqlite::Writing;

/// The most writes in one transaction.
const BATCH_MAX: usize = 64;
/// The longest that a transaction goes on taking in writes.
pub(super) const BATCH_TIME: Duration = Duration::from_millis(2);

/// A write whose types are forgotten.
pub(crate) trait Job: Send {
    /// Does the work; `false` if it must be undone.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool>;
    /// Tells the caller; with an error, that even work that went well is lost.
    fn answer(self: Box<Self>, lost: Option<&Arc<DbErr>>);
}

/// A write of one caller.
pub(crate) struct Write<T, F> {
    work: Option<F>,
    result: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> Write<T, F> {
    pub(crate) const fn new(work: F, reply: oneshot::Sender<Result<T, Error>>) -> Self {
        Self {
            work: Some(work),
            result: None,
            reply,
        }
    }
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: for<'a> FnOnce(&'a Tx) -> BoxFuture<'a, Result<T, Error>> + Send,
{
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return false;
            };
            let result = work(tx).await;
            let went_well = result.is_ok();
            self.result = Some(result);
            went_well
        })
    }

    fn answer(self: Box<Self>, lost: Option<&Arc<DbErr>>) {
        let result = match (self.result, lost) {
            (Some(Err(error)), _) => Err(error),
            (_, Some(source)) => Err(Error::internal("committing", Arc::clone(source))),
            (Some(done), None) => done,
            (None, None) => Err(Error::internal("writing", "the work did not end")),
        };
        // A caller that has gone away needs no answer.
        let _ = self.reply.send(result);
    }
}

/// Writes to one SQLite file.
pub(crate) struct Writer {
    pub(crate) connection: Writing,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hub: Arc<Hub>,
    /// The longest that a transaction goes on taking in writes.
    pub(crate) batch_time: Duration,
}

impl Writer {
    /// Takes what is waiting, never waits for more.
    pub(crate) async fn run(self, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = waiting.recv().await {
            self.write_batch(first, &mut waiting).await;
        }
    }

    async fn write_batch(&self, first: Box<dyn Job>, waiting: &mut mpsc::Receiver<Box<dyn Job>>) {
        if let Err(source) = self.connection.run("BEGIN IMMEDIATE") {
            first.answer(Some(&Arc::new(source)));
            return self.reconnect();
        }
        let begun = Instant::now();
        let mut done = Vec::new();
        let mut deliveries = Vec::new();
        let mut broken = None;
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            match self.write_one(job.as_mut()).await {
                Ok(more) => deliveries.extend(more),
                Err(source) => broken = Some(source),
            }
            done.push(job);
            if broken.is_none() && done.len() < BATCH_MAX && begun.elapsed() < self.batch_time {
                next = waiting.try_recv().ok();
            }
        }
        let lost = match broken {
            None => self.connection.run("COMMIT").err(),
            Some(source) => Some(source),
        };
        if lost.is_some() {
            self.reconnect();
        }
        finish(&self.hub, done, deliveries, lost);
    }

    /// Opens the connection anew. After a failed commit (a full disk) SQLite may or may not have
    /// ended the transaction by itself: what comes next must not become part of it.
    fn reconnect(&self) {
        if let Err(error) = self.connection.reconnect() {
            tracing::warn!(%error, "opening a connection again that could not write");
        }
    }

    /// One write in a savepoint. An error means that the whole transaction is unusable.
    async fn write_one(&self, job: &mut dyn Job) -> Result<Vec<Delivery>, DbErr> {
        self.connection.run("SAVEPOINT job")?;
        let db = Transaction::Sqlite(self.connection.clone());
        let tx = Tx::new(db, self.clock.now());
        let went_well = AssertUnwindSafe(job.run(&tx)).catch_unwind().await;
        let (db, pending) = tx.into_parts();
        if !went_well.unwrap_or(false) {
            self.connection.run("ROLLBACK TO job")?;
            self.connection.run("RELEASE job")?;
            return Ok(Vec::new());
        }
        let deliveries = pending.store(&db).await?;
        self.connection.run("RELEASE job")?;
        Ok(deliveries)
    }
}

/// Wakes who must hear of it, and answers.
pub(super) fn finish(
    hub: &Hub,
    done: Vec<Box<dyn Job>>,
    deliveries: Vec<Delivery>,
    lost: Option<DbErr>,
) {
    let lost = lost.map(Arc::new);
    if lost.is_none() {
        hub.deliver(deliveries);
    }
    for job in done {
        job.answer(lost.as_ref());
    }
}
