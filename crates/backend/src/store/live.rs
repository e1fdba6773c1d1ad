//! The outbox.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::{AccountId, AssociationId, ConversationId};
use domain::live::Event;
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::convert::{account_id, column, damaged, u64_of, wide_column};
use super::entity::{event, outbox};
use super::tx::Delivery;
use crate::error::Error;

/// An event, encoded once for all recipients.
#[derive(Clone)]
pub(crate) struct Letter {
    association: Option<AssociationId>,
    kind: i64,
    conversation: ConversationId,
    /// Of the message that it carries; 0 if it carries none.
    position: i64,
    body: Arc<[u8]>,
}

impl Letter {
    pub(crate) fn new(association: Option<AssociationId>, event: &Event) -> Result<Self, Error> {
        let mut body = Vec::new();
        ciborium::into_writer(event, &mut body)
            .map_err(|source| Error::internal("encoding an event", source))?;
        Ok(Self {
            association,
            kind: kind(event),
            conversation: conversation(event),
            position: match event {
                Event::Message { stored, .. } => stored.position.into(),
                _ => 0,
            },
            body: body.into(),
        })
    }
}

/// What an event is, for counting and cleaning without decoding.
const fn kind(event: &Event) -> i64 {
    match event {
        Event::Message { .. } => 1,
        Event::EnquiryArrived { .. } => 2,
        Event::EnquiryTaken { .. } => 3,
        Event::Epoch { .. } => 4,
        Event::Label { .. } => 5,
        Event::State { .. } => 6,
        Event::Mark { .. } => 7,
        Event::Gone { .. } => 8,
        Event::Unknown => 0,
    }
}

/// The conversation that an event is about.
const fn conversation(event: &Event) -> ConversationId {
    match event {
        Event::Message { conversation, .. }
        | Event::EnquiryArrived { conversation, .. }
        | Event::EnquiryTaken { conversation, .. }
        | Event::Epoch { conversation, .. }
        | Event::Label { conversation, .. }
        | Event::State { conversation, .. }
        | Event::Mark { conversation, .. }
        | Event::Gone { conversation } => *conversation,
        // Only ever read, by a client.
        Event::Unknown => ConversationId::from_bytes([0; 16]),
    }
}

/// Whatever was told of a conversation says from now on that it is gone: places stay without gap.
pub(crate) async fn replace(
    db: &impl ConnectionTrait,
    id: ConversationId,
    gone: &Event,
) -> Result<(), Error> {
    let letter = Letter::new(None, gone)?;
    event::Entity::update_many()
        .set(event::ActiveModel {
            kind: Set(letter.kind),
            position: Set(letter.position),
            body: Set(letter.body.to_vec()),
            ..Default::default()
        })
        .filter(event::Column::ConversationId.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Whatever was told of the message at this position says `told` from now on.
pub(crate) async fn replace_message(
    db: &impl ConnectionTrait,
    id: ConversationId,
    position: u32,
    told: &Event,
) -> Result<(), Error> {
    let letter = Letter::new(None, told)?;
    event::Entity::update_many()
        .set(event::ActiveModel {
            body: Set(letter.body.to_vec()),
            ..Default::default()
        })
        .filter(event::Column::ConversationId.eq(id.as_bytes().to_vec()))
        .filter(event::Column::Position.eq(column(position)?))
        .exec(db)
        .await?;
    Ok(())
}

/// Reads what [`Letter::new`] wrote.
pub(crate) fn decode(body: &[u8]) -> Result<Event, Error> {
    ciborium::from_reader(body).map_err(|source| Error::internal("decoding an event", source))
}

/// Grows outboxes, two statements for all of them together. The recipients' rows are held until
/// the end of the transaction: places are given without gap and in the order of commits. In the
/// order of the map, so that two transactions cannot wait for each other.
pub(crate) async fn append(
    db: &impl ConnectionTrait,
    letters: BTreeMap<AccountId, Vec<Letter>>,
    now: Timestamp,
) -> Result<Vec<Delivery>, DbErr> {
    let mut rows = Vec::new();
    let mut deliveries = Vec::new();
    let letters: Vec<_> = letters.into_iter().collect();
    for some in letters.chunks(super::ROWS) {
        let last = grow(db, some).await?;
        for (recipient, letters) in some {
            let last = last.get(recipient).ok_or_else(|| damaged("outbox"))?;
            for (letter, seq) in letters.iter().zip(last - count(letters)? + 1..) {
                rows.push(event::ActiveModel {
                    account_id: Set(recipient.as_bytes().to_vec()),
                    association_id: Set(letter.association.map(|id| id.as_bytes().to_vec())),
                    seq: Set(seq),
                    kind: Set(letter.kind),
                    created: Set(now.0),
                    body: Set(letter.body.to_vec()),
                    conversation_id: Set(Some(letter.conversation.as_bytes().to_vec())),
                    position: Set(letter.position),
                });
                deliveries.push(Delivery::Event {
                    recipient: *recipient,
                    seq: u64_of(seq)?,
                    body: Arc::clone(&letter.body),
                });
            }
        }
    }
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        event::Entity::insert_many(rows.by_ref().take(super::ROWS))
            .exec_without_returning(db)
            .await?;
    }
    Ok(deliveries)
}

/// Each recipient's newest place, after room was made for these letters.
async fn grow(
    db: &impl ConnectionTrait,
    letters: &[(AccountId, Vec<Letter>)],
) -> Result<BTreeMap<AccountId, i64>, DbErr> {
    let mut grow = Query::insert()
        .into_table(outbox::Entity)
        .columns([outbox::Column::AccountId, outbox::Column::Seq])
        .on_conflict(
            OnConflict::column(outbox::Column::AccountId)
                .value(
                    outbox::Column::Seq,
                    Expr::col((outbox::Entity, outbox::Column::Seq))
                        .add(Expr::col(("excluded", outbox::Column::Seq))),
                )
                .to_owned(),
        )
        .returning(Query::returning().columns([outbox::Column::AccountId, outbox::Column::Seq]))
        .to_owned();
    for (recipient, letters) in letters {
        grow.values_panic([recipient.as_bytes().to_vec().into(), count(letters)?.into()]);
    }
    let rows = db.query_all(&grow).await?;
    rows.into_iter()
        .map(|row| {
            let recipient: Vec<u8> = row.try_get_by_index(0)?;
            Ok((account_id(&recipient)?, row.try_get_by_index(1)?))
        })
        .collect()
}

fn count(letters: &[Letter]) -> Result<i64, DbErr> {
    i64::try_from(letters.len()).map_err(|_| damaged("outbox"))
}

/// The newest place of a recipient; 0 before the first event.
pub(crate) async fn newest(db: &impl ConnectionTrait, recipient: AccountId) -> Result<u64, DbErr> {
    let row = outbox::Entity::find_by_id(recipient.as_bytes().to_vec())
        .one(db)
        .await?;
    row.map_or(Ok(0), |row| u64_of(row.seq))
}

/// The oldest place that is still kept; none if nothing is.
pub(crate) async fn oldest(
    db: &impl ConnectionTrait,
    recipient: AccountId,
) -> Result<Option<u64>, DbErr> {
    let row = event::Entity::find()
        .select_only()
        .column(event::Column::Seq)
        .filter(event::Column::AccountId.eq(recipient.as_bytes().to_vec()))
        .order_by_asc(event::Column::Seq)
        .limit(1)
        .into_tuple::<i64>()
        .one(db)
        .await?;
    row.map(u64_of).transpose()
}

/// The events after a place, in order.
pub(crate) async fn after(
    db: &impl ConnectionTrait,
    recipient: AccountId,
    after: u64,
    limit: u16,
) -> Result<Vec<(u64, Vec<u8>)>, DbErr> {
    let rows = event::Entity::find()
        .select_only()
        .column(event::Column::Seq)
        .column(event::Column::Body)
        .filter(event::Column::AccountId.eq(recipient.as_bytes().to_vec()))
        .filter(event::Column::Seq.gt(wide_column(after)?))
        .order_by_asc(event::Column::Seq)
        .limit(u64::from(limit))
        .into_tuple::<(i64, Vec<u8>)>()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|(seq, body)| Ok((u64_of(seq)?, body)))
        .collect()
}

/// Drops events made before `limit`.
pub(crate) async fn drop_before(db: &impl ConnectionTrait, limit: Timestamp) -> Result<(), DbErr> {
    event::Entity::delete_many()
        .filter(event::Column::Created.lt(limit.0))
        .exec(db)
        .await?;
    Ok(())
}
