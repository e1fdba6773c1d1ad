//! The platform itself: its values and its admin lists.

use domain::id::AccountId;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait as _, QueryOrder as _};

use super::convert::wide_column;
use super::entity::{admin_list, platform, platform_admin};

/// The platform's id, 16 bytes.
pub(crate) const ID: &str = "id";
/// The root's public key, 32 bytes.
pub(crate) const ROOT: &str = "root";
/// 1 for a demonstration, 0 otherwise.
pub(crate) const DEMONSTRATION: &str = "demonstration";
/// OPAQUE's `ServerSetup`, sealed.
pub(crate) const OPAQUE_SETUP: &str = "opaque_setup";
/// `k_cred`, sealed.
pub(crate) const CREDENTIAL_KEY: &str = "credential_key";
/// `k_name`, sealed.
pub(crate) const NAME_KEY: &str = "name_key";

/// A value; none on an empty database.
pub(crate) async fn value(db: &impl ConnectionTrait, name: &str) -> Result<Option<Vec<u8>>, DbErr> {
    let row = platform::Entity::find_by_id(name.to_owned())
        .one(db)
        .await?;
    Ok(row.map(|row| row.value))
}

/// Stores the values of a new platform.
pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    values: Vec<(&'static str, Vec<u8>)>,
) -> Result<(), DbErr> {
    let rows = values
        .into_iter()
        .map(|(name, value)| platform::ActiveModel {
            name: Set(name.to_owned()),
            value: Set(value),
        });
    platform::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// All admin lists, from the first to the newest.
pub(crate) async fn admin_lists(db: &impl ConnectionTrait) -> Result<Vec<Vec<u8>>, DbErr> {
    let rows = admin_list::Entity::find()
        .order_by_asc(admin_list::Column::Seq)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}

/// The newest admin list.
pub(crate) async fn newest_admin_list(db: &impl ConnectionTrait) -> Result<Option<Vec<u8>>, DbErr> {
    let row = admin_list::Entity::find()
        .order_by_desc(admin_list::Column::Seq)
        .one(db)
        .await?;
    Ok(row.map(|row| row.body))
}

/// Stores the next admin list, and who may administer by it.
pub(crate) async fn append_admin_list(
    db: &impl ConnectionTrait,
    seq: u64,
    body: Vec<u8>,
    active: &[AccountId],
) -> Result<(), DbErr> {
    let row = admin_list::ActiveModel {
        seq: Set(wide_column(seq)?),
        body: Set(body),
    };
    admin_list::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    platform_admin::Entity::delete_many().exec(db).await?;
    let rows = active.iter().map(|account| platform_admin::ActiveModel {
        account_id: Set(account.as_bytes().to_vec()),
    });
    platform_admin::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Whether the newest admin list names this account as active.
pub(crate) async fn is_admin(db: &impl ConnectionTrait, account: AccountId) -> Result<bool, DbErr> {
    let row = platform_admin::Entity::find_by_id(account.as_bytes().to_vec())
        .one(db)
        .await?;
    Ok(row.is_some())
}
