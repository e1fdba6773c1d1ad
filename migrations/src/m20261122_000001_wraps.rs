//! Epoch wraps, in their own file: deleting them makes conversations unreadable everywhere.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, index, number, small, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![table(
        "wrap",
        &["conversation_id", "kind", "member_id", "epoch", "batch"],
        [
            bytes("conversation_id"),
            small("kind"),
            bytes("member_id"),
            small("epoch"),
            bytes("batch"),
            number("created"),
            bytes("body"),
        ],
    )]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, tables(), [index("wrap_batch", "wrap", &["batch"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
