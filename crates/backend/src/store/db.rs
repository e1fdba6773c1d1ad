//! A database to read from, or a transaction of one: of either kind.

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement,
};

use sqlite::{Readers, Writing};

/// Where is read.
#[derive(Clone)]
pub(crate) enum Reading {
    Sqlite(Readers),
    Postgres(DatabaseConnection),
}

/// Where is written, inside a transaction.
pub(crate) enum Transaction {
    Sqlite(Writing),
    Postgres(DatabaseTransaction),
}

macro_rules! connection {
    ($($type:ty)+) => {$(
        #[async_trait]
        impl ConnectionTrait for $type {
            fn get_database_backend(&self) -> DbBackend {
                match self {
                    Self::Sqlite(_) => DbBackend::Sqlite,
                    Self::Postgres(_) => DbBackend::Postgres,
                }
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                match self {
                    Self::Sqlite(db) => db.execute(&statement),
                    Self::Postgres(db) => db.execute_raw(statement).await,
                }
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                match self {
                    Self::Sqlite(db) => db.execute(&Statement::from_string(DbBackend::Sqlite, sql)),
                    Self::Postgres(db) => db.execute_unprepared(sql).await,
                }
            }

            async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
                match self {
                    Self::Sqlite(db) => Ok(db.query(&statement, 1)?.pop()),
                    Self::Postgres(db) => db.query_one_raw(statement).await,
                }
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                match self {
                    Self::Sqlite(db) => db.query(&statement, usize::MAX),
                    Self::Postgres(db) => db.query_all_raw(statement).await,
                }
            }
        }
    )+};
}

connection! { Reading Transaction }
