//! Since when a conversation's newest epoch is written in, and whether it must end.

use sea_orm_migration::prelude::*;

use crate::columns::number;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// When the epoch began, how many messages there were then, and whether somebody has left since.
fn columns() -> [ColumnDef; 3] {
    [
        number("epoch_began"),
        number("epoch_after"),
        number("rotation_due"),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut column in columns() {
            let mut alter = Table::alter();
            alter
                .table("conversation")
                .add_column(column.default(0).take());
            manager.alter_table(alter).await?;
        }
        // When an epoch began was not noted until now: it is counted from the enquiry.
        let began = Query::update()
            .table("conversation")
            .value("epoch_began", Expr::col("created"))
            .take();
        manager.execute(began).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["epoch_began", "epoch_after", "rotation_due"] {
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
