//! Where a conversation waits, for whom it is meant, and to what its seeker agreed.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, create, drop_all, follows, index, maybe_bytes, maybe_small, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "handover",
            &["conversation_id", "hash"],
            [
                bytes("conversation_id"),
                bytes("association_id"),
                bytes("hash"),
                bytes("body"),
                maybe_small("epoch"),
            ],
        )
        .foreign_key(&mut follows("conversation_id", "conversation", "id"))
        .take(),
    ]
}

/// The agency whose inbox it waits in, for whom it is meant and who says so.
const COLUMNS: [&str; 3] = ["inbox_id", "assigned_to", "assigned_by"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let mut alter = Table::alter();
            alter.table("conversation").add_column(maybe_bytes(column));
            manager.alter_table(alter).await?;
        }
        // What waits now waits where it was sent to.
        let waiting = Query::update()
            .table("conversation")
            .value("inbox_id", Expr::col("agency_id"))
            .and_where(Expr::col("state").eq(1))
            .take();
        manager.execute(waiting).await?;
        let indexes = [index("conversation_inbox", "conversation", &["inbox_id"])];
        create(manager, tables(), indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, tables()).await?;
        let mut index = Index::drop();
        index.name("conversation_inbox").table("conversation");
        manager.drop_index(index).await?;
        for column in COLUMNS {
            let mut alter = Table::alter();
            alter.table("conversation").drop_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
