//! SQLite in the calling thread, for SeaORM (docs/adr/0315).
//!
//! The asynchronous driver hands every statement to a thread of its own and waits for it: two
//! switches of threads for some microseconds of work. Here a statement is a call.

mod migrate;
mod row;
#[cfg(test)]
mod tests;

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sea_orm::{ConnAcquireErr, DbErr, ExecResult, ProxyExecResult, QueryResult, Statement};

pub use migrate::Migrating;

/// How long a connection waits for another process that holds the file's lock.
const BUSY: Duration = Duration::from_secs(5);
/// The fewest readers of a file; on a larger machine as many as it has processors.
const READERS: usize = 4;
/// Statements that each connection keeps prepared.
const PREPARED: usize = 200;

/// A connection that many may ask for; none once it is closed.
type Shared = Mutex<Option<Connection>>;

/// Connections that only read. Cloning copies the handle.
#[derive(Clone, Debug)]
pub struct Readers(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    connections: Vec<Shared>,
    next: AtomicUsize,
}

impl Readers {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open(path: &Path) -> Result<Self, DbErr> {
        let open = |_| {
            let connection = connect(path)?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(Mutex::new(Some(connection)))
        };
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let connections: Result<_, _> = (0..processors.max(READERS)).map(open).collect();
        Ok(Self(Arc::new(Pool {
            connections: connections.map_err(failed)?,
            next: AtomicUsize::new(0),
        })))
    }

    /// Waits for running reads, and ends.
    pub fn close(&self) {
        for connection in &self.0.connections {
            lock(connection).take();
        }
    }

    /// One that is free; if none is, whichever is next.
    fn take(&self) -> MutexGuard<'_, Option<Connection>> {
        let all = &self.0.connections;
        let free = all
            .iter()
            .find_map(|connection| match connection.try_lock() {
                Ok(free) => Some(free),
                Err(TryLockError::Poisoned(free)) => Some(free.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            });
        free.unwrap_or_else(|| {
            let next = self.0.next.fetch_add(1, Ordering::Relaxed);
            lock(&all[next % all.len()])
        })
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn execute(&self, statement: &Statement) -> Result<ExecResult, DbErr> {
        execute(open(&mut self.take())?, statement)
    }

    /// The first `most` rows of a result.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn query(&self, of: &Statement, most: usize) -> Result<Vec<QueryResult>, DbErr> {
        query(open(&mut self.take())?, of, most)
    }
}

/// The one connection that writes. Cloning copies the handle.
#[derive(Clone, Debug)]
pub struct Writing(Arc<Writer>);

#[derive(Debug)]
struct Writer {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Open(Connection),
    /// Given up, and it could not be opened again yet: whoever needs it tries.
    Lost,
    Closed,
}

impl Writing {
    /// Opens a file, and makes it if there is none.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open(path: &Path) -> Result<Self, DbErr> {
        let connection = connect(path).map_err(failed)?;
        Ok(Self(Arc::new(Writer {
            path: path.to_owned(),
            state: Mutex::new(State::Open(connection)),
        })))
    }

    /// Ends. The last connection of a file takes the log into it.
    pub fn close(&self) {
        *self.lock() = State::Closed;
    }

    /// Opens the connection anew: what it was in the middle of is undone.
    ///
    /// # Errors
    /// What SQLite says. The next one who needs the connection tries again.
    pub fn reconnect(&self) -> Result<(), DbErr> {
        let mut state = self.lock();
        if matches!(*state, State::Closed) {
            return Ok(());
        }
        // Before another is opened: it may hold the file's lock.
        *state = State::Lost;
        self.connection(&mut state).map(drop)
    }

    /// A statement without values and answer: of transactions.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn run(&self, statement: &str) -> Result<(), DbErr> {
        let mut state = self.lock();
        let connection = self.connection(&mut state)?;
        let mut prepared = connection.prepare_cached(statement).map_err(failed)?;
        prepared.execute([]).map(drop).map_err(failed)
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn execute(&self, statement: &Statement) -> Result<ExecResult, DbErr> {
        execute(self.connection(&mut self.lock())?, statement)
    }

    /// The first `most` rows of a result.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn query(&self, of: &Statement, most: usize) -> Result<Vec<QueryResult>, DbErr> {
        query(self.connection(&mut self.lock())?, of, most)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }

    fn connection<'a>(&self, state: &'a mut State) -> Result<&'a Connection, DbErr> {
        if matches!(state, State::Lost) {
            *state = State::Open(connect(&self.0.path).map_err(failed)?);
        }
        match state {
            State::Open(connection) => Ok(connection),
            State::Lost | State::Closed => Err(closed()),
        }
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // A plan does not depend on the values: else each statement with a LIMIT is planned anew each time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}

fn lock(connection: &Shared) -> MutexGuard<'_, Option<Connection>> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open<'a>(guard: &'a mut MutexGuard<'_, Option<Connection>>) -> Result<&'a Connection, DbErr> {
    guard.as_ref().ok_or_else(closed)
}

fn closed() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

fn execute(connection: &Connection, statement: &Statement) -> Result<ExecResult, DbErr> {
    let mut prepared = connection.prepare_cached(&statement.sql).map_err(failed)?;
    row::bind(&mut prepared, statement)?;
    let rows = prepared.raw_execute().map_err(failed)?;
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    // No table of ours counts its rows by itself.
    Ok(ProxyExecResult::new(0, rows).into())
}

/// The first `most` rows.
fn query(
    connection: &Connection,
    statement: &Statement,
    most: usize,
) -> Result<Vec<QueryResult>, DbErr> {
    let mut prepared = connection.prepare_cached(&statement.sql).map_err(failed)?;
    row::bind(&mut prepared, statement)?;
    let columns = row::columns(&prepared);
    let mut rows = prepared.raw_query();
    let mut found = Vec::new();
    while found.len() < most {
        let Some(next) = rows.next().map_err(failed)? else {
            break;
        };
        found.push(row::read(next, &columns)?);
    }
    Ok(found)
}

fn failed(source: rusqlite::Error) -> DbErr {
    row::Fault::from(source).into()
}
