//! The outbox: events of each recipient, and each one's newest place.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, drop_tables, follows, index, key, maybe_bytes, number, small};

const TABLES: &[&str] = &["outbox", "event"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("outbox")
                    .col(bytes("account_id").primary_key().take())
                    .col(number("seq"))
                    .foreign_key(&mut follows("account_id", "account", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("event")
                    .col(bytes("account_id"))
                    .col(maybe_bytes("association_id"))
                    .col(number("seq"))
                    .col(small("kind"))
                    .col(number("created"))
                    .col(bytes("body"))
                    .primary_key(&mut key(&["account_id", "seq"]))
                    .foreign_key(&mut follows("account_id", "account", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_index(index("event_created", "event", &["created"]))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
