//! Conversations, and what is still to be done about them.

use domain::conversation::{MemberId, State, epoch_is_over};
use domain::id::{AccountId, AgencyId, AssociationId, ConversationId};
use domain::inbox::Assigned;
use domain::time::{DAY, Day, Timestamp};
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
use super::entity::{conversation, label, member, wrap_purge};
use super::wraps::{member_columns, member_of};

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
    pub(crate) rotation: Rotation,
    /// When it was put away, if it is.
    pub(crate) closed: Option<Day>,
    /// The agency in whose inbox it waits, if it does.
    pub(crate) inbox: Option<AgencyId>,
    /// Who is to take it there.
    pub(crate) assigned: Option<Assigned>,
}

/// How far a conversation's newest epoch is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rotation {
    /// When it began.
    pub(crate) began: Timestamp,
    /// How many messages there were before it.
    pub(crate) after: u32,
    /// Whether somebody has left since.
    pub(crate) due: bool,
}

impl Rotation {
    /// Of a conversation that begins now.
    pub(crate) const fn beginning(now: Timestamp) -> Self {
        Self {
            began: now,
            after: 0,
            due: false,
        }
    }
}

impl Conversation {
    /// Whether nothing more may be written in the newest epoch. A waiting enquiry has one epoch.
    pub(crate) fn is_epoch_over(&self, now: Timestamp) -> bool {
        let Rotation { began, after, due } = self.rotation;
        let messages = self.messages.saturating_sub(after);
        self.state != State::Waiting && (due || epoch_is_over(messages, began, now))
    }
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
        rotation: Rotation {
            began: Timestamp(row.epoch_began),
            after: u32_of(row.epoch_after)?,
            due: row.rotation_due != 0,
        },
        closed: (row.closed > 0).then(|| Timestamp(row.closed).day()),
        inbox: row.inbox_id.as_deref().map(agency_id).transpose()?,
        assigned: match (row.assigned_to, row.assigned_by) {
            (Some(to), Some(by)) => Some(Assigned {
                to: account_id(&to)?,
                by: account_id(&by)?,
            }),
            _ => None,
        },
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
        epoch_began: Set(new.rotation.began.0),
        epoch_after: Set(column(new.rotation.after)?),
        rotation_due: Set(new.rotation.due.into()),
        closed: Set(0),
        inbox_id: Set(new.inbox.map(|id| id.as_bytes().to_vec())),
        assigned_to: Set(None),
        assigned_by: Set(None),
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
            conversation::Column::InboxId
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

/// Notes who accepted an enquiry, and at which agency; `false` if it does not wait any more.
pub(crate) async fn set_accepted(
    db: &impl ConnectionTrait,
    id: ConversationId,
    by: AccountId,
    at: AgencyId,
) -> Result<bool, DbErr> {
    let done = conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            state: Set(state_column(State::Active)),
            accepted_by: Set(Some(by.as_bytes().to_vec())),
            agency_id: Set(at.as_bytes().to_vec()),
            inbox_id: Set(None),
            assigned_to: Set(None),
            assigned_by: Set(None),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .filter(conversation::Column::State.eq(state_column(State::Waiting)))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that a conversation waits in an agency's inbox.
pub(crate) async fn set_waiting(
    db: &impl ConnectionTrait,
    id: ConversationId,
    at: AgencyId,
) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            state: Set(state_column(State::Waiting)),
            accepted_by: Set(None),
            closed: Set(0),
            inbox_id: Set(Some(at.as_bytes().to_vec())),
            wish: Set(None),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes who is to take what waits.
pub(crate) async fn set_assigned(
    db: &impl ConnectionTrait,
    id: ConversationId,
    assigned: Option<Assigned>,
) -> Result<(), DbErr> {
    let column = |account: AccountId| account.as_bytes().to_vec();
    conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            assigned_to: Set(assigned.map(|assigned| column(assigned.to))),
            assigned_by: Set(assigned.map(|assigned| column(assigned.by))),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that a conversation's newest epoch is over.
pub(crate) async fn set_due(db: &impl ConnectionTrait, id: ConversationId) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            rotation_due: Set(1),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
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
            closed: Set(0),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes how many messages there are now; it stands where it stood.
pub(crate) async fn set_amended(
    db: &impl ConnectionTrait,
    id: ConversationId,
    messages: u32,
) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            messages: Set(column(messages)?),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes where a conversation stands, and since which day if it is put away.
pub(crate) async fn set_state(
    db: &impl ConnectionTrait,
    id: ConversationId,
    state: State,
    now: Timestamp,
) -> Result<(), DbErr> {
    let closed = match state {
        State::Archived => now.0 - now.0 % DAY,
        State::Waiting | State::Active => 0,
    };
    conversation::Entity::update_many()
        .set(conversation::ActiveModel {
            state: Set(state_column(state)),
            closed: Set(closed),
            ..Default::default()
        })
        .filter(conversation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
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

/// Notes that all wraps of somebody in an agency's conversations must go.
pub(crate) async fn insert_purges(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    association: AssociationId,
    gone: MemberId,
) -> Result<(), DbErr> {
    let (kind, id) = member_columns(gone);
    let here = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::AgencyId.eq(agency.as_bytes().to_vec()));
    let conversations = member::Entity::find()
        .select_only()
        .column(member::Column::ConversationId)
        .filter(member::Column::Kind.eq(kind))
        .filter(member::Column::MemberId.eq(id.clone()))
        .filter(member::Column::ConversationId.in_subquery(here.into_query()))
        .distinct()
        .into_tuple::<Vec<u8>>()
        .all(db)
        .await?;
    let rows: Vec<_> = conversations
        .into_iter()
        .map(|conversation| wrap_purge::ActiveModel {
            conversation_id: Set(conversation),
            association_id: Set(association.as_bytes().to_vec()),
            kind: Set(kind),
            member_id: Set(id.clone()),
        })
        .collect();
    for some in rows.chunks(super::ROWS) {
        let noted = OnConflict::columns([
            wrap_purge::Column::ConversationId,
            wrap_purge::Column::Kind,
            wrap_purge::Column::MemberId,
        ])
        .do_nothing()
        .to_owned();
        let inserted = wrap_purge::Entity::insert_many(some.to_vec())
            .on_conflict(noted)
            .exec_without_returning(db)
            .await;
        if !matches!(inserted, Err(DbErr::RecordNotInserted)) {
            inserted?;
        }
    }
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
