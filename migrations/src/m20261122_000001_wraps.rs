//! Epoch wraps, in their own file: deleting them makes conversations unreadable everywhere.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, drop_tables, index, key, number, small};

const TABLES: &[&str] = &["wrap"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("wrap")
                    .col(bytes("conversation_id"))
                    .col(small("kind"))
                    .col(bytes("member_id"))
                    .col(small("epoch"))
                    .col(bytes("batch"))
                    .col(number("created"))
                    .col(bytes("body"))
                    .primary_key(&mut key(&[
                        "conversation_id",
                        "kind",
                        "member_id",
                        "epoch",
                        "batch",
                    ]))
                    .take(),
            )
            .await?;
        manager
            .create_index(index("wrap_batch", "wrap", &["batch"]))
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
