//! Conversations: epochs, members, messages, labels; inbox wraps still to be deleted.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, drop_tables, follows, index, key, maybe_bytes, needs, number, small};

const TABLES: &[&str] = &[
    "conversation",
    "epoch",
    "member",
    "message",
    "label",
    "wrap_purge",
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("conversation")
                    .col(bytes("id").primary_key().take())
                    .col(bytes("association_id"))
                    .col(bytes("agency_id"))
                    .col(bytes("seeker_id"))
                    .col(small("topic_id"))
                    .col(small("state"))
                    .col(maybe_bytes("wish"))
                    .col(maybe_bytes("accepted_by"))
                    .col(number("created"))
                    .col(small("epoch"))
                    .col(small("messages"))
                    .col(small("opening"))
                    .foreign_key(&mut needs("agency_id", "agency", "id"))
                    .foreign_key(&mut needs("seeker_id", "account", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("epoch")
                    .col(bytes("conversation_id"))
                    .col(bytes("association_id"))
                    .col(small("epoch"))
                    .col(bytes("record"))
                    .col(bytes("batch"))
                    .primary_key(&mut key(&["conversation_id", "epoch"]))
                    .foreign_key(&mut follows("conversation_id", "conversation", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("member")
                    .col(bytes("conversation_id"))
                    .col(bytes("association_id"))
                    .col(small("epoch"))
                    .col(small("slot"))
                    .col(small("kind"))
                    .col(bytes("member_id"))
                    .col(small("role"))
                    .col(bytes("identity_hash"))
                    .col(small("history_from"))
                    .primary_key(&mut key(&["conversation_id", "epoch", "slot"]))
                    .foreign_key(&mut follows("conversation_id", "conversation", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("message")
                    .col(bytes("conversation_id"))
                    .col(bytes("association_id"))
                    .col(small("position"))
                    .col(bytes("message_id"))
                    .col(small("epoch"))
                    .col(small("slot"))
                    .col(number("received"))
                    .col(bytes("body"))
                    .primary_key(&mut key(&["conversation_id", "position"]))
                    .foreign_key(&mut follows("conversation_id", "conversation", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("label")
                    .col(bytes("account_id"))
                    .col(bytes("association_id"))
                    .col(bytes("conversation_id"))
                    .col(number("version"))
                    .col(bytes("body"))
                    .primary_key(&mut key(&["account_id", "conversation_id"]))
                    .foreign_key(&mut follows("conversation_id", "conversation", "id"))
                    .foreign_key(&mut follows("account_id", "account", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("wrap_purge")
                    .col(bytes("conversation_id"))
                    .col(bytes("association_id"))
                    .col(small("kind"))
                    .col(bytes("member_id"))
                    .primary_key(&mut key(&["conversation_id", "kind", "member_id"]))
                    .take(),
            )
            .await?;
        manager
            .create_index(index(
                "conversation_waiting",
                "conversation",
                &["agency_id", "state"],
            ))
            .await?;
        manager
            .create_index(index(
                "member_of",
                "member",
                &["member_id", "conversation_id"],
            ))
            .await?;
        manager
            .create_index(
                index(
                    "message_once",
                    "message",
                    &["conversation_id", "message_id"],
                )
                .unique()
                .take(),
            )
            .await?;
        manager
            .create_index(index("message_received", "message", &["received"]))
            .await?;
        manager
            .create_index(index("epoch_batch", "epoch", &["batch"]).unique().take())
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
