//! PostgreSQL: a write in a transaction and a task of its own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, TransactionTrait as _};

use super::batch::{Job, finish};
use super::db::Transaction;
use super::tx::{Delivery, Tx};
use crate::config::Clock;
use crate::live::hub::Hub;

/// Over which nodes tell each other whose outbox has grown, and which session has ended.
pub(crate) const CHANNEL: &str = "beistand_outbox";
/// Words in one notification: PostgreSQL allows 8,000 bytes, the longest word takes 77.
const WORDS_PER_NOTICE: usize = 100;

pub(super) async fn write(
    pool: DatabaseConnection,
    clock: Arc<dyn Clock>,
    hub: Arc<Hub>,
    tell_others: bool,
    mut job: Box<dyn Job>,
) {
    let result = transaction(&pool, clock.as_ref(), job.as_mut(), tell_others).await;
    let (deliveries, lost) = match result {
        Ok(deliveries) => (deliveries, None),
        Err(source) => (Vec::new(), Some(source)),
    };
    finish(&hub, vec![job], deliveries, lost);
}

async fn transaction(
    pool: &DatabaseConnection,
    clock: &dyn Clock,
    job: &mut dyn Job,
    tell_others: bool,
) -> Result<Vec<Delivery>, DbErr> {
    let db = Transaction::Postgres(pool.begin().await?);
    let tx = Tx::new(db, clock.now());
    let went_well = AssertUnwindSafe(job.run(&tx)).catch_unwind().await;
    let (db, pending) = tx.into_parts();
    if !went_well.unwrap_or(false) {
        end(db, false).await?;
        return Ok(Vec::new());
    }
    let deliveries = pending.store(&db).await?;
    if tell_others {
        notify(&db, &deliveries).await?;
    }
    end(db, true).await?;
    Ok(deliveries)
}

async fn end(db: Transaction, well: bool) -> Result<(), DbErr> {
    match db {
        Transaction::Postgres(db) if well => db.commit().await,
        Transaction::Postgres(db) => db.rollback().await,
        // Begun here, and of the other kind.
        Transaction::Sqlite(_) => Ok(()),
    }
}

async fn notify(db: &impl ConnectionTrait, deliveries: &[Delivery]) -> Result<(), DbErr> {
    let mut words: Vec<_> = deliveries.iter().map(Delivery::word).collect();
    words.sort_unstable();
    words.dedup();
    for some in words.chunks(WORDS_PER_NOTICE) {
        let notice = Statement::from_sql_and_values(
            db.get_database_backend(),
            "SELECT pg_notify($1, $2)",
            [CHANNEL.into(), some.join(",").into()],
        );
        db.execute_raw(notice).await?;
    }
    Ok(())
}
