//! What is to be deleted, and the deleting of rows.

use domain::account::{EMPTY_DAYS, QUIET_DAYS};
use domain::id::{AccountId, AssociationId, ConversationId};
use domain::time::{DAY, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, JoinType,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::convert::{account_id, association_id, column, conversation_id, damaged};
use super::entity::{account, agency, conversation, deletion, wrap_purge};

/// Something whose deletion has begun.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Doomed {
    Conversation(ConversationId),
    Account(AccountId),
}

impl Doomed {
    /// Conversations come first.
    fn columns(self) -> (i64, Vec<u8>) {
        match self {
            Self::Conversation(id) => (1, id.as_bytes().to_vec()),
            Self::Account(id) => (2, id.as_bytes().to_vec()),
        }
    }
}

/// Notes what is to be deleted; again it is the same.
pub(crate) async fn note(
    db: &impl ConnectionTrait,
    doomed: Doomed,
    association: Option<AssociationId>,
) -> Result<(), DbErr> {
    let (kind, id) = doomed.columns();
    let row = deletion::ActiveModel {
        kind: Set(kind),
        id: Set(id),
        association_id: Set(association.map(|id| id.as_bytes().to_vec())),
    };
    let known = OnConflict::columns([deletion::Column::Kind, deletion::Column::Id])
        .do_nothing()
        .to_owned();
    match deletion::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(db)
        .await
    {
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Everything noted, conversations first.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Doomed>, DbErr> {
    let rows = deletion::Entity::find()
        .order_by_asc(deletion::Column::Kind)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| match row.kind {
            1 => conversation_id(&row.id).map(Doomed::Conversation),
            2 => account_id(&row.id).map(Doomed::Account),
            _ => Err(damaged("deletion")),
        })
        .collect()
}

/// It is gone.
pub(crate) async fn forget(db: &impl ConnectionTrait, doomed: Doomed) -> Result<(), DbErr> {
    let (kind, id) = doomed.columns();
    deletion::Entity::delete_by_id((kind, id)).exec(db).await?;
    Ok(())
}

/// The conversations of a seeker.
pub(crate) async fn of_seeker(
    db: &impl ConnectionTrait,
    seeker: AccountId,
) -> Result<Vec<(ConversationId, AssociationId)>, DbErr> {
    let rows = conversation::Entity::find()
        .select_only()
        .columns([
            conversation::Column::Id,
            conversation::Column::AssociationId,
        ])
        .filter(conversation::Column::SeekerId.eq(seeker.as_bytes().to_vec()))
        .into_tuple::<(Vec<u8>, Vec<u8>)>()
        .all(db)
        .await?;
    rows.iter()
        .map(|(id, association)| Ok((conversation_id(id)?, association_id(association)?)))
        .collect()
}

/// Conversations that were put away as long ago as their agencies keep them.
pub(crate) async fn closed(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(ConversationId, AssociationId)>, DbErr> {
    let kept = Expr::col((agency::Entity, agency::Column::RetentionDays)).mul(DAY);
    let closed = Expr::col((conversation::Entity, conversation::Column::Closed));
    let rows = conversation::Entity::find()
        .select_only()
        .columns([
            conversation::Column::Id,
            conversation::Column::AssociationId,
        ])
        .join(
            JoinType::InnerJoin,
            conversation::Entity::belongs_to(agency::Entity)
                .from(conversation::Column::AgencyId)
                .to(agency::Column::Id)
                .into(),
        )
        .filter(conversation::Column::Closed.gt(0))
        .filter(closed.add(kept).lte(now.0))
        .limit(limit)
        .into_tuple::<(Vec<u8>, Vec<u8>)>()
        .all(db)
        .await?;
    rows.iter()
        .map(|(id, association)| Ok((conversation_id(id)?, association_id(association)?)))
        .collect()
}

/// Accounts of seekers that nobody uses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Quiet {
    /// Nobody has signed in for [`QUIET_DAYS`].
    LongGone,
    /// Nobody has written with it, or signed in, for [`EMPTY_DAYS`].
    Empty,
}

/// Accounts of this kind.
pub(crate) async fn quiet(
    db: &impl ConnectionTrait,
    kind: Quiet,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<AccountId>, DbErr> {
    let days = match kind {
        Quiet::LongGone => QUIET_DAYS,
        Quiet::Empty => EMPTY_DAYS,
    };
    let Some(last) = now.day().0.checked_sub(days) else {
        return Ok(Vec::new());
    };
    let mut found = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::Kind.eq(1))
        .filter(account::Column::LastSignInDay.lte(column(last)?));
    if matches!(kind, Quiet::Empty) {
        let writers = conversation::Entity::find()
            .select_only()
            .column(conversation::Column::SeekerId);
        found = found.filter(account::Column::Id.not_in_subquery(writers.into_query()));
    }
    let rows = found.limit(limit).into_tuple::<Vec<u8>>().all(db).await?;
    rows.iter().map(|id| account_id(id)).collect()
}

/// Deletes a conversation; epochs, members, messages, labels, marks and drafts follow.
pub(crate) async fn remove_conversation(
    db: &impl ConnectionTrait,
    id: ConversationId,
) -> Result<(), DbErr> {
    wrap_purge::Entity::delete_many()
        .filter(wrap_purge::Column::ConversationId.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    conversation::Entity::delete_by_id(id.as_bytes().to_vec())
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes an account without conversations; sessions, consents, codes and events follow.
pub(crate) async fn remove_account(db: &impl ConnectionTrait, id: AccountId) -> Result<(), DbErr> {
    account::Entity::delete_by_id(id.as_bytes().to_vec())
        .exec(db)
        .await?;
    Ok(())
}
