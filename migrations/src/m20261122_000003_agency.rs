//! The directory: associations, agencies, manifests, and what is looked up in them.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, drop_tables, follows, index, key, maybe_bytes, needs, number, small};

const TABLES: &[&str] = &[
    "directory_head",
    "association",
    "association_admin",
    "agency",
    "manifest",
    "listing",
    "offer",
    "inbox_wrap",
    "root_wrap",
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("directory_head")
                    .col(number("seq").primary_key().take())
                    .col(bytes("body"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("association")
                    .col(bytes("id").primary_key().take())
                    .col(small("seq"))
                    .col(bytes("entry"))
                    .col(bytes("legal"))
                    .col(small("consent_version"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("association_admin")
                    .col(bytes("association_id"))
                    .col(bytes("account_id"))
                    .primary_key(&mut key(&["association_id", "account_id"]))
                    .foreign_key(&mut follows("association_id", "association", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("agency")
                    .col(bytes("id").primary_key().take())
                    .col(bytes("association_id"))
                    .col(small("seq"))
                    .col(bytes("entry"))
                    .col(maybe_bytes("manifest_hash"))
                    .col(maybe_bytes("profile"))
                    .col(maybe_bytes("freshness"))
                    .col(maybe_bytes("freshness_by"))
                    .foreign_key(&mut needs("association_id", "association", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("manifest")
                    .col(bytes("agency_id"))
                    .col(bytes("association_id"))
                    .col(number("seq"))
                    .col(bytes("hash"))
                    .col(bytes("body"))
                    .primary_key(&mut key(&["agency_id", "seq"]))
                    .foreign_key(&mut follows("agency_id", "agency", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("listing")
                    .col(bytes("account_id"))
                    .col(bytes("agency_id"))
                    .col(bytes("association_id"))
                    .col(small("roles"))
                    .primary_key(&mut key(&["account_id", "agency_id"]))
                    .foreign_key(&mut follows("agency_id", "agency", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("offer")
                    .col(small("topic_id"))
                    .col(bytes("agency_id"))
                    .col(bytes("association_id"))
                    .primary_key(&mut key(&["topic_id", "agency_id"]))
                    .foreign_key(&mut follows("agency_id", "agency", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("inbox_wrap")
                    .col(bytes("agency_id"))
                    .col(bytes("association_id"))
                    .col(small("inbox_epoch"))
                    .col(bytes("account_id"))
                    .col(bytes("body"))
                    .primary_key(&mut key(&["agency_id", "inbox_epoch", "account_id"]))
                    .foreign_key(&mut follows("agency_id", "agency", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("root_wrap")
                    .col(bytes("agency_id"))
                    .col(bytes("association_id"))
                    .col(small("key_no"))
                    .col(bytes("account_id"))
                    .col(bytes("body"))
                    .primary_key(&mut key(&["agency_id", "key_no", "account_id"]))
                    .foreign_key(&mut follows("agency_id", "agency", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                index("manifest_hash", "manifest", &["agency_id", "hash"])
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_index(index("listing_agency", "listing", &["agency_id"]))
            .await?;
        manager
            .create_index(index(
                "association_admin_account",
                "association_admin",
                &["account_id"],
            ))
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
