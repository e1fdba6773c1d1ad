//! Messages of conversations.

use domain::conversation::{Sent, StoredMessage};
use domain::id::{AssociationId, ConversationId, MessageId};
use domain::time::{DAY, HOUR, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, JoinType,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::convert::{column, conversation_id, u16_of, u32_of};
use super::entity::{conversation, message};

/// A message.
pub(crate) struct Message {
    id: MessageId,
    epoch: u32,
    slot: u16,
    stored: StoredMessage,
}

impl Message {
    pub(crate) fn new(message: &crypto::message::Message, stored: StoredMessage) -> Self {
        Self {
            id: message.id(),
            epoch: message.epoch(),
            slot: message.sender_slot(),
            stored,
        }
    }
}

/// Stores messages.
pub(crate) async fn insert_messages(
    db: &impl ConnectionTrait,
    id: ConversationId,
    association: AssociationId,
    new: Vec<Message>,
) -> Result<(), DbErr> {
    let mut rows = Vec::with_capacity(new.len());
    for one in new {
        rows.push(message::ActiveModel {
            conversation_id: Set(id.as_bytes().to_vec()),
            association_id: Set(association.as_bytes().to_vec()),
            position: Set(column(one.stored.position)?),
            message_id: Set(one.id.as_bytes().to_vec()),
            epoch: Set(column(one.epoch)?),
            slot: Set(i64::from(one.slot)),
            received: Set(one.stored.received.0),
            body: Set(one.stored.message.into_vec()),
        });
    }
    message::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

fn stored_of(row: message::Model) -> Result<StoredMessage, DbErr> {
    Ok(StoredMessage {
        position: u32_of(row.position)?,
        received: Timestamp(row.received),
        message: row.body.into(),
    })
}

/// What is known of a message that came before.
pub(crate) struct Before {
    pub(crate) epoch: u32,
    pub(crate) slot: u16,
    pub(crate) sent: Sent,
}

/// A message by its id.
pub(crate) async fn find_message(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    id: MessageId,
) -> Result<Option<Before>, DbErr> {
    let row = message::Entity::find()
        .select_only()
        .column(message::Column::Epoch)
        .column(message::Column::Slot)
        .column(message::Column::Position)
        .column(message::Column::Received)
        .filter(message::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
        .filter(message::Column::MessageId.eq(id.as_bytes().to_vec()))
        .into_tuple::<(i64, i64, i64, i64)>()
        .one(db)
        .await?;
    row.map(|(epoch, slot, position, received)| {
        Ok(Before {
            epoch: u32_of(epoch)?,
            slot: u16_of(slot)?,
            sent: Sent {
                position: u32_of(position)?,
                received: Timestamp(received),
            },
        })
    })
    .transpose()
}

/// Puts another body into a message's place.
pub(crate) async fn set_body(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    stored: &StoredMessage,
) -> Result<(), DbErr> {
    message::Entity::update_many()
        .set(message::ActiveModel {
            body: Set(stored.message.as_slice().to_vec()),
            ..Default::default()
        })
        .filter(message::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
        .filter(message::Column::Position.eq(column(stored.position)?))
        .exec(db)
        .await?;
    Ok(())
}

/// Messages after a place, in order.
pub(crate) async fn messages_after(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    after: u32,
    limit: u32,
) -> Result<Vec<StoredMessage>, DbErr> {
    let rows = message::Entity::find()
        .filter(message::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
        .filter(message::Column::Position.gt(column(after)?))
        .order_by_asc(message::Column::Position)
        .limit(u64::from(limit))
        .all(db)
        .await?;
    rows.into_iter().map(stored_of).collect()
}

/// What an inbox may read of what waits: opening messages, and those of the newest epoch, by place.
pub(crate) async fn of_waiting(
    db: &impl ConnectionTrait,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, StoredMessage)>, DbErr> {
    let col = |column| Expr::col((conversation::Entity, column));
    let own = |column| Expr::col((message::Entity, column));
    let rows = message::Entity::find()
        .join(
            JoinType::InnerJoin,
            message::Entity::belongs_to(conversation::Entity)
                .from(message::Column::ConversationId)
                .to(conversation::Column::Id)
                .into(),
        )
        .filter(
            message::Column::ConversationId
                .is_in(conversations.iter().map(|id| id.as_bytes().to_vec())),
        )
        .filter(
            own(message::Column::Position)
                .lte(col(conversation::Column::Opening))
                .or(own(message::Column::Epoch).eq(col(conversation::Column::Epoch))),
        )
        .order_by_asc(message::Column::Position)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| Ok((conversation_id(&row.conversation_id)?, stored_of(row)?)))
        .collect()
}

/// Opening and newest messages of these conversations, by place.
pub(crate) async fn outlines(
    db: &impl ConnectionTrait,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, StoredMessage)>, DbErr> {
    let col = |column| Expr::col((conversation::Entity, column));
    let position = || Expr::col((message::Entity, message::Column::Position));
    let rows = message::Entity::find()
        .join(
            JoinType::InnerJoin,
            message::Entity::belongs_to(conversation::Entity)
                .from(message::Column::ConversationId)
                .to(conversation::Column::Id)
                .into(),
        )
        .filter(
            message::Column::ConversationId
                .is_in(conversations.iter().map(|id| id.as_bytes().to_vec())),
        )
        .filter(
            position()
                .lte(col(conversation::Column::Opening))
                .or(position().eq(col(conversation::Column::Messages))),
        )
        .order_by_asc(message::Column::Position)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| Ok((conversation_id(&row.conversation_id)?, stored_of(row)?)))
        .collect()
}

/// Rounds times of arrival to the hour, once they are a day old.
pub(crate) async fn round_times(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), DbErr> {
    let received = || Expr::col(message::Column::Received);
    message::Entity::update_many()
        .col_expr(
            message::Column::Received,
            received().sub(received().modulo(HOUR)),
        )
        .filter(message::Column::Received.gte(now.plus(-8 * DAY).0))
        .filter(message::Column::Received.lt(now.plus(-DAY).0))
        .filter(received().modulo(HOUR).ne(0))
        .exec(db)
        .await?;
    Ok(())
}
