//! Conversations: epochs, members, messages, labels.

use crypto::epoch::{Member, MemberRole};
use domain::conversation::{MemberId, State};
use domain::id::{AccountId, AgencyId, AssociationId, ConversationId};
use domain::time::Timestamp;
use domain::topic::TopicId;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::convert::{
    account_id, agency_id, association_id, column, conversation_id, damaged, u16_of, u32_of,
    wide_column,
};
use super::entity::{conversation, epoch, label, member, wrap_purge};
use super::wraps::{Batch, member_columns};

/// A conversation.
#[derive(Clone)]
pub(crate) struct Conversation {
    pub(crate) id: ConversationId,
    pub(crate) association: AssociationId,
    pub(crate) agency: AgencyId,
    pub(crate) seeker: AccountId,
    pub(crate) topic: TopicId,
    pub(crate) state: State,
    pub(crate) wish: Option<AccountId>,
    pub(crate) accepted_by: Option<AccountId>,
    pub(crate) created: Timestamp,
    /// The newest epoch.
    pub(crate) epoch: u32,
    /// How many messages there are.
    pub(crate) messages: u32,
    /// How many of them came with the enquiry.
    pub(crate) opening: u32,
}

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

const fn state_column(state: State) -> i64 {
    match state {
        State::Waiting => 1,
        State::Active => 2,
        State::Archived => 3,
    }
}

fn state_of(value: i64) -> Result<State, DbErr> {
    match value {
        1 => Ok(State::Waiting),
        2 => Ok(State::Active),
        3 => Ok(State::Archived),
        _ => Err(damaged("state")),
    }
}

fn writes(role: i64) -> bool {
    role != MemberRole::Reader as i64 && role != MemberRole::Inbox as i64
}

fn conversation_of(row: conversation::Model) -> Result<Conversation, DbErr> {
    Ok(Conversation {
        id: conversation_id(&row.id)?,
        association: association_id(&row.association_id)?,
        agency: agency_id(&row.agency_id)?,
        seeker: account_id(&row.seeker_id)?,
        topic: TopicId(u16_of(row.topic_id)?),
        state: state_of(row.state)?,
        wish: row.wish.as_deref().map(account_id).transpose()?,
        accepted_by: row.accepted_by.as_deref().map(account_id).transpose()?,
        created: Timestamp(row.created),
        epoch: u32_of(row.epoch)?,
        messages: u32_of(row.messages)?,
        opening: u32_of(row.opening)?,
    })
}

/// Stores a new conversation; epoch, members and messages apart.
pub(crate) async fn insert(db: &impl ConnectionTrait, new: &Conversation) -> Result<(), DbErr> {
    let row = conversation::ActiveModel {
        id: Set(new.id.as_bytes().to_vec()),
        association_id: Set(new.association.as_bytes().to_vec()),
        agency_id: Set(new.agency.as_bytes().to_vec()),
        seeker_id: Set(new.seeker.as_bytes().to_vec()),
        topic_id: Set(i64::from(new.topic.0)),
        state: Set(state_column(new.state)),
        wish: Set(new.wish.map(|id| id.as_bytes().to_vec())),
        accepted_by: Set(new.accepted_by.map(|id| id.as_bytes().to_vec())),
        created: Set(new.created.0),
        epoch: Set(column(new.epoch)?),
        messages: Set(column(new.messages)?),
        opening: Set(column(new.opening)?),
    };
    conversation::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The conversation with this id.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    id: ConversationId,
) -> Result<Option<Conversation>, DbErr> {
    let row = conversation::Entity::find_by_id(id.as_bytes().to_vec())
        .one(db)
        .await?;
    row.map(conversation_of).transpose()
}

/// The same, and nobody else changes it until the end of the transaction.
pub(crate) async fn find_locked(
    db: &impl ConnectionTrait,
    id: ConversationId,
) -> Result<Option<Conversation>, DbErr> {
    let row = conversation::Entity::find_by_id(id.as_bytes().to_vec())
        .lock_exclusive()
        .one(db)
        .await?;
    row.map(conversation_of).transpose()
}

/// The conversations whose newest epoch has this account as a member, the newest first.
pub(crate) async fn of_member(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<Conversation>, DbErr> {
    let (kind, id) = member_columns(MemberId::Account(account));
    let newest = Expr::col((member::Entity, member::Column::Epoch))
        .equals((conversation::Entity, conversation::Column::Epoch));
    let member_of = member::Entity::find()
        .select_only()
        .column(member::Column::ConversationId)
        .filter(member::Column::Kind.eq(kind))
        .filter(member::Column::MemberId.eq(id))
        .filter(
            Expr::col((member::Entity, member::Column::ConversationId))
                .equals((conversation::Entity, conversation::Column::Id)),
        )
        .filter(newest);
    let rows = conversation::Entity::find()
        .filter(conversation::Column::Id.in_subquery(member_of.into_query()))
        .order_by_desc(conversation::Column::Created)
        .all(db)
        .await?;
    rows.into_iter().map(conversation_of).collect()
}

/// What waits at these agencies, the oldest first.
pub(crate) async fn waiting_at(
    db: &impl ConnectionTrait,
    agencies: &[AgencyId],
    limit: u64,
) -> Result<Vec<Conversation>, DbErr> {
    let rows = conversation::Entity::find()
        .filter(
            conversation::Column::AgencyId
                .is_in(agencies.iter().map(|agency| agency.as_bytes().to_vec())),
        )
        .filter(conversation::Column::State.eq(state_column(State::Waiting)))
        .order_by_asc(conversation::Column::Created)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(conversation_of).collect()
}

/// How many enquiries wait at each of these agencies; those without are left out.
pub(crate) async fn count_waiting(
    db: &impl ConnectionTrait,
) -> Result<Vec<(AgencyId, u32)>, DbErr> {
    let rows = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::AgencyId)
        .column_as(conversation::Column::Id.count(), "waiting")
        .filter(conversation::Column::State.eq(state_column(State::Waiting)))
        .group_by(conversation::Column::AgencyId)
        .into_tuple::<(Vec<u8>, i64)>()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|(id, waiting)| Ok((agency_id(&id)?, u32::try_from(waiting).unwrap_or(u32::MAX))))
        .collect()
}

/// Begins the next epoch of an accepted enquiry; `false` if it does not wait any more.
pub(crate) async fn set_accepted(
    db: &impl ConnectionTrait,
    id: ConversationId,
    by: AccountId,
    epoch: u32,
) -> Result<bool, DbErr> {
    let done = conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            state: Set(state_column(State::Active)),
            accepted_by: Set(Some(by.as_bytes().to_vec())),
            epoch: Set(column(epoch)?),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .filter(conversation::Column::State.eq(state_column(State::Waiting)))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes how many messages there are now, and the state after the last.
pub(crate) async fn set_written(
    db: &impl ConnectionTrait,
    id: ConversationId,
    messages: u32,
    state: State,
) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            state: Set(state_column(state)),
            messages: Set(column(messages)?),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes where a conversation stands.
pub(crate) async fn set_state(
    db: &impl ConnectionTrait,
    id: ConversationId,
    state: State,
) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            state: Set(state_column(state)),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores an epoch and its members.
pub(crate) async fn insert_epoch(
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
pub(crate) async fn epochs(
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

fn member_of(kind: i64, id: &[u8]) -> Result<MemberId, DbErr> {
    match kind {
        1 => account_id(id).map(MemberId::Account),
        2 => agency_id(id).map(MemberId::Inbox),
        _ => Err(damaged("member")),
    }
}

/// The members of one epoch.
pub(crate) async fn members(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    number: u32,
) -> Result<Vec<Listed>, DbErr> {
    let rows = member::Entity::find()
        .filter(member::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
        .filter(member::Column::Epoch.eq(column(number)?))
        .order_by_asc(member::Column::Slot)
        .all(db)
        .await?;
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

/// An account's labels of these conversations.
pub(crate) async fn labels(
    db: &impl ConnectionTrait,
    account: AccountId,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, Vec<u8>)>, DbErr> {
    let rows = label::Entity::find()
        .filter(label::Column::AccountId.eq(account.as_bytes().to_vec()))
        .filter(
            label::Column::ConversationId
                .is_in(conversations.iter().map(|id| id.as_bytes().to_vec())),
        )
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| Ok((conversation_id(&row.conversation_id)?, row.body)))
        .collect()
}

/// Replaces a label, if its version rises; `false` if it does not.
pub(crate) async fn put_label(
    db: &impl ConnectionTrait,
    account: AccountId,
    of: &Conversation,
    version: u64,
    body: Vec<u8>,
) -> Result<bool, DbErr> {
    // Higher than columns go: after it nothing could rise any more.
    let Ok(version) = wide_column(version) else {
        return Ok(false);
    };
    let row = label::ActiveModel {
        account_id: Set(account.as_bytes().to_vec()),
        association_id: Set(of.association.as_bytes().to_vec()),
        conversation_id: Set(of.id.as_bytes().to_vec()),
        version: Set(version),
        body: Set(body),
    };
    let rise = OnConflict::columns([label::Column::AccountId, label::Column::ConversationId])
        .update_columns([label::Column::Version, label::Column::Body])
        .action_and_where(Expr::col((label::Entity, label::Column::Version)).lt(version))
        .to_owned();
    let done = label::Entity::insert(row)
        .on_conflict(rise)
        .exec_without_returning(db)
        .await;
    match done {
        Ok(rows) => Ok(rows == 1),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Notes that a member's wraps must go.
pub(crate) async fn insert_purge(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    association: AssociationId,
    member: MemberId,
) -> Result<(), DbErr> {
    let (kind, id) = member_columns(member);
    let row = wrap_purge::ActiveModel {
        conversation_id: Set(conversation.as_bytes().to_vec()),
        association_id: Set(association.as_bytes().to_vec()),
        kind: Set(kind),
        member_id: Set(id),
    };
    wrap_purge::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Wraps that must go.
pub(crate) async fn purges(
    db: &impl ConnectionTrait,
) -> Result<Vec<(ConversationId, MemberId)>, DbErr> {
    let rows = wrap_purge::Entity::find().all(db).await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                conversation_id(&row.conversation_id)?,
                member_of(row.kind, &row.member_id)?,
            ))
        })
        .collect()
}

/// They are gone.
pub(crate) async fn delete_purge(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    member: MemberId,
) -> Result<(), DbErr> {
    let (kind, id) = member_columns(member);
    wrap_purge::Entity::delete_many()
        .filter(wrap_purge::Column::ConversationId.eq(conversation.as_bytes().to_vec()))
        .filter(wrap_purge::Column::Kind.eq(kind))
        .filter(wrap_purge::Column::MemberId.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
