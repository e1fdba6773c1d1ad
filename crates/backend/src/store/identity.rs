//! Identity records: the present ones of accounts, and those that they had before.

use crypto::Digest;
use domain::account::AccountKind;
use domain::id::AccountId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QuerySelect as _,
};

use super::account::{kind_column, kind_of};
use super::convert::account_id;
use super::entity::{account, former_identity};

/// The present identity records of these accounts, with their kinds; unknown accounts are left out.
pub(crate) async fn present(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<Vec<(AccountId, AccountKind, Vec<u8>)>, DbErr> {
    let ids = ids.into_iter().map(|id| id.as_bytes().to_vec());
    let rows = account::Entity::find()
        .select_only()
        .columns([
            account::Column::Id,
            account::Column::Kind,
            account::Column::Identity,
        ])
        .filter(account::Column::Id.is_in(ids))
        .into_tuple::<(Vec<u8>, i64, Vec<u8>)>()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|(id, kind, identity)| Ok((account_id(&id)?, kind_of(kind)?, identity)))
        .collect()
}

/// The present identity records of everybody who works here.
pub(crate) async fn of_staff(
    db: &impl ConnectionTrait,
) -> Result<Vec<(AccountId, Vec<u8>)>, DbErr> {
    let rows = account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Identity])
        .filter(account::Column::Kind.eq(kind_column(AccountKind::Staff)))
        .into_tuple::<(Vec<u8>, Vec<u8>)>()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|(id, identity)| Ok((account_id(&id)?, identity)))
        .collect()
}

/// All identity records of these accounts, the present ones and those before.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<Vec<(AccountId, Vec<u8>)>, DbErr> {
    let ids: Vec<_> = ids.into_iter().collect();
    let present = present(db, ids.iter().copied()).await?;
    let former = former_identity::Entity::find()
        .filter(
            former_identity::Column::AccountId.is_in(ids.iter().map(|id| id.as_bytes().to_vec())),
        )
        .all(db)
        .await?;
    let former = former
        .into_iter()
        .map(|row| Ok((account_id(&row.account_id)?, row.identity)));
    let present = present.into_iter().map(|(id, _, identity)| (id, identity));
    present.map(Ok).chain(former).collect()
}

/// Gives an account another identity; the one before is kept beside.
pub(crate) async fn replace(
    db: &impl ConnectionTrait,
    id: AccountId,
    before: Vec<u8>,
    new: Vec<u8>,
) -> Result<(), DbErr> {
    let row = former_identity::ActiveModel {
        account_id: Set(id.as_bytes().to_vec()),
        identity_hash: Set(Digest::of(&before).as_bytes().to_vec()),
        identity: Set(before),
    };
    former_identity::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    account::Entity::update_many()
        .set(account::ActiveModel {
            identity: Set(new),
            ..Default::default()
        })
        .filter(account::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}
