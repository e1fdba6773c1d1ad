//! Recovery codes. Values named `sealed` are under the server key.

use domain::id::AccountId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::convert::{account_id, damaged};
use super::entity::recovery;

/// What is kept of an account's code.
pub(crate) struct Recovery {
    pub(crate) account: AccountId,
    pub(crate) id: [u8; 16],
    pub(crate) proof_hash: [u8; 32],
    pub(crate) key_wrap_sealed: Vec<u8>,
}

/// The code with this id.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    id: &[u8; 16],
) -> Result<Option<Recovery>, DbErr> {
    let next = next(db, id).await?;
    Ok(next.filter(|next| next.id == *id))
}

/// The code that comes next in the order of ids: a row also for one that nobody has, so that both take the same time.
/// None behind the last one.
async fn next(db: &impl ConnectionTrait, id: &[u8; 16]) -> Result<Option<Recovery>, DbErr> {
    let row = recovery::Entity::find()
        .filter(recovery::Column::CodeId.gte(id.to_vec()))
        .order_by_asc(recovery::Column::CodeId)
        .limit(1)
        .one(db)
        .await?;
    row.map(|row| {
        let (id, proof_hash) = (row.code_id.as_slice(), row.proof_hash.as_slice());
        Ok(Recovery {
            account: account_id(&row.account_id)?,
            id: id.try_into().map_err(|_| damaged("code"))?,
            proof_hash: proof_hash.try_into().map_err(|_| damaged("code"))?,
            key_wrap_sealed: row.key_wrap_sealed,
        })
    })
    .transpose()
}

/// Stores an account's code instead of the one before.
pub(crate) async fn replace(db: &impl ConnectionTrait, new: &Recovery) -> Result<(), DbErr> {
    let row = recovery::ActiveModel {
        account_id: Set(new.account.as_bytes().to_vec()),
        code_id: Set(new.id.to_vec()),
        proof_hash: Set(new.proof_hash.to_vec()),
        key_wrap_sealed: Set(new.key_wrap_sealed.clone()),
    };
    let instead = OnConflict::column(recovery::Column::AccountId)
        .update_columns([
            recovery::Column::CodeId,
            recovery::Column::ProofHash,
            recovery::Column::KeyWrapSealed,
        ])
        .to_owned();
    recovery::Entity::insert(row)
        .on_conflict(instead)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
