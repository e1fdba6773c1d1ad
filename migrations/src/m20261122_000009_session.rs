//! Sessions know what they are for and the day of the sign-in before.
//!
//! The table is made anew: a session lives for hours, and everybody signs in again after the upgrade.

use sea_orm_migration::prelude::*;

use crate::columns::{
    bytes, create, drop_all, follows, index, maybe_bytes, maybe_small, number, small, table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn before() -> Vec<ColumnDef> {
    vec![
        bytes("id"),
        bytes("account_id"),
        maybe_bytes("association_id"),
        number("started"),
        number("last_active"),
        bytes("share_sealed"),
    ]
}

fn session(columns: Vec<ColumnDef>) -> Vec<TableCreateStatement> {
    vec![
        table("session", &["id"], columns)
            .foreign_key(&mut follows("account_id", "account", "id"))
            .take(),
    ]
}

async fn anew(manager: &SchemaManager<'_>, columns: Vec<ColumnDef>) -> Result<(), DbErr> {
    drop_all(manager, session(before())).await?;
    let by_account = index("session_account", "session", &["account_id"]);
    create(manager, session(columns), [by_account]).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut columns = before();
        columns.extend([small("kind"), maybe_small("previous_day")]);
        anew(manager, columns).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        anew(manager, before()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
