//! Accounts, consents, sessions, invitations.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, follows, index, maybe_bytes, number, small, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "account",
            &["id"],
            [
                bytes("id"),
                maybe_bytes("association_id"),
                small("kind"),
                bytes("name_lookup").unique_key().take(),
                bytes("name_sealed"),
                bytes("record_sealed"),
                bytes("key_wrap_sealed"),
                bytes("identity"),
                bytes("vault"),
                number("vault_version"),
                small("created_day"),
                small("last_sign_in_day"),
            ],
        ),
        table(
            "consent",
            &["account_id", "association_id", "version"],
            [
                bytes("account_id"),
                bytes("association_id"),
                small("version"),
                small("day"),
            ],
        )
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
        table(
            "session",
            &["id"],
            [
                bytes("id"),
                bytes("account_id"),
                maybe_bytes("association_id"),
                number("started"),
                number("last_active"),
                bytes("share_sealed"),
            ],
        )
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
        table("used_login", &["id"], [bytes("id"), number("expires")]),
        table(
            "invitation",
            &["id"],
            [
                bytes("id"),
                maybe_bytes("association_id"),
                number("expires"),
            ],
        ),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            tables(),
            [index("session_account", "session", &["account_id"])],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
