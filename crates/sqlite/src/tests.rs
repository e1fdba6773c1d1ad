use std::path::PathBuf;

use rusqlite::StatementStatus;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{ConnectionTrait as _, DbBackend, RuntimeErr, TransactionTrait as _, Value};

use super::*;

struct Place(PathBuf);

impl Place {
    fn make(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sqlite_{name}_{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("test.sqlite")
    }

    /// A file with an empty table.
    fn writing(&self) -> Writing {
        let writing = Writing::open(&self.file()).unwrap();
        writing
            .run("CREATE TABLE t (b blob(16) PRIMARY KEY, a bigint NULL, c text NULL)")
            .unwrap();
        writing
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

fn insert(b: u8, a: Option<i64>, c: Option<&str>) -> Statement {
    let values: [Value; 3] = [vec![b].into(), a.into(), c.map(str::to_owned).into()];
    statement("INSERT INTO t (b, a, c) VALUES (?, ?, ?)", values)
}

fn count(writing: &Writing) -> i64 {
    let rows = writing.query(&statement("SELECT count(*) FROM t", []), 1);
    rows.unwrap()[0].try_get_by_index(0).unwrap()
}

#[test]
fn values_come_back_by_place_and_by_name() {
    let place = Place::make("values");
    let writing = place.writing();
    let long = i64::MAX - 1;
    for row in [insert(1, Some(long), Some("ä")), insert(2, None, None)] {
        assert_eq!(writing.execute(&row).unwrap().rows_affected(), 1);
    }
    let all = statement("SELECT c, a, b FROM t ORDER BY b", []);
    let rows = Readers::open(&place.file())
        .unwrap()
        .query(&all, 9)
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].try_get_by_index::<String>(0).unwrap(), "ä");
    assert_eq!(rows[0].try_get_by_index::<i64>(1).unwrap(), long);
    assert_eq!(rows[0].try_get_by_index::<Vec<u8>>(2).unwrap(), [1]);
    assert_eq!(rows[0].try_get::<Vec<u8>>("", "b").unwrap(), [1]);
    assert_eq!(rows[0].try_get::<Option<i64>>("", "a").unwrap(), Some(long));
    assert_eq!(rows[1].try_get::<Option<i64>>("", "a").unwrap(), None);
    assert_eq!(rows[1].try_get_by_index::<Option<String>>(0).unwrap(), None);
    assert!(rows[1].try_get::<i64>("", "a").is_err(), "nothing is not 0");
    let first = statement("SELECT b FROM t WHERE a IS NULL LIMIT ?", [1_u64.into()]);
    assert_eq!(writing.query(&first, 9).unwrap().len(), 1);
}

#[test]
fn a_statement_with_a_limit_is_planned_once() {
    let place = Place::make("plans");
    let writing = place.writing();
    let some = |limit: u64| {
        statement(
            "SELECT b FROM t WHERE a > ? LIMIT ?",
            [0_i64.into(), limit.into()],
        )
    };
    for limit in 1..20 {
        writing.query(&some(limit), 20).unwrap();
    }
    let mut state = writing.lock();
    let prepared = writing
        .connection(&mut state)
        .unwrap()
        .prepare_cached(&some(1).sql)
        .unwrap();
    assert_eq!(
        prepared.get_status(StatementStatus::Run),
        19,
        "the same one"
    );
    assert_eq!(prepared.get_status(StatementStatus::RePrepare), 0);
}

#[test]
fn a_second_of_the_same_key_is_told_as_such() {
    let place = Place::make("keys");
    let writing = place.writing();
    writing.execute(&insert(1, None, None)).unwrap();
    let DbErr::Exec(RuntimeErr::SqlxError(source)) =
        writing.execute(&insert(1, None, None)).unwrap_err()
    else {
        panic!("in the form of the other drivers");
    };
    assert!(source.as_database_error().unwrap().is_unique_violation());
    let DbErr::Exec(RuntimeErr::SqlxError(source)) =
        writing.run("INSERT INTO nothing").unwrap_err()
    else {
        panic!("in the form of the other drivers");
    };
    assert!(
        !source
            .as_database_error()
            .is_some_and(DatabaseError::is_unique_violation)
    );
}

#[test]
fn who_reads_cannot_write_and_sees_what_is_committed() {
    let place = Place::make("readers");
    let writing = place.writing();
    let readers = Readers::open(&place.file()).unwrap();
    assert!(readers.execute(&insert(1, None, None)).is_err());
    writing.run("BEGIN IMMEDIATE").unwrap();
    writing.execute(&insert(1, None, None)).unwrap();
    let all = statement("SELECT b FROM t", []);
    assert_eq!(readers.query(&all, 9).unwrap().len(), 0);
    writing.run("COMMIT").unwrap();
    assert_eq!(readers.query(&all, 9).unwrap().len(), 1);
    readers.close();
    let closed = readers.query(&all, 9).unwrap_err();
    assert!(matches!(
        closed,
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
    ));
}

#[test]
fn a_connection_opened_anew_has_forgotten_what_was_begun() {
    let place = Place::make("anew");
    let writing = place.writing();
    writing.run("BEGIN IMMEDIATE").unwrap();
    writing.execute(&insert(1, None, None)).unwrap();
    writing.reconnect().unwrap();
    assert_eq!(count(&writing), 0);
    writing.execute(&insert(1, None, None)).unwrap();
    assert_eq!(
        count(&Writing::open(&place.file()).unwrap()),
        1,
        "it is no part of anything"
    );
    writing.close();
    writing.reconnect().unwrap();
    assert!(writing.run("SELECT 1").is_err(), "closed stays closed");
}

#[test]
fn a_file_that_cannot_be_opened_for_a_while_is_tried_again() {
    let place = Place::make("lost");
    let writing = place.writing();
    let elsewhere = place.0.with_extension("elsewhere");
    std::fs::rename(&place.0, &elsewhere).unwrap();
    assert!(writing.reconnect().is_err());
    assert!(writing.run("BEGIN IMMEDIATE").is_err(), "still not there");
    std::fs::rename(&elsewhere, &place.0).unwrap();
    writing.execute(&insert(1, None, None)).unwrap();
    assert_eq!(count(&writing), 1);
}

#[tokio::test]
async fn migrations_learn_that_a_transaction_failed() {
    let place = Place::make("migrations");
    let writing = place.writing();
    let migrating = Migrating::new(&writing);
    let inner = migrating.db.begin().await.unwrap();
    inner.execute_raw(insert(1, None, None)).await.unwrap();
    inner.commit().await.unwrap();
    migrating.finish().unwrap();
    assert_eq!(count(&writing), 1);
    let inner = migrating.db.begin().await.unwrap();
    writing.run("ROLLBACK").unwrap();
    inner.commit().await.unwrap();
    assert!(migrating.finish().is_err(), "there was nothing to commit");
}
