//! Drafts of messages, one for each member of a conversation.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, follows, number, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "draft",
            &["account_id", "conversation_id"],
            [
                bytes("account_id"),
                bytes("association_id"),
                bytes("conversation_id"),
                number("version"),
                bytes("body"),
            ],
        )
        .foreign_key(&mut follows("conversation_id", "conversation", "id"))
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, tables(), []).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
