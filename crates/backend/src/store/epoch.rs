//! Epochs of conversations and their members.

use crypto::Digest;
use crypto::epoch::{Member, MemberRole};
use domain::conversation::MemberId;
use domain::id::{AccountId, AgencyId, AssociationId, ConversationId};
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::convert::{account_id, column, conversation_id, damaged, u16_of, u32_of};
use super::entity::{conversation, epoch, member};
use super::wraps::{Batch, member_columns, member_of};

/// An epoch.
pub(crate) struct Epoch {
    pub(crate) conversation: ConversationId,
    pub(crate) epoch: u32,
    pub(crate) record: Vec<u8>,
    pub(crate) batch: Batch,
}

/// A member of an epoch, as far as rights go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    pub(crate) id: MemberId,
    pub(crate) slot: u16,
    pub(crate) writes: bool,
}

fn writes(role: i64) -> bool {
    role != MemberRole::Reader as i64 && role != MemberRole::Inbox as i64
}

/// Makes the stored epoch `number` the newest, from now on.
pub(crate) async fn set_newest(
    db: &impl ConnectionTrait,
    id: ConversationId,
    number: u32,
    now: Timestamp,
) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            epoch: Set(column(number)?),
            epoch_began: Set(now.0),
            rotation_due: Set(0),
            ..Default::default()
        })
        .col_expr(
            conversation::Column::EpochAfter,
            Expr::col(conversation::Column::Messages),
        )
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that the newest epochs of an agency's conversations that have one of these accounts as a
/// member are over.
pub(crate) async fn set_due(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    gone: &[AccountId],
) -> Result<(), DbErr> {
    for some in gone.chunks(super::ROWS) {
        let gone = some.iter().map(|account| account.as_bytes().to_vec());
        let of_them = member::Entity::find()
            .select_only()
            .column(member::Column::ConversationId)
            .filter(member::Column::Kind.eq(1))
            .filter(member::Column::MemberId.is_in(gone))
            .filter(
                Expr::col((member::Entity, member::Column::Epoch))
                    .equals((conversation::Entity, conversation::Column::Epoch)),
            )
            .filter(
                Expr::col((member::Entity, member::Column::ConversationId))
                    .equals((conversation::Entity, conversation::Column::Id)),
            );
        conversation::Entity::update_many()
            .set(conversation::ActiveModel {
                rotation_due: Set(1),
                ..Default::default()
            })
            .filter(conversation::Column::AgencyId.eq(agency.as_bytes().to_vec()))
            .filter(conversation::Column::Id.in_subquery(of_them.into_query()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Stores an epoch and its members.
pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    association: AssociationId,
    new: Epoch,
    members: &[Member],
) -> Result<(), DbErr> {
    let conversation = new.conversation.as_bytes().to_vec();
    let number = column(new.epoch)?;
    let row = epoch::ActiveModel {
        conversation_id: Set(conversation.clone()),
        association_id: Set(association.as_bytes().to_vec()),
        epoch: Set(number),
        record: Set(new.record),
        batch: Set(new.batch.to_vec()),
    };
    epoch::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    let mut rows = Vec::with_capacity(members.len());
    for (slot, listed) in (0..).zip(members) {
        let (kind, id) = member_columns(listed.id);
        rows.push(member::ActiveModel {
            conversation_id: Set(conversation.clone()),
            association_id: Set(association.as_bytes().to_vec()),
            epoch: Set(number),
            slot: Set(slot),
            kind: Set(kind),
            member_id: Set(id),
            role: Set(listed.role as i64),
            identity_hash: Set(listed.identity_hash.as_bytes().to_vec()),
            history_from: Set(column(listed.history_from)?),
        });
    }
    for some in rows.chunks(super::ROWS) {
        member::Entity::insert_many(some.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The epochs of these conversations, in order.
pub(crate) async fn of(
    db: &impl ConnectionTrait,
    conversations: &[ConversationId],
) -> Result<Vec<Epoch>, DbErr> {
    let rows = epoch::Entity::find()
        .filter(
            epoch::Column::ConversationId
                .is_in(conversations.iter().map(|id| id.as_bytes().to_vec())),
        )
        .order_by_asc(epoch::Column::Epoch)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Epoch {
                conversation: conversation_id(&row.conversation_id)?,
                epoch: u32_of(row.epoch)?,
                record: row.record,
                batch: row
                    .batch
                    .as_slice()
                    .try_into()
                    .map_err(|_| damaged("batch"))?,
            })
        })
        .collect()
}

/// Which of these batches an epoch names.
pub(crate) async fn known_batches(
    db: &impl ConnectionTrait,
    batches: &[Batch],
) -> Result<Vec<Batch>, DbErr> {
    let rows = epoch::Entity::find()
        .select_only()
        .column(epoch::Column::Batch)
        .filter(epoch::Column::Batch.is_in(batches.iter().map(|batch| batch.to_vec())))
        .into_tuple::<Vec<u8>>()
        .all(db)
        .await?;
    rows.iter()
        .map(|batch| batch.as_slice().try_into().map_err(|_| damaged("batch")))
        .collect()
}

async fn rows_of(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    number: u32,
) -> Result<Vec<member::Model>, DbErr> {
    member::Entity::find()
        .filter(member::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
        .filter(member::Column::Epoch.eq(column(number)?))
        .order_by_asc(member::Column::Slot)
        .all(db)
        .await
}

/// The members of one epoch.
pub(crate) async fn members(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    number: u32,
) -> Result<Vec<Listed>, DbErr> {
    let rows = rows_of(db, conversation, number).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Listed {
                id: member_of(row.kind, &row.member_id)?,
                slot: u16_of(row.slot)?,
                writes: writes(row.role),
            })
        })
        .collect()
}

/// The members of one epoch, as its record lists them.
pub(crate) async fn listing(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    number: u32,
) -> Result<Vec<Member>, DbErr> {
    let member = |row: member::Model| {
        let role = u8::try_from(row.role).map_err(|_| damaged("role"))?;
        let identity = row.identity_hash.try_into();
        Ok(Member {
            id: member_of(row.kind, &row.member_id)?,
            identity_hash: Digest::from_bytes(identity.map_err(|_| damaged("identity"))?),
            role: MemberRole::read(role).map_err(|_| damaged("role"))?,
            history_from: u32_of(row.history_from)?,
        })
    };
    let rows = rows_of(db, conversation, number).await?;
    rows.into_iter().map(member).collect()
}

/// Everybody who is or was a member of these conversations.
pub(crate) async fn persons(
    db: &impl ConnectionTrait,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, AccountId)>, DbErr> {
    let rows = member::Entity::find()
        .select_only()
        .columns([member::Column::ConversationId, member::Column::MemberId])
        .filter(
            member::Column::ConversationId
                .is_in(conversations.iter().map(|id| id.as_bytes().to_vec())),
        )
        .filter(member::Column::Kind.eq(1))
        .distinct()
        .into_tuple::<(Vec<u8>, Vec<u8>)>()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|(conversation, account)| Ok((conversation_id(&conversation)?, account_id(&account)?)))
        .collect()
}
