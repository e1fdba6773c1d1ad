//! The databases: the only code that sees SeaORM.
//!
//! Reads go to a pool. Writes go through [`Store::write`] only: on SQLite one writer gathers what
//! is waiting into one transaction, on PostgreSQL each write has its own task (a caller that goes
//! away must not leave a transaction half open).

pub(crate) mod account;
pub(crate) mod agency;
mod alone;
mod batch;
pub(crate) use alone::CHANNEL;
pub(crate) mod connect;
pub(crate) mod conversation;
pub(crate) mod convert;
pub(crate) mod db;
pub(crate) mod deletion;
mod entity;
pub(crate) mod epoch;
pub(crate) mod factor;
pub(crate) mod handover;
pub(crate) mod identity;
pub(crate) mod invitation;
pub(crate) mod live;
pub(crate) mod manifest;
pub(crate) mod message;
pub(crate) mod note;
pub(crate) mod platform;
pub(crate) mod recovery;
pub(crate) mod sealed;
#[cfg(test)]
mod tests;
mod thread;
pub(crate) mod tx;
pub(crate) mod wraps;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sea_orm::DatabaseConnection;
use tokio::sync::{mpsc, oneshot};

use crate::config::Clock;
use crate::error::{Error, OpenError};
use crate::live::hub::Hub;
use batch::{BATCH_TIME, Job, Write, Writer};
use db::Reading;
use sqlite::{Readers, Writing};
pub(crate) use tx::Tx;

/// Rows in one statement: databases count its parameters.
const ROWS: usize = 200;
/// How many writes may wait for the writer before callers wait in turn.
const WAITING_WRITES: usize = 1024;

/// A database, and who must hear of its changes.
#[derive(Clone)]
pub(crate) struct Store {
    read: Reading,
    engine: Engine,
    clock: Arc<dyn Clock>,
    hub: Arc<Hub>,
}

#[derive(Clone)]
enum Engine {
    /// SQLite: one writer, with the only connection that writes.
    Single {
        jobs: mpsc::Sender<Box<dyn Job>>,
        connection: Writing,
    },
    /// PostgreSQL: as many writers as connections. `true`: other nodes are told.
    Many {
        pool: DatabaseConnection,
        tell_others: bool,
    },
}

impl Store {
    /// A SQLite database: `write` has one connection, `read` several.
    pub(crate) fn single(
        connection: Writing,
        readers: Readers,
        clock: Arc<dyn Clock>,
        hub: Arc<Hub>,
    ) -> Result<Self, OpenError> {
        let (jobs, waiting) = mpsc::channel(WAITING_WRITES);
        let writer = Writer {
            connection: connection.clone(),
            clock: Arc::clone(&clock),
            hub: Arc::clone(&hub),
            batch_time: BATCH_TIME,
        };
        let begun = thread::spawn(writer.run(waiting));
        begun.map_err(|source| OpenError::Database(Box::new(source)))?;
        Ok(Self {
            read: Reading::Sqlite(readers),
            engine: Engine::Single { jobs, connection },
            clock,
            hub,
        })
    }

    /// A PostgreSQL database.
    pub(crate) fn many(
        pool: DatabaseConnection,
        tell_others: bool,
        clock: Arc<dyn Clock>,
        hub: Arc<Hub>,
    ) -> Self {
        Self {
            read: Reading::Postgres(pool.clone()),
            engine: Engine::Many { pool, tell_others },
            clock,
            hub,
        }
    }

    /// For reading. Several reads may see several states.
    pub(crate) const fn read(&self) -> &Reading {
        &self.read
    }

    /// Changes something, all or nothing: what `work` refuses or breaks leaves no trace. Answers
    /// once it is durable; then recipients of its events have been woken.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Tx) -> BoxFuture<'a, Result<T, Error>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write::new(work, reply));
        match &self.engine {
            Engine::Single { jobs, .. } => {
                jobs.send(job).await.map_err(|_| gone())?;
            }
            Engine::Many { pool, tell_others } => {
                let (clock, hub) = (Arc::clone(&self.clock), Arc::clone(&self.hub));
                let alone = alone::write(pool.clone(), clock, hub, *tell_others, job);
                tokio::spawn(alone);
            }
        }
        answer.await.map_err(|_| gone())?
    }

    /// Waits until everything begun is written, then closes all connections.
    pub(crate) async fn close(&self) {
        // A write queued now is answered after all those before it.
        let _ = self.write(|_| Box::pin(async { Ok(()) })).await;
        // The writer last: SQLite then takes the log into the file.
        match (&self.read, &self.engine) {
            (Reading::Sqlite(readers), Engine::Single { connection, .. }) => {
                readers.close();
                connection.close();
            }
            (Reading::Postgres(pool), _) => {
                if let Err(error) = pool.clone().close().await {
                    tracing::warn!(%error, "closing the database");
                }
            }
            _ => {}
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

fn gone() -> Error {
    Error::internal("writing", "the writer has ended")
}
