//! Invitations by admins: to what, by which offer, and who answered.
//!
//! The table is made anew: what was open until now were the operator's own, which live for 72 hours.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, follows, index, maybe_bytes, number, table, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn before() -> Vec<TableCreateStatement> {
    vec![table(
        "invitation",
        &["id"],
        [
            bytes("id"),
            maybe_bytes("association_id"),
            number("expires"),
        ],
    )]
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "invitation",
            &["id"],
            [
                bytes("id"),
                maybe_bytes("association_id"),
                maybe_bytes("agency_id"),
                maybe_bytes("account_id"),
                number("kind"),
                number("roles"),
                text("name"),
                maybe_bytes("offer"),
                number("expires"),
            ],
        ),
        table(
            "invitation_answer",
            &["invitation_id", "account_id"],
            [
                bytes("invitation_id"),
                bytes("account_id"),
                bytes("identity"),
                bytes("answer"),
            ],
        )
        .foreign_key(&mut follows("invitation_id", "invitation", "id"))
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
    ]
}

/// Whose password was shown when: a session that was raised a moment ago is not asked again.
fn raised() -> ColumnDef {
    number("raised").default(0).take()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, before()).await?;
        let indexes = [
            index("invitation_agency", "invitation", &["agency_id"]),
            index(
                "invitation_answer_account",
                "invitation_answer",
                &["account_id"],
            ),
        ];
        create(manager, tables(), indexes).await?;
        let mut alter = Table::alter();
        alter.table("session").add_column(raised());
        manager.alter_table(alter).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut alter = Table::alter();
        alter.table("session").drop_column("raised");
        manager.alter_table(alter).await?;
        drop_all(manager, tables()).await?;
        create(manager, before(), []).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
