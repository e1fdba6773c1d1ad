//! Passkeys that open their account: its key, under what only the passkey computes.

use sea_orm_migration::prelude::*;

use crate::columns::maybe_bytes;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut alter = Table::alter();
        alter
            .table("factor")
            .add_column(maybe_bytes("key_wrap_sealed"));
        manager.alter_table(alter).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut alter = Table::alter();
        alter.table("factor").drop_column("key_wrap_sealed");
        manager.alter_table(alter).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
