//! The outbox: events of each recipient, and each one's newest place.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, follows, index, maybe_bytes, number, small, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "outbox",
            &["account_id"],
            [bytes("account_id"), number("seq")],
        )
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
        table(
            "event",
            &["account_id", "seq"],
            [
                bytes("account_id"),
                maybe_bytes("association_id"),
                number("seq"),
                small("kind"),
                number("created"),
                bytes("body"),
            ],
        )
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            tables(),
            [index("event_created", "event", &["created"])],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
