//! What is to be deleted, and how long what was put away is kept; events know their conversation, so that a deletion
//! reaches them.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, index, maybe_bytes, number, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Accounts and conversations whose deletion has begun.
fn tables() -> Vec<TableCreateStatement> {
    vec![table(
        "deletion",
        &["kind", "id"],
        [number("kind"), bytes("id"), maybe_bytes("association_id")],
    )]
}

/// Columns that join: when a conversation was put away (0: it is not), its agency's days, an event's conversation.
fn columns() -> [(&'static str, ColumnDef); 3] {
    [
        ("conversation", number("closed").default(0).take()),
        ("agency", number("retention_days").default(90).take()),
        ("event", maybe_bytes("conversation_id")),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, mut column) in columns() {
            let mut alter = Table::alter();
            alter.table(table).add_column(column.take());
            manager.alter_table(alter).await?;
        }
        create(
            manager,
            tables(),
            [
                index("event_conversation", "event", &["conversation_id"]),
                index("conversation_closed", "conversation", &["closed"]),
                index("conversation_seeker", "conversation", &["seeker_id"]),
                index("account_quiet", "account", &["kind", "last_sign_in_day"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [
            ("account_quiet", "account"),
            ("conversation_seeker", "conversation"),
            ("conversation_closed", "conversation"),
            ("event_conversation", "event"),
        ] {
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        drop_all(manager, tables()).await?;
        for (table, column) in [
            ("event", "conversation_id"),
            ("agency", "retention_days"),
            ("conversation", "closed"),
        ] {
            let mut alter = Table::alter();
            alter.table(table).drop_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
