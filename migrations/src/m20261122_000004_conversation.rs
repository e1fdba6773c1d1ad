//! Conversations: epochs, members, messages, labels; inbox wraps still to be deleted.

use sea_orm_migration::prelude::*;

use crate::columns::{
    bytes, create, drop_all, follows, index, maybe_bytes, needs, number, small, table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "conversation",
            &["id"],
            [
                bytes("id"),
                bytes("association_id"),
                bytes("agency_id"),
                bytes("seeker_id"),
                small("topic_id"),
                small("state"),
                maybe_bytes("wish"),
                maybe_bytes("accepted_by"),
                number("created"),
                small("epoch"),
                small("messages"),
                small("opening"),
            ],
        )
        .foreign_key(&mut needs("agency_id", "agency", "id"))
        .foreign_key(&mut needs("seeker_id", "account", "id"))
        .take(),
        table(
            "epoch",
            &["conversation_id", "epoch"],
            [
                bytes("conversation_id"),
                bytes("association_id"),
                small("epoch"),
                bytes("record"),
                bytes("batch"),
            ],
        )
        .foreign_key(&mut follows("conversation_id", "conversation", "id"))
        .take(),
        table(
            "member",
            &["conversation_id", "epoch", "slot"],
            [
                bytes("conversation_id"),
                bytes("association_id"),
                small("epoch"),
                small("slot"),
                small("kind"),
                bytes("member_id"),
                small("role"),
                bytes("identity_hash"),
                small("history_from"),
            ],
        )
        .foreign_key(&mut follows("conversation_id", "conversation", "id"))
        .take(),
        table(
            "message",
            &["conversation_id", "position"],
            [
                bytes("conversation_id"),
                bytes("association_id"),
                small("position"),
                bytes("message_id"),
                small("epoch"),
                small("slot"),
                number("received"),
                bytes("body"),
            ],
        )
        .foreign_key(&mut follows("conversation_id", "conversation", "id"))
        .take(),
        table(
            "label",
            &["account_id", "conversation_id"],
            [
                bytes("account_id"),
                bytes("association_id"),
                bytes("conversation_id"),
                number("version"),
                bytes("body"),
            ],
        )
        .foreign_key(&mut follows("conversation_id", "conversation", "id"))
        .foreign_key(&mut follows("account_id", "account", "id"))
        .take(),
        table(
            "wrap_purge",
            &["conversation_id", "kind", "member_id"],
            [
                bytes("conversation_id"),
                bytes("association_id"),
                small("kind"),
                bytes("member_id"),
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
            [
                index(
                    "conversation_waiting",
                    "conversation",
                    &["agency_id", "state"],
                ),
                index("member_of", "member", &["member_id", "conversation_id"]),
                index(
                    "message_once",
                    "message",
                    &["conversation_id", "message_id"],
                )
                .unique()
                .take(),
                index("message_received", "message", &["received"]),
                index("epoch_batch", "epoch", &["batch"]).unique().take(),
            ],
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
