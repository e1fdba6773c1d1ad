//! The directory: associations, agencies, manifests, and what is looked up in them.

use sea_orm_migration::prelude::*;

use crate::columns::{
    bytes, create, drop_all, follows, index, maybe_bytes, needs, number, small, table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("directory_head", &["seq"], [number("seq"), bytes("body")]),
        table(
            "association",
            &["id"],
            [
                bytes("id"),
                small("seq"),
                bytes("entry"),
                bytes("legal"),
                small("consent_version"),
            ],
        ),
        table(
            "association_admin",
            &["association_id", "account_id"],
            [bytes("association_id"), bytes("account_id")],
        )
        .foreign_key(&mut follows("association_id", "association", "id"))
        .take(),
        table(
            "agency",
            &["id"],
            [
                bytes("id"),
                bytes("association_id"),
                small("seq"),
                bytes("entry"),
                maybe_bytes("manifest_hash"),
                maybe_bytes("profile"),
                maybe_bytes("freshness"),
                maybe_bytes("freshness_by"),
            ],
        )
        .foreign_key(&mut needs("association_id", "association", "id"))
        .take(),
        table(
            "manifest",
            &["agency_id", "seq"],
            [
                bytes("agency_id"),
                bytes("association_id"),
                number("seq"),
                bytes("hash"),
                bytes("body"),
            ],
        )
        .foreign_key(&mut follows("agency_id", "agency", "id"))
        .take(),
        table(
            "listing",
            &["account_id", "agency_id"],
            [
                bytes("account_id"),
                bytes("agency_id"),
                bytes("association_id"),
                small("roles"),
            ],
        )
        .foreign_key(&mut follows("agency_id", "agency", "id"))
        .take(),
        table(
            "offer",
            &["topic_id", "agency_id"],
            [
                small("topic_id"),
                bytes("agency_id"),
                bytes("association_id"),
            ],
        )
        .foreign_key(&mut follows("agency_id", "agency", "id"))
        .take(),
        table(
            "inbox_wrap",
            &["agency_id", "inbox_epoch", "account_id"],
            [
                bytes("agency_id"),
                bytes("association_id"),
                small("inbox_epoch"),
                bytes("account_id"),
                bytes("body"),
            ],
        )
        .foreign_key(&mut follows("agency_id", "agency", "id"))
        .take(),
        table(
            "root_wrap",
            &["agency_id", "key_no", "account_id"],
            [
                bytes("agency_id"),
                bytes("association_id"),
                small("key_no"),
                bytes("account_id"),
                bytes("body"),
            ],
        )
        .foreign_key(&mut follows("agency_id", "agency", "id"))
        .take(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            tables(),
            [
                index("manifest_hash", "manifest", &["agency_id", "hash"])
                    .unique()
                    .take(),
                index("listing_agency", "listing", &["agency_id"]),
                index(
                    "association_admin_account",
                    "association_admin",
                    &["account_id"],
                ),
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
