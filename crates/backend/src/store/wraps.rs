//! The wrap store: epoch wraps in a file of their own (crypto.md 3.13).
//!
//! Wraps are written before the rows that need them, under the number of a *batch*; only batches
//! that an epoch row names count. What a refusal or a crash leaves behind is swept.

use domain::conversation::MemberId;
use domain::id::ConversationId;
use domain::time::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};

use super::Store;
use super::convert::{account_id, agency_id, column, damaged, u32_of};
use super::entity::wrap;
use crate::error::Error;

/// Rows in one statement: seven columns each, and SQLite counts its parameters.
const ROWS_PER_STATEMENT: usize = 100;

/// Names the wraps that were written together.
pub(crate) type Batch = [u8; 16];

/// A wrap to be stored.
pub(crate) struct NewWrap {
    pub(crate) to: MemberId,
    pub(crate) epoch: u32,
    pub(crate) body: Vec<u8>,
}

/// A stored wrap.
pub(crate) struct StoredWrap {
    pub(crate) conversation: ConversationId,
    pub(crate) epoch: u32,
    pub(crate) batch: Batch,
    pub(crate) body: Vec<u8>,
}

/// Kind and id of a member, as columns.
pub(crate) fn member_columns(member: MemberId) -> (i64, Vec<u8>) {
    match member {
        MemberId::Account(id) => (1, id.as_bytes().to_vec()),
        MemberId::Inbox(id) => (2, id.as_bytes().to_vec()),
    }
}

/// The member whom columns name.
pub(crate) fn member_of(kind: i64, id: &[u8]) -> Result<MemberId, DbErr> {
    match kind {
        1 => account_id(id).map(MemberId::Account),
        2 => agency_id(id).map(MemberId::Inbox),
        _ => Err(damaged("member")),
    }
}

/// Stores a batch durably.
pub(crate) async fn insert(
    store: &Store,
    conversation: ConversationId,
    batch: Batch,
    wraps: Vec<NewWrap>,
) -> Result<(), Error> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let mut rows = Vec::with_capacity(wraps.len());
                for new in wraps {
                    let (kind, member_id) = member_columns(new.to);
                    rows.push(wrap::ActiveModel {
                        conversation_id: Set(conversation.as_bytes().to_vec()),
                        kind: Set(kind),
                        member_id: Set(member_id),
                        epoch: Set(column(new.epoch)?),
                        batch: Set(batch.to_vec()),
                        created: Set(tx.now().0),
                        body: Set(new.body),
                    });
                }
                while !rows.is_empty() {
                    let some = rows.split_off(rows.len().saturating_sub(ROWS_PER_STATEMENT));
                    wrap::Entity::insert_many(some)
                        .exec_without_returning(tx.db())
                        .await?;
                }
                Ok(())
            })
        })
        .await
}

/// All wraps of one member in these conversations, of whatever batch, by epoch.
pub(crate) async fn of_member(
    store: &Store,
    member: MemberId,
    conversations: &[ConversationId],
) -> Result<Vec<StoredWrap>, Error> {
    let (kind, member_id) = member_columns(member);
    let ids = conversations.iter().map(|id| id.as_bytes().to_vec());
    let mut rows = wrap::Entity::find()
        .filter(wrap::Column::Kind.eq(kind))
        .filter(wrap::Column::MemberId.eq(member_id))
        .filter(wrap::Column::ConversationId.is_in(ids))
        .all(store.read())
        .await?;
    rows.sort_by_key(|row| row.epoch);
    let stored = rows.into_iter().map(|row| {
        Ok(StoredWrap {
            conversation: super::convert::conversation_id(&row.conversation_id)?,
            epoch: u32_of(row.epoch)?,
            batch: row
                .batch
                .as_slice()
                .try_into()
                .map_err(|_| damaged("batch"))?,
            body: row.body,
        })
    });
    Ok(stored.collect::<Result<_, DbErr>>()?)
}

/// Deletes a batch whose rows were refused.
pub(crate) async fn delete_batch(store: &Store, batch: Batch) -> Result<(), Error> {
    store
        .write(move |tx| {
            Box::pin(async move {
                wrap::Entity::delete_many()
                    .filter(wrap::Column::Batch.eq(batch.to_vec()))
                    .exec(tx.db())
                    .await?;
                Ok(())
            })
        })
        .await
}

/// Deletes all wraps of a conversation.
pub(crate) async fn delete_all(store: &Store, conversation: ConversationId) -> Result<(), Error> {
    store
        .write(move |tx| {
            Box::pin(async move {
                wrap::Entity::delete_many()
                    .filter(wrap::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
                    .exec(tx.db())
                    .await?;
                Ok(())
            })
        })
        .await
}

/// Deletes all wraps of one member in one conversation.
pub(crate) async fn delete_of_member(
    store: &Store,
    conversation: ConversationId,
    member: MemberId,
) -> Result<(), Error> {
    let (kind, member_id) = member_columns(member);
    store
        .write(move |tx| {
            Box::pin(async move {
                wrap::Entity::delete_many()
                    .filter(wrap::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
                    .filter(wrap::Column::Kind.eq(kind))
                    .filter(wrap::Column::MemberId.eq(member_id))
                    .exec(tx.db())
                    .await?;
                Ok(())
            })
        })
        .await
}

/// Batches that were stored before `limit`.
pub(crate) async fn batches_before(store: &Store, limit: Timestamp) -> Result<Vec<Batch>, Error> {
    let rows = wrap::Entity::find()
        .select_only()
        .column(wrap::Column::Batch)
        .filter(wrap::Column::Created.lt(limit.0))
        .distinct()
        .into_tuple::<Vec<u8>>()
        .all(store.read())
        .await?;
    let batches = rows
        .iter()
        .map(|batch| batch.as_slice().try_into().map_err(|_| damaged("batch")));
    Ok(batches.collect::<Result<_, DbErr>>()?)
}
