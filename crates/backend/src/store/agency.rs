//! The directory: heads, and the entries of associations and agencies.

use domain::id::{AccountId, AgencyId, AssociationId};
use domain::topic::TopicId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::convert::{
    account_id, agency_id, association_id, column, damaged, u32_of, u64_of, wide_column,
};
use super::entity::{agency, association, association_admin, directory_head, offer};

/// An association.
pub(crate) struct Association {
    pub(crate) id: AssociationId,
    pub(crate) seq: u32,
    pub(crate) entry: Vec<u8>,
    pub(crate) legal: Vec<u8>,
    pub(crate) consent_version: u32,
}

/// An agency; what comes from a manifest is missing until it has one.
pub(crate) struct Agency {
    pub(crate) id: AgencyId,
    pub(crate) association: AssociationId,
    pub(crate) seq: u32,
    pub(crate) entry: Vec<u8>,
    pub(crate) manifest_hash: Option<[u8; 32]>,
    pub(crate) profile: Option<Vec<u8>>,
    /// The newest freshness statement, and the identity record of who signed it.
    pub(crate) freshness: Option<(Vec<u8>, Vec<u8>)>,
}

fn association_of(row: association::Model) -> Result<Association, DbErr> {
    Ok(Association {
        id: association_id(&row.id)?,
        seq: u32_of(row.seq)?,
        entry: row.entry,
        legal: row.legal,
        consent_version: u32_of(row.consent_version)?,
    })
}

fn agency_of(row: agency::Model) -> Result<Agency, DbErr> {
    let hash = row.manifest_hash.map(|hash| hash.as_slice().try_into());
    Ok(Agency {
        id: agency_id(&row.id)?,
        association: association_id(&row.association_id)?,
        seq: u32_of(row.seq)?,
        entry: row.entry,
        manifest_hash: hash.transpose().map_err(|_| damaged("manifest hash"))?,
        profile: row.profile,
        freshness: row.freshness.zip(row.freshness_by),
    })
}

/// Heads `after ..= upto`, in order.
pub(crate) async fn heads(
    db: &impl ConnectionTrait,
    after: u64,
    upto: u64,
) -> Result<Vec<Vec<u8>>, DbErr> {
    let rows = directory_head::Entity::find()
        .filter(directory_head::Column::Seq.gt(wide_column(after)?))
        .filter(directory_head::Column::Seq.lte(wide_column(upto)?))
        .order_by_asc(directory_head::Column::Seq)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}

/// The newest head, with its place.
pub(crate) async fn newest_head(
    db: &impl ConnectionTrait,
) -> Result<Option<(u64, Vec<u8>)>, DbErr> {
    let row = directory_head::Entity::find()
        .order_by_desc(directory_head::Column::Seq)
        .one(db)
        .await?;
    row.map(|row| Ok((u64_of(row.seq)?, row.body))).transpose()
}

/// Stores the next head.
pub(crate) async fn append_head(
    db: &impl ConnectionTrait,
    seq: u64,
    body: Vec<u8>,
) -> Result<(), DbErr> {
    let row = directory_head::ActiveModel {
        seq: Set(wide_column(seq)?),
        body: Set(body),
    };
    directory_head::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// All associations.
pub(crate) async fn associations(db: &impl ConnectionTrait) -> Result<Vec<Association>, DbErr> {
    let rows = association::Entity::find().all(db).await?;
    rows.into_iter().map(association_of).collect()
}

/// The association with this id.
pub(crate) async fn find_association(
    db: &impl ConnectionTrait,
    id: AssociationId,
) -> Result<Option<Association>, DbErr> {
    let row = association::Entity::find_by_id(id.as_bytes().to_vec())
        .one(db)
        .await?;
    row.map(association_of).transpose()
}

/// Stores an association's entry, new or changed, and its admins.
pub(crate) async fn put_association(
    db: &impl ConnectionTrait,
    new: Association,
    admins: Vec<AccountId>,
) -> Result<(), DbErr> {
    let id = new.id.as_bytes().to_vec();
    let row = association::ActiveModel {
        id: Set(id.clone()),
        seq: Set(column(new.seq)?),
        entry: Set(new.entry),
        legal: Set(new.legal),
        consent_version: Set(column(new.consent_version)?),
    };
    let replace = OnConflict::column(association::Column::Id)
        .update_columns([
            association::Column::Seq,
            association::Column::Entry,
            association::Column::Legal,
            association::Column::ConsentVersion,
        ])
        .to_owned();
    association::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    association_admin::Entity::delete_many()
        .filter(association_admin::Column::AssociationId.eq(id.clone()))
        .exec(db)
        .await?;
    let rows: Vec<_> = admins
        .iter()
        .map(|admin| association_admin::ActiveModel {
            association_id: Set(id.clone()),
            account_id: Set(admin.as_bytes().to_vec()),
        })
        .collect();
    if !rows.is_empty() {
        association_admin::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// All agencies.
pub(crate) async fn agencies(db: &impl ConnectionTrait) -> Result<Vec<Agency>, DbErr> {
    let rows = agency::Entity::find().all(db).await?;
    rows.into_iter().map(agency_of).collect()
}

/// The agencies whose current profile offers a topic.
pub(crate) async fn agencies_with(
    db: &impl ConnectionTrait,
    topic: TopicId,
) -> Result<Vec<Agency>, DbErr> {
    let offering = offer::Entity::find()
        .select_only()
        .column(offer::Column::AgencyId)
        .filter(offer::Column::TopicId.eq(i64::from(topic.0)));
    let rows = agency::Entity::find()
        .filter(agency::Column::Id.in_subquery(offering.into_query()))
        .order_by_asc(agency::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(agency_of).collect()
}

/// The agency with this id.
pub(crate) async fn find(db: &impl ConnectionTrait, id: AgencyId) -> Result<Option<Agency>, DbErr> {
    let row = agency::Entity::find_by_id(id.as_bytes().to_vec())
        .one(db)
        .await?;
    row.map(agency_of).transpose()
}

/// Those of these agencies that there are.
pub(crate) async fn some(
    db: &impl ConnectionTrait,
    ids: &[AgencyId],
) -> Result<Vec<Agency>, DbErr> {
    let ids = ids.iter().map(|id| id.as_bytes().to_vec());
    let rows = agency::Entity::find()
        .filter(agency::Column::Id.is_in(ids))
        .all(db)
        .await?;
    rows.into_iter().map(agency_of).collect()
}

/// The same, and nobody publishes for it until the end of the transaction.
pub(crate) async fn find_unchanging(
    db: &impl ConnectionTrait,
    id: AgencyId,
) -> Result<Option<Agency>, DbErr> {
    let row = agency::Entity::find_by_id(id.as_bytes().to_vec())
        .lock_shared()
        .one(db)
        .await?;
    row.map(agency_of).transpose()
}

/// The same, and nobody else uses it until the end of the transaction.
pub(crate) async fn find_locked(
    db: &impl ConnectionTrait,
    id: AgencyId,
) -> Result<Option<Agency>, DbErr> {
    let row = agency::Entity::find_by_id(id.as_bytes().to_vec())
        .lock_exclusive()
        .one(db)
        .await?;
    row.map(agency_of).transpose()
}

/// Stores an agency's entry, new or changed. What comes from its manifest stays.
pub(crate) async fn put_entry(
    db: &impl ConnectionTrait,
    id: AgencyId,
    association: AssociationId,
    seq: u32,
    entry: Vec<u8>,
) -> Result<(), DbErr> {
    let row = agency::ActiveModel {
        id: Set(id.as_bytes().to_vec()),
        association_id: Set(association.as_bytes().to_vec()),
        seq: Set(column(seq)?),
        entry: Set(entry),
        manifest_hash: Set(None),
        profile: Set(None),
        freshness: Set(None),
        freshness_by: Set(None),
        retention_days: Set(domain::conversation::RETENTION_DAYS.into()),
    };
    let replace = OnConflict::column(agency::Column::Id)
        .update_columns([agency::Column::Seq, agency::Column::Entry])
        .to_owned();
    agency::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Stores the newest freshness statement.
pub(crate) async fn put_freshness(
    db: &impl ConnectionTrait,
    id: AgencyId,
    statement: Vec<u8>,
    by: Vec<u8>,
) -> Result<(), DbErr> {
    agency::Entity::update_many()
        .set(agency::ActiveModel {
            freshness: Set(Some(statement)),
            freshness_by: Set(Some(by)),
            ..Default::default()
        })
        .filter(agency::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Who administers the association of an agency.
pub(crate) async fn admins_of(
    db: &impl ConnectionTrait,
    agency: AgencyId,
) -> Result<Vec<AccountId>, DbErr> {
    let association = agency::Entity::find()
        .select_only()
        .column(agency::Column::AssociationId)
        .filter(agency::Column::Id.eq(agency.as_bytes().to_vec()));
    let rows = association_admin::Entity::find()
        .filter(association_admin::Column::AssociationId.in_subquery(association.into_query()))
        .all(db)
        .await?;
    rows.iter().map(|row| account_id(&row.account_id)).collect()
}
