//! The platform itself: its id and root, sealed secrets, admin lists.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, number, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("platform", &["name"], [text("name"), bytes("value")]),
        table("admin_list", &["seq"], [number("seq"), bytes("body")]),
        table("platform_admin", &["account_id"], [bytes("account_id")]),
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
