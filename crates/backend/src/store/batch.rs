//! Group commit: many writes, each with its own savepoint, one transaction, one sync to disk.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait as _,
};
use tokio::sync::{mpsc, oneshot};

use super::tx::{Delivery, Tx};
use crate::config::Clock;
use crate::error::Error;
use crate::live::hub::Hub;

/// The most writes in one transaction.
const BATCH_MAX: usize = 64;
/// The longest that a transaction goes on taking in writes.
pub(super) const BATCH_TIME: Duration = Duration::from_millis(2);
/// Over which PostgreSQL nodes tell each other whose outbox has grown, and which session has ended.
pub(crate) const CHANNEL: &str = "beistand_outbox";
/// Words in one notification: PostgreSQL allows 8,000 bytes, the longest word takes 77.
const WORDS_PER_NOTICE: usize = 100;

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

/// Writes to one database.
pub(crate) struct Writer {
    pub(crate) connection: DatabaseConnection,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hub: Arc<Hub>,
    /// The longest that a transaction goes on taking in writes.
    pub(crate) batch_time: Duration,
}

impl Writer {
    /// SQLite's one writer: takes what is waiting, never waits for more.
    pub(crate) async fn run(self, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = waiting.recv().await {
            self.write_batch(first, &mut waiting).await;
        }
    }

    async fn write_batch(&self, first: Box<dyn Job>, waiting: &mut mpsc::Receiver<Box<dyn Job>>) {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let outer = match self.connection.begin_with_options(options).await {
            Ok(outer) => outer,
            Err(source) => {
                first.answer(Some(&Arc::new(source)));
                return self.reconnect().await;
            }
        };
        let begun = Instant::now();
        let mut done = Vec::new();
        let mut deliveries = Vec::new();
        let mut broken = None;
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            match self.write_one(&outer, job.as_mut()).await {
                Ok(more) => deliveries.extend(more),
                Err(source) => broken = Some(source),
            }
            done.push(job);
            if broken.is_none() && done.len() < BATCH_MAX && begun.elapsed() < self.batch_time {
                next = waiting.try_recv().ok();
            }
        }
        let end = match broken {
            None => outer.commit().await.err(),
            Some(source) => outer.rollback().await.err().or(Some(source)),
        };
        let failed = end.is_some();
        self.finish(done, deliveries, end);
        if failed {
            self.reconnect().await;
        }
    }

    /// Closes SQLite's one writing connection; the pool opens another. After a failed commit (a
    /// full disk) SQLite may have ended the transaction by itself, but the driver still counts it:
    /// what comes next would be a savepoint in a transaction that nobody ever commits.
    async fn reconnect(&self) {
        let connection = self.connection.get_sqlite_connection_pool().acquire().await;
        let closed = match connection {
            Ok(connection) => connection.close().await,
            Err(error) => Err(error),
        };
        if let Err(error) = closed {
            tracing::warn!(%error, "closing a connection that could not write");
        }
    }

    /// One write in a savepoint. An error means that the whole transaction is unusable.
    async fn write_one(
        &self,
        outer: &DatabaseTransaction,
        job: &mut dyn Job,
    ) -> Result<Vec<Delivery>, DbErr> {
        let tx = Tx::new(outer.begin().await?, self.clock.now());
        let went_well = AssertUnwindSafe(job.run(&tx)).catch_unwind().await;
        let (savepoint, pending) = tx.into_parts();
        if !went_well.unwrap_or(false) {
            savepoint.rollback().await?;
            return Ok(Vec::new());
        }
        let deliveries = pending.store(&savepoint).await?;
        savepoint.commit().await?;
        Ok(deliveries)
    }

    /// PostgreSQL: a write in a transaction and a task of its own.
    pub(crate) async fn write_alone(self, mut job: Box<dyn Job>, tell_others: bool) {
        let result = self.write_transaction(job.as_mut(), tell_others).await;
        let (deliveries, lost) = match result {
            Ok(deliveries) => (deliveries, None),
            Err(source) => (Vec::new(), Some(source)),
        };
        self.finish(vec![job], deliveries, lost);
    }

    async fn write_transaction(
        &self,
        job: &mut dyn Job,
        tell_others: bool,
    ) -> Result<Vec<Delivery>, DbErr> {
        let tx = Tx::new(self.connection.begin().await?, self.clock.now());
        let went_well = AssertUnwindSafe(job.run(&tx)).catch_unwind().await;
        let (transaction, pending) = tx.into_parts();
        if !went_well.unwrap_or(false) {
            transaction.rollback().await?;
            return Ok(Vec::new());
        }
        let deliveries = pending.store(&transaction).await?;
        if tell_others {
            notify(&transaction, &deliveries).await?;
        }
        transaction.commit().await?;
        Ok(deliveries)
    }

    fn finish(&self, done: Vec<Box<dyn Job>>, deliveries: Vec<Delivery>, lost: Option<DbErr>) {
        let lost = lost.map(Arc::new);
        if lost.is_none() {
            self.hub.deliver(deliveries);
        }
        for job in done {
            job.answer(lost.as_ref());
        }
    }
}

async fn notify(transaction: &DatabaseTransaction, deliveries: &[Delivery]) -> Result<(), DbErr> {
    let mut words: Vec<_> = deliveries.iter().map(Delivery::word).collect();
    words.sort_unstable();
    words.dedup();
    for some in words.chunks(WORDS_PER_NOTICE) {
        let notice = Statement::from_sql_and_values(
            transaction.get_database_backend(),
            "SELECT pg_notify($1, $2)",
            [CHANNEL.into(), some.join(",").into()],
        );
        transaction.execute_raw(notice).await?;
    }
    Ok(())
}
