//! The platform itself: its id and root, sealed secrets, admin lists.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, drop_tables, number, text};

const TABLES: &[&str] = &["platform", "admin_list", "platform_admin"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("platform")
                    .col(text("name").primary_key().take())
                    .col(bytes("value"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("admin_list")
                    .col(number("seq").primary_key().take())
                    .col(bytes("body"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("platform_admin")
                    .col(bytes("account_id").primary_key().take())
                    .take(),
            )
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
