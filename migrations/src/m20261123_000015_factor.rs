//! Second factors, and the codes for a lost one.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, follows, index, number, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// `counter`: the last step of an app that was used, or a passkey's own count.
fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "factor",
            &["id"],
            [
                bytes("id"),
                bytes("account_id"),
                number("kind"),
                bytes("secret_sealed"),
                number("counter"),
                number("added_day"),
            ],
        )
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
        table(
            "spare_code",
            &["account_id", "hash"],
            [bytes("account_id"), bytes("hash")],
        )
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            tables(),
            [index("factor_account", "factor", &["account_id"])],
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
