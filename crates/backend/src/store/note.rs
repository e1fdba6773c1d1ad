//! What members keep beside the messages: drafts, read marks.

use domain::conversation::MemberMark;
use domain::id::{AccountId, ConversationId};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};

use super::conversation::Conversation;
use super::convert::{account_id, conversation_id, wide_column};
use super::entity::{draft, mark};

/// An account's draft of a conversation.
pub(crate) async fn draft(
    db: &impl ConnectionTrait,
    account: AccountId,
    conversation: ConversationId,
) -> Result<Option<Vec<u8>>, DbErr> {
    let key = (
        account.as_bytes().to_vec(),
        conversation.as_bytes().to_vec(),
    );
    let row = draft::Entity::find_by_id(key).one(db).await?;
    Ok(row.map(|row| row.body))
}

/// Replaces a draft whose version is one less; `false` if it is another.
pub(crate) async fn swap_draft(
    db: &impl ConnectionTrait,
    account: AccountId,
    of: &Conversation,
    version: u64,
    body: Vec<u8>,
) -> Result<bool, DbErr> {
    // Higher than columns go: nothing could follow it.
    let (Ok(version), Some(before)) = (wide_column(version), version.checked_sub(1)) else {
        return Ok(false);
    };
    if before == 0 {
        let row = draft::ActiveModel {
            account_id: Set(account.as_bytes().to_vec()),
            association_id: Set(of.association.as_bytes().to_vec()),
            conversation_id: Set(of.id.as_bytes().to_vec()),
            version: Set(version),
            body: Set(body),
        };
        let first = OnConflict::columns([draft::Column::AccountId, draft::Column::ConversationId])
            .do_nothing()
            .to_owned();
        let done = draft::Entity::insert(row)
            .on_conflict(first)
            .exec_without_returning(db)
            .await;
        return match done {
            Ok(rows) => Ok(rows == 1),
            Err(DbErr::RecordNotInserted) => Ok(false),
            Err(error) => Err(error),
        };
    }
    let done = draft::Entity::update_many()
        .set(draft::ActiveModel {
            version: Set(version),
            body: Set(body),
            ..Default::default()
        })
        .filter(draft::Column::AccountId.eq(account.as_bytes().to_vec()))
        .filter(draft::Column::ConversationId.eq(of.id.as_bytes().to_vec()))
        .filter(draft::Column::Version.eq(version - 1))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How far members of these conversations have read, by rising account.
pub(crate) async fn marks(
    db: &impl ConnectionTrait,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, MemberMark)>, DbErr> {
    let rows = mark::Entity::find()
        .filter(
            mark::Column::ConversationId
                .is_in(conversations.iter().map(|id| id.as_bytes().to_vec())),
        )
        .order_by_asc(mark::Column::AccountId)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let mark = MemberMark {
                account: account_id(&row.account_id)?,
                mark: row.body.into(),
            };
            Ok((conversation_id(&row.conversation_id)?, mark))
        })
        .collect()
}

/// Replaces a read mark, if its version rises; `false` if it does not.
pub(crate) async fn put_mark(
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
    let row = mark::ActiveModel {
        account_id: Set(account.as_bytes().to_vec()),
        association_id: Set(of.association.as_bytes().to_vec()),
        conversation_id: Set(of.id.as_bytes().to_vec()),
        version: Set(version),
        body: Set(body),
    };
    let rise = OnConflict::columns([mark::Column::ConversationId, mark::Column::AccountId])
        .update_columns([mark::Column::Version, mark::Column::Body])
        .action_and_where(Expr::col((mark::Entity, mark::Column::Version)).lt(version))
        .to_owned();
    let done = mark::Entity::insert(row)
        .on_conflict(rise)
        .exec_without_returning(db)
        .await;
    match done {
        Ok(rows) => Ok(rows == 1),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error),
    }
}
