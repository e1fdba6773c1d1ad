//! Identities that accounts had before: the epochs of their time name them.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, follows, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "former_identity",
            &["account_id", "identity_hash"],
            [
                bytes("account_id"),
                bytes("identity_hash"),
                bytes("identity"),
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
