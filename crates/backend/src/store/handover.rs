//! What seekers have agreed to: consent statements, beside the epochs that name them.

use domain::id::ConversationId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};

use super::conversation::Conversation;
use super::convert::{column, conversation_id};
use super::entity::handover;

/// Stores a statement in the place of one that no epoch names yet.
pub(crate) async fn put(
    db: &impl ConnectionTrait,
    of: &Conversation,
    hash: [u8; 32],
    body: Vec<u8>,
) -> Result<(), DbErr> {
    handover::Entity::delete_many()
        .filter(handover::Column::ConversationId.eq(of.id.as_bytes().to_vec()))
        .filter(handover::Column::Epoch.is_null())
        .exec(db)
        .await?;
    let row = handover::ActiveModel {
        conversation_id: Set(of.id.as_bytes().to_vec()),
        association_id: Set(of.association.as_bytes().to_vec()),
        hash: Set(hash.to_vec()),
        body: Set(body),
        epoch: Set(None),
    };
    handover::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// A statement, and whether an epoch names it.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    hash: &[u8; 32],
) -> Result<Option<(Vec<u8>, bool)>, DbErr> {
    let key = (conversation.as_bytes().to_vec(), hash.to_vec());
    let row = handover::Entity::find_by_id(key).one(db).await?;
    Ok(row.map(|row| (row.body, row.epoch.is_some())))
}

/// Notes that an epoch names a statement; `false` if one does already, or it is gone.
pub(crate) async fn set_used(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    hash: &[u8; 32],
    epoch: u32,
) -> Result<bool, DbErr> {
    let done = handover::Entity::update_many()
        .set(handover::ActiveModel {
            epoch: Set(Some(column(epoch)?)),
            ..Default::default()
        })
        .filter(handover::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
        .filter(handover::Column::Hash.eq(hash.to_vec()))
        .filter(handover::Column::Epoch.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// All statements of these conversations.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, Vec<u8>)>, DbErr> {
    let ids = conversations.iter().map(|id| id.as_bytes().to_vec());
    let rows = handover::Entity::find()
        .filter(handover::Column::ConversationId.is_in(ids))
        .order_by_asc(handover::Column::Hash)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| Ok((conversation_id(&row.conversation_id)?, row.body)))
        .collect()
}
