//! How many registrations came by a link with which `ref`: counts, never a person.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, number, small, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![table(
        "reference",
        &["association_id", "reference", "month"],
        [
            bytes("association_id"),
            text("reference"),
            small("month"),
            number("count"),
        ],
    )]
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
