//! Events know which message they carry, so that the deletion of a message reaches them. Those of before the upgrade do
//! not, and go after seven days as always.

use sea_orm_migration::prelude::*;

use crate::columns::{index, number};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut alter = Table::alter();
        alter
            .table("event")
            .add_column(number("position").default(0).take());
        manager.alter_table(alter).await?;
        drop_index(manager, "event_conversation").await?;
        manager
            .create_index(index(
                "event_message",
                "event",
                &["conversation_id", "position"],
            ))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "event_message").await?;
        manager
            .create_index(index("event_conversation", "event", &["conversation_id"]))
            .await?;
        let mut alter = Table::alter();
        alter.table("event").drop_column("position");
        manager.alter_table(alter).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn drop_index(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager
        .drop_index(Index::drop().name(name).table("event").to_owned())
        .await
}
