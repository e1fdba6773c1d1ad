//! Numbers have one length, as they always had on SQLite: PostgreSQL's columns of 32 bits get 64.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tables, and their columns of 32 bits until now.
const COLUMNS: [(&str, &[&str]); 16] = [
    ("account", &["kind", "created_day", "last_sign_in_day"]),
    ("consent", &["version", "day"]),
    ("association", &["seq", "consent_version"]),
    ("agency", &["seq"]),
    ("listing", &["roles"]),
    ("offer", &["topic_id"]),
    ("inbox_wrap", &["inbox_epoch"]),
    ("root_wrap", &["key_no"]),
    (
        "conversation",
        &["topic_id", "state", "epoch", "messages", "opening"],
    ),
    ("epoch", &["epoch"]),
    ("member", &["epoch", "slot", "kind", "role", "history_from"]),
    ("message", &["position", "epoch", "slot"]),
    ("wrap_purge", &["kind"]),
    ("event", &["kind"]),
    ("reference", &["month"]),
    ("session", &["kind", "previous_day"]),
];

async fn alter(manager: &SchemaManager<'_>, wide: bool) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for (table, columns) in COLUMNS {
        let mut alter = Table::alter();
        alter.table(table);
        for name in columns {
            let mut column = ColumnDef::new(*name);
            if wide {
                column.big_integer();
            } else {
                column.integer();
            }
            alter.modify_column(column);
        }
        manager.alter_table(alter).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        alter(manager, true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        alter(manager, false).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
