//! Opening databases, and bringing their schemas to this version.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use migrations::Migrator;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::{ConnectOptions as _, Error as SqlxError};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, SqlxPostgresConnector, Statement,
    TransactionTrait as _,
};
use sea_orm_migration::MigratorTrait;

use crate::error::OpenError;
use sqlite::{Migrating, Readers, Writing};

/// Connections to PostgreSQL.
const POOL: u32 = 16;
/// How long a caller waits for a free connection.
const WAIT: Duration = Duration::from_secs(10);
/// Held while migrating, so that nodes that start together do not migrate together.
const MIGRATION_LOCK: i64 = 0x6265_6973_7461_6e64;

/// A SQLite file's one writer and its readers; the file is made if missing, and its schema brought
/// to this version.
pub(crate) async fn sqlite<M: MigratorTrait>(path: &Path) -> Result<(Writing, Readers), OpenError> {
    let connection = Writing::open(path)?;
    let migrating = Migrating::new(&connection);
    run::<M>(&migrating.db).await?;
    migrating.finish()?;
    Ok((connection, Readers::open(path)?))
}

/// A PostgreSQL database.
pub(crate) async fn postgres(url: &str) -> Result<DatabaseConnection, OpenError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(unusable)?
        .application_name("beistand")
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POOL)
        .acquire_timeout(WAIT)
        .connect_with(options)
        .await
        .map_err(unusable)?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

/// Brings a PostgreSQL database's schema to this version.
pub(crate) async fn migrate(db: &DatabaseConnection) -> Result<(), OpenError> {
    let lock = db.begin().await?;
    let take = Statement::from_sql_and_values(
        sea_orm::DbBackend::Postgres,
        "SELECT pg_advisory_xact_lock($1)",
        [MIGRATION_LOCK.into()],
    );
    lock.execute_raw(take).await?;
    run::<Migrator>(db).await?;
    Ok(lock.commit().await?)
}

async fn run<M: MigratorTrait>(db: &DatabaseConnection) -> Result<(), OpenError> {
    M::install(db).await?;
    let known: Vec<_> = M::migrations()
        .iter()
        .map(|m| m.name().to_owned())
        .collect();
    let applied = M::get_migration_models(db).await?;
    if applied.iter().any(|row| !known.contains(&row.version)) {
        return Err(OpenError::SchemaTooNew);
    }
    if applied.len() < known.len() {
        M::up(db, None).await?;
    }
    Ok(())
}

fn unusable(source: SqlxError) -> OpenError {
    OpenError::Database(Box::new(source))
}
