//! Accounts, consents, sessions, invitations.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, drop_tables, follows, index, key, maybe_bytes, number, small};

const TABLES: &[&str] = &["account", "consent", "session", "used_login", "invitation"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("account")
                    .col(bytes("id").primary_key().take())
                    .col(maybe_bytes("association_id"))
                    .col(small("kind"))
                    .col(bytes("name_lookup").unique_key().take())
                    .col(bytes("name_sealed"))
                    .col(bytes("record_sealed"))
                    .col(bytes("key_wrap_sealed"))
                    .col(bytes("identity"))
                    .col(bytes("vault"))
                    .col(number("vault_version"))
                    .col(small("created_day"))
                    .col(small("last_sign_in_day"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("consent")
                    .col(bytes("account_id"))
                    .col(bytes("association_id"))
                    .col(small("version"))
                    .col(small("day"))
                    .primary_key(&mut key(&["account_id", "association_id", "version"]))
                    .foreign_key(&mut follows("account_id", "account", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(bytes("id").primary_key().take())
                    .col(bytes("account_id"))
                    .col(maybe_bytes("association_id"))
                    .col(number("started"))
                    .col(number("last_active"))
                    .col(bytes("share_sealed"))
                    .foreign_key(&mut follows("account_id", "account", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("used_login")
                    .col(bytes("id").primary_key().take())
                    .col(number("expires"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("invitation")
                    .col(bytes("id").primary_key().take())
                    .col(maybe_bytes("association_id"))
                    .col(number("expires"))
                    .take(),
            )
            .await?;
        manager
            .create_index(index("session_account", "session", &["account_id"]))
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
