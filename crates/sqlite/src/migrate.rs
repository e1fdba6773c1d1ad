//! A connection as SeaORM's migrations ask for one.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, ProxyDatabaseTrait, ProxyExecResult, ProxyRow, Statement,
    from_query_result_to_proxy_row,
};

use crate::Writing;

/// A connection for migrations. Transactions of this kind cannot say that they failed: ask
/// [`Migrating::finish`] afterwards.
#[derive(Debug)]
pub struct Migrating {
    /// For SeaORM.
    pub db: DatabaseConnection,
    broken: Arc<Mutex<Option<DbErr>>>,
}

impl Migrating {
    /// The same connection, for migrations.
    #[must_use]
    pub fn new(connection: &Writing) -> Self {
        let broken = Arc::default();
        let proxy = Proxy {
            connection: connection.clone(),
            broken: Arc::clone(&broken),
        };
        let proxy: Arc<Box<dyn ProxyDatabaseTrait>> = Arc::new(Box::new(proxy));
        let proxy = sea_orm::ProxyDatabaseConnection::new(DbBackend::Sqlite, proxy);
        let db = sea_orm::DatabaseConnectionType::ProxyDatabaseConnection(Arc::new(proxy)).into();
        Self { db, broken }
    }

    /// Whether all transactions were begun and ended.
    ///
    /// # Errors
    /// What the first of them said that did not.
    pub fn finish(&self) -> Result<(), DbErr> {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        broken.take().map_or(Ok(()), Err)
    }
}

#[derive(Debug)]
struct Proxy {
    connection: Writing,
    broken: Arc<Mutex<Option<DbErr>>>,
}

impl Proxy {
    fn run(&self, statement: &str) {
        if let Err(error) = self.connection.run(statement) {
            let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
            broken.get_or_insert(error);
        }
    }
}

#[async_trait]
impl ProxyDatabaseTrait for Proxy {
    async fn query(&self, statement: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        let rows = self.connection.query(&statement, usize::MAX)?;
        Ok(rows.iter().map(from_query_result_to_proxy_row).collect())
    }

    async fn execute(&self, statement: Statement) -> Result<ProxyExecResult, DbErr> {
        Ok(self.connection.execute(&statement)?.into())
    }

    async fn begin(&self) {
        self.run("BEGIN IMMEDIATE");
    }

    async fn commit(&self) {
        self.run("COMMIT");
    }

    async fn rollback(&self) {
        self.run("ROLLBACK");
    }

    fn start_rollback(&self) {
        self.run("ROLLBACK");
    }
}
