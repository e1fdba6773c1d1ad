//! The schemas' versions, written by hand, one transaction each.
//!
//! Every row that belongs to somebody carries `association_id`; platform-wide rows have none.

use sea_orm_migration::prelude::*;

mod columns;
mod m20261122_000001_platform;
mod m20261122_000001_wraps;
mod m20261122_000002_account;
mod m20261122_000003_agency;
mod m20261122_000004_conversation;
mod m20261122_000005_live;
mod m20261122_000006_reference;
mod m20261122_000007_draft;
mod m20261122_000008_mark;
mod m20261122_000009_session;
mod m20261122_000010_numbers;
mod m20261122_000011_recovery;
mod m20261123_000012_rotation;
mod m20261123_000013_deletion;
mod m20261123_000014_message;
mod m20261123_000015_factor;
mod m20261123_000016_identity;
mod m20261123_000030_passkey;

/// Migrations of the main database, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_platform::Migration),
            Box::new(m20261122_000002_account::Migration),
            Box::new(m20261122_000003_agency::Migration),
            Box::new(m20261122_000004_conversation::Migration),
            Box::new(m20261122_000005_live::Migration),
            Box::new(m20261122_000006_reference::Migration),
            Box::new(m20261122_000007_draft::Migration),
            Box::new(m20261122_000008_mark::Migration),
            Box::new(m20261122_000009_session::Migration),
            Box::new(m20261122_000010_numbers::Migration),
            Box::new(m20261122_000011_recovery::Migration),
            Box::new(m20261123_000012_rotation::Migration),
            Box::new(m20261123_000013_deletion::Migration),
            Box::new(m20261123_000014_message::Migration),
            Box::new(m20261123_000015_factor::Migration),
            Box::new(m20261123_000016_identity::Migration),
            Box::new(m20261123_000030_passkey::Migration),
        ]
    }
}

/// Migrations of the wrap store.
#[derive(Debug)]
pub struct WrapsMigrator;

#[async_trait::async_trait]
impl MigratorTrait for WrapsMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261122_000001_wraps::Migration)]
    }
}
