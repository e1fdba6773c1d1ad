//! The outbox.

use std::sync::Arc;

use domain::id::{AccountId, AssociationId};
use domain::live::Event;
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::convert::{damaged, u64_of, wide_column};
use super::entity::{event, outbox};
use super::tx::Delivery;
use crate::error::Error;

/// An event, encoded once for all recipients.
#[derive(Clone)]
pub(crate) struct Letter {
    association: Option<AssociationId>,
    kind: i32,
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
            body: body.into(),
        })
    }
}

/// What an event is, for counting and cleaning without decoding.
const fn kind(event: &Event) -> i32 {
    match event {
        Event::Message { .. } => 1,
        Event::EnquiryArrived { .. } => 2,
        Event::EnquiryTaken { .. } => 3,
        Event::Epoch { .. } => 4,
        Event::Label { .. } => 5,
        Event::State { .. } => 6,
        Event::Mark { .. } => 7,
    }
}

/// Reads what [`Letter::new`] wrote.
pub(crate) fn decode(body: &[u8]) -> Result<Event, Error> {
    ciborium::from_reader(body).map_err(|source| Error::internal("decoding an event", source))
}

/// Grows one outbox. The recipient's row is held until the end of the transaction: places are
/// given without gap and in the order of commits.
pub(crate) async fn append(
    db: &impl ConnectionTrait,
    recipient: AccountId,
    letters: Vec<Letter>,
    now: Timestamp,
) -> Result<Vec<Delivery>, DbErr> {
    let count = i64::try_from(letters.len()).map_err(|_| damaged("outbox"))?;
    let grow = Query::insert()
        .into_table(outbox::Entity)
        .columns([outbox::Column::AccountId, outbox::Column::Seq])
        .values_panic([recipient.as_bytes().to_vec().into(), count.into()])
        .on_conflict(
            OnConflict::column(outbox::Column::AccountId)
                .value(
                    outbox::Column::Seq,
                    Expr::col((outbox::Entity, outbox::Column::Seq)).add(count),
                )
                .to_owned(),
        )
        .returning_col(outbox::Column::Seq)
        .to_owned();
    let row = db
        .query_one(&grow)
        .await?
        .ok_or_else(|| damaged("outbox"))?;
    let last: i64 = row.try_get_by_index(0)?;
    let mut rows = Vec::with_capacity(letters.len());
    let mut deliveries = Vec::with_capacity(letters.len());
    for (letter, seq) in letters.into_iter().zip(last - count + 1..) {
        rows.push(event::ActiveModel {
            account_id: Set(recipient.as_bytes().to_vec()),
            association_id: Set(letter.association.map(|id| id.as_bytes().to_vec())),
            seq: Set(seq),
            kind: Set(letter.kind),
            created: Set(now.0),
            body: Set(letter.body.to_vec()),
        });
        deliveries.push(Delivery::Event {
            recipient,
            seq: u64_of(seq)?,
            body: letter.body,
        });
    }
    event::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(deliveries)
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
