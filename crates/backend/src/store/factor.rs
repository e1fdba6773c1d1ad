//! Second factors. Values named `sealed` are under the server key.

use domain::factor::FactorKind;
use domain::id::{AccountId, FactorId};
use domain::time::Day;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};

use super::convert::{account_id, column, damaged, u32_of, u64_of, wide_column};
use super::entity::{factor, spare_code};

/// A factor of an account.
#[derive(Clone)]
pub(crate) struct Factor {
    pub(crate) id: FactorId,
    pub(crate) account: AccountId,
    pub(crate) kind: FactorKind,
    pub(crate) secret_sealed: Vec<u8>,
    /// The last step of an app that was used, or a passkey's own count.
    pub(crate) counter: u64,
    pub(crate) added: Day,
    /// The account key, under what this passkey computes.
    pub(crate) key_wrap_sealed: Option<Vec<u8>>,
}

fn factor_of(row: factor::Model) -> Result<Factor, DbErr> {
    let id = row.id.as_slice().try_into();
    Ok(Factor {
        id: FactorId::from_bytes(id.map_err(|_| damaged("factor"))?),
        account: account_id(&row.account_id)?,
        kind: match row.kind {
            1 => FactorKind::App,
            2 => FactorKind::Passkey,
            _ => return Err(damaged("factor kind")),
        },
        secret_sealed: row.secret_sealed,
        counter: u64_of(row.counter)?,
        added: Day(u32_of(row.added_day)?),
        key_wrap_sealed: row.key_wrap_sealed,
    })
}

fn of_account(account: AccountId) -> sea_orm::Select<factor::Entity> {
    factor::Entity::find().filter(factor::Column::AccountId.eq(account.as_bytes().to_vec()))
}

/// All factors of an account, the oldest first.
pub(crate) async fn of(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<Factor>, DbErr> {
    let rows = of_account(account)
        .order_by_asc(factor::Column::AddedDay)
        .order_by_asc(factor::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(factor_of).collect()
}

/// How many factors an account has.
pub(crate) async fn count(db: &impl ConnectionTrait, account: AccountId) -> Result<u64, DbErr> {
    of_account(account).count(db).await
}

/// Stores a factor.
pub(crate) async fn insert(db: &impl ConnectionTrait, new: &Factor) -> Result<(), DbErr> {
    let row = factor::ActiveModel {
        id: Set(new.id.as_bytes().to_vec()),
        account_id: Set(new.account.as_bytes().to_vec()),
        kind: Set(match new.kind {
            FactorKind::App => 1,
            FactorKind::Passkey => 2,
        }),
        secret_sealed: Set(new.secret_sealed.clone()),
        counter: Set(wide_column(new.counter)?),
        added_day: Set(column(new.added.0)?),
        key_wrap_sealed: Set(new.key_wrap_sealed.clone()),
    };
    factor::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Notes that a factor was used at this count; `false` if it was at this or a later one before, or is gone. Passkeys
/// that do not count say 0 each time.
pub(crate) async fn count_up(
    db: &impl ConnectionTrait,
    id: FactorId,
    counter: u64,
) -> Result<bool, DbErr> {
    let counter = wide_column(counter)?;
    let before = if counter == 0 {
        factor::Column::Counter.eq(0)
    } else {
        factor::Column::Counter.lt(counter)
    };
    let done = factor::Entity::update_many()
        .set(factor::ActiveModel {
            counter: Set(counter),
            ..Default::default()
        })
        .filter(factor::Column::Id.eq(id.as_bytes().to_vec()))
        .filter(before)
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes one factor of an account, or all; gives how many.
pub(crate) async fn remove(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: Option<FactorId>,
) -> Result<u64, DbErr> {
    let mut gone = factor::Entity::delete_many()
        .filter(factor::Column::AccountId.eq(account.as_bytes().to_vec()));
    if let Some(id) = id {
        gone = gone.filter(factor::Column::Id.eq(id.as_bytes().to_vec()));
    }
    Ok(gone.exec(db).await?.rows_affected)
}

/// Codes of an account that were not used yet.
pub(crate) async fn count_spare(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<u64, DbErr> {
    spare_code::Entity::find()
        .filter(spare_code::Column::AccountId.eq(account.as_bytes().to_vec()))
        .count(db)
        .await
}

/// Whether this code was not used yet.
pub(crate) async fn has_spare(
    db: &impl ConnectionTrait,
    account: AccountId,
    hash: &[u8; 32],
) -> Result<bool, DbErr> {
    let id = (account.as_bytes().to_vec(), hash.to_vec());
    let found = spare_code::Entity::find_by_id(id).one(db).await?;
    Ok(found.is_some())
}

/// Stores these codes instead of those before.
pub(crate) async fn replace_spare(
    db: &impl ConnectionTrait,
    account: AccountId,
    hashes: &[[u8; 32]],
) -> Result<(), DbErr> {
    spare_code::Entity::delete_many()
        .filter(spare_code::Column::AccountId.eq(account.as_bytes().to_vec()))
        .exec(db)
        .await?;
    for hash in hashes {
        let row = spare_code::ActiveModel {
            account_id: Set(account.as_bytes().to_vec()),
            hash: Set(hash.to_vec()),
        };
        spare_code::Entity::insert(row)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Uses a code up; `false` if there is none.
pub(crate) async fn use_spare(
    db: &impl ConnectionTrait,
    account: AccountId,
    hash: &[u8; 32],
) -> Result<bool, DbErr> {
    let used = spare_code::Entity::delete_many()
        .filter(spare_code::Column::AccountId.eq(account.as_bytes().to_vec()))
        .filter(spare_code::Column::Hash.eq(hash.to_vec()))
        .exec(db)
        .await?;
    Ok(used.rows_affected == 1)
}
