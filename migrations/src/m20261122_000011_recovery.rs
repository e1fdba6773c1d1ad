//! Recovery codes, one for each account.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, follows, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "recovery",
            &["account_id"],
            [
                bytes("account_id"),
                bytes("code_id").unique_key().take(),
                bytes("proof_hash"),
                bytes("key_wrap_sealed"),
            ],
        )
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
