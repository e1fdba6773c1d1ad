//! Manifests, and what is looked up of the current ones: who is listed, what is offered, wraps.

use domain::agency::Roles;
use domain::id::{AccountId, AgencyId, AssociationId};
use domain::policy::Grant;
use domain::topic::TopicId;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
};

use super::convert::{account_id, agency_id, association_id, column, u16_of, u64_of, wide_column};
use super::entity::{agency, association_admin, inbox_wrap, listing, manifest, offer, root_wrap};

/// A manifest, and what is to be looked up of it.
pub(crate) struct NewManifest {
    pub(crate) agency: AgencyId,
    pub(crate) association: AssociationId,
    pub(crate) seq: u64,
    pub(crate) hash: [u8; 32],
    pub(crate) body: Vec<u8>,
    pub(crate) profile: Vec<u8>,
    pub(crate) topics: Vec<TopicId>,
    pub(crate) staff: Vec<(AccountId, Roles)>,
    /// How many days a conversation is kept after it was put away.
    pub(crate) retention_days: u16,
}

/// Manifests `after ..= upto` of an agency, in order.
pub(crate) async fn manifests(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    after: u64,
    upto: u64,
) -> Result<Vec<Vec<u8>>, DbErr> {
    let rows = manifest::Entity::find()
        .filter(manifest::Column::AgencyId.eq(agency.as_bytes().to_vec()))
        .filter(manifest::Column::Seq.gt(wide_column(after)?))
        .filter(manifest::Column::Seq.lte(wide_column(upto)?))
        .order_by_asc(manifest::Column::Seq)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}

/// A manifest by its hash, with its place in the agency's chain.
pub(crate) async fn manifest(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    hash: &[u8],
) -> Result<Option<(u64, Vec<u8>)>, DbErr> {
    let row = manifest::Entity::find()
        .filter(manifest::Column::AgencyId.eq(agency.as_bytes().to_vec()))
        .filter(manifest::Column::Hash.eq(hash.to_vec()))
        .one(db)
        .await?;
    row.map(|row| Ok((u64_of(row.seq)?, row.body))).transpose()
}

/// Stores the next manifest and replaces everything that is looked up of it.
pub(crate) async fn append_manifest(
    db: &impl ConnectionTrait,
    new: NewManifest,
) -> Result<(), DbErr> {
    let agency_column = new.agency.as_bytes().to_vec();
    let association_column = new.association.as_bytes().to_vec();
    let row = manifest::ActiveModel {
        agency_id: Set(agency_column.clone()),
        association_id: Set(association_column.clone()),
        seq: Set(wide_column(new.seq)?),
        hash: Set(new.hash.to_vec()),
        body: Set(new.body),
    };
    manifest::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    agency::Entity::update_many()
        .set(agency::ActiveModel {
            manifest_hash: Set(Some(new.hash.to_vec())),
            profile: Set(Some(new.profile)),
            freshness: Set(None),
            freshness_by: Set(None),
            retention_days: Set(new.retention_days.into()),
            ..Default::default()
        })
        .filter(agency::Column::Id.eq(agency_column.clone()))
        .exec(db)
        .await?;
    listing::Entity::delete_many()
        .filter(listing::Column::AgencyId.eq(agency_column.clone()))
        .exec(db)
        .await?;
    let listings: Vec<_> = new
        .staff
        .iter()
        .map(|(account, roles)| listing::ActiveModel {
            account_id: Set(account.as_bytes().to_vec()),
            agency_id: Set(agency_column.clone()),
            association_id: Set(association_column.clone()),
            roles: Set(i64::from(roles.0)),
        })
        .collect();
    for some in listings.chunks(super::ROWS) {
        listing::Entity::insert_many(some.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    offer::Entity::delete_many()
        .filter(offer::Column::AgencyId.eq(agency_column.clone()))
        .exec(db)
        .await?;
    let offers: Vec<_> = new
        .topics
        .iter()
        .map(|topic| offer::ActiveModel {
            topic_id: Set(i64::from(topic.0)),
            agency_id: Set(agency_column.clone()),
            association_id: Set(association_column.clone()),
        })
        .collect();
    for some in offers.chunks(super::ROWS) {
        offer::Entity::insert_many(some.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// What the current manifests, and association entries, say of an account.
pub(crate) async fn grants(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<Grant>, DbErr> {
    let account = account.as_bytes().to_vec();
    let listed = listing::Entity::find()
        .filter(listing::Column::AccountId.eq(account.clone()))
        .all(db)
        .await?;
    let administered = association_admin::Entity::find()
        .select_only()
        .column(association_admin::Column::AssociationId)
        .filter(association_admin::Column::AccountId.eq(account));
    let agencies = agency::Entity::find()
        .select_only()
        .column(agency::Column::Id)
        .filter(agency::Column::AssociationId.in_subquery(administered.into_query()))
        .into_tuple::<Vec<u8>>()
        .all(db)
        .await?;
    let listed = listed.into_iter().map(|row| {
        Ok(Grant {
            agency: agency_id(&row.agency_id)?,
            roles: Roles(u16_of(row.roles)?),
        })
    });
    let administered = agencies.into_iter().map(|id| {
        Ok(Grant {
            agency: agency_id(&id)?,
            roles: Roles::ASSOCIATION_ADMIN,
        })
    });
    listed.chain(administered).collect()
}

/// The associations whose entries name an account as admin.
pub(crate) async fn administered(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<AssociationId>, DbErr> {
    let rows = association_admin::Entity::find()
        .filter(association_admin::Column::AccountId.eq(account.as_bytes().to_vec()))
        .order_by_asc(association_admin::Column::AssociationId)
        .all(db)
        .await?;
    let ids = rows.iter().map(|row| association_id(&row.association_id));
    ids.collect()
}

/// Whom the current manifest of an agency lists.
pub(crate) async fn listed(
    db: &impl ConnectionTrait,
    agency: AgencyId,
) -> Result<Vec<(AccountId, Roles)>, DbErr> {
    let rows = listing::Entity::find()
        .filter(listing::Column::AgencyId.eq(agency.as_bytes().to_vec()))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| Ok((account_id(&row.account_id)?, Roles(u16_of(row.roles)?))))
        .collect()
}

/// The agencies whose current manifest lists this account.
pub(crate) async fn listing(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<AgencyId>, DbErr> {
    let rows = listing::Entity::find()
        .select_only()
        .column(listing::Column::AgencyId)
        .filter(listing::Column::AccountId.eq(account.as_bytes().to_vec()))
        .order_by_asc(listing::Column::AgencyId)
        .into_tuple::<Vec<u8>>()
        .all(db)
        .await?;
    rows.iter().map(|id| agency_id(id)).collect()
}

/// How many counsel at each agency that has a manifest.
pub(crate) async fn count_counsellors(
    db: &impl ConnectionTrait,
) -> Result<Vec<(AgencyId, u32)>, DbErr> {
    let rows = counselling().into_tuple::<(Vec<u8>, i64)>().all(db).await?;
    rows.into_iter().map(counted).collect()
}

fn counselling() -> Select<listing::Entity> {
    listing::Entity::find()
        .select_only()
        .column(listing::Column::AgencyId)
        .column_as(listing::Column::AccountId.count(), "counsellors")
        .filter(
            Expr::col(listing::Column::Roles)
                .bit_and(i64::from(Roles::COUNSELLOR.0))
                .ne(0),
        )
        .group_by(listing::Column::AgencyId)
}

fn counted((id, count): (Vec<u8>, i64)) -> Result<(AgencyId, u32), DbErr> {
    Ok((agency_id(&id)?, u32::try_from(count).unwrap_or(u32::MAX)))
}

/// Who reads the inbox of an agency.
pub(crate) async fn inbox_of(
    db: &impl ConnectionTrait,
    agency: AgencyId,
) -> Result<Vec<AccountId>, DbErr> {
    let listed = listed(db, agency).await?;
    let readers = listed
        .into_iter()
        .filter(|(_, roles)| roles.has(Roles::INBOX));
    Ok(readers.map(|(account, _)| account).collect())
}

/// Stores the seed of an inbox epoch for one member.
pub(crate) async fn insert_inbox_wrap(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    association: AssociationId,
    inbox_epoch: u32,
    to: AccountId,
    body: Vec<u8>,
) -> Result<(), DbErr> {
    let row = inbox_wrap::ActiveModel {
        agency_id: Set(agency.as_bytes().to_vec()),
        association_id: Set(association.as_bytes().to_vec()),
        inbox_epoch: Set(column(inbox_epoch)?),
        account_id: Set(to.as_bytes().to_vec()),
        body: Set(body),
    };
    inbox_wrap::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Forgets the inbox seeds of those who do not read the inbox any more.
pub(crate) async fn keep_inbox_wraps(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    members: &[AccountId],
) -> Result<(), DbErr> {
    inbox_wrap::Entity::delete_many()
        .filter(inbox_wrap::Column::AgencyId.eq(agency.as_bytes().to_vec()))
        .filter(
            inbox_wrap::Column::AccountId
                .is_not_in(members.iter().map(|member| member.as_bytes().to_vec())),
        )
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets the root's seeds of those who do not hold it any more.
pub(crate) async fn keep_root_wraps(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    holders: &[AccountId],
) -> Result<(), DbErr> {
    let holders = holders.iter().map(|holder| holder.as_bytes().to_vec());
    root_wrap::Entity::delete_many()
        .filter(root_wrap::Column::AgencyId.eq(agency.as_bytes().to_vec()))
        .filter(root_wrap::Column::AccountId.is_not_in(holders))
        .exec(db)
        .await?;
    Ok(())
}

/// The inbox seeds for one member, by inbox epoch.
pub(crate) async fn inbox_wraps(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    of: AccountId,
) -> Result<Vec<Vec<u8>>, DbErr> {
    let rows = inbox_wrap::Entity::find()
        .filter(inbox_wrap::Column::AgencyId.eq(agency.as_bytes().to_vec()))
        .filter(inbox_wrap::Column::AccountId.eq(of.as_bytes().to_vec()))
        .order_by_asc(inbox_wrap::Column::InboxEpoch)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}

/// The root seeds for one holder, by their numbers.
pub(crate) async fn root_wraps(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    of: AccountId,
) -> Result<Vec<Vec<u8>>, DbErr> {
    let rows = root_wrap::Entity::find()
        .filter(root_wrap::Column::AgencyId.eq(agency.as_bytes().to_vec()))
        .filter(root_wrap::Column::AccountId.eq(of.as_bytes().to_vec()))
        .order_by_asc(root_wrap::Column::KeyNo)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}

/// Who holds the newest root of these agencies; only those that have holders.
pub(crate) async fn holders(
    db: &impl ConnectionTrait,
    agencies: &[AgencyId],
) -> Result<Vec<(AgencyId, AccountId)>, DbErr> {
    let ids = agencies.iter().map(|id| id.as_bytes().to_vec());
    let rows = root_wrap::Entity::find()
        .select_only()
        .column(root_wrap::Column::AgencyId)
        .column(root_wrap::Column::KeyNo)
        .column(root_wrap::Column::AccountId)
        .filter(root_wrap::Column::AgencyId.is_in(ids))
        .into_tuple::<(Vec<u8>, i64, Vec<u8>)>()
        .all(db)
        .await?;
    let newest = |agency: &[u8]| {
        let of = rows.iter().filter(|(id, ..)| id == agency);
        of.map(|(_, number, _)| *number).max()
    };
    let held = rows
        .iter()
        .filter(|(agency, number, _)| newest(agency) == Some(*number));
    held.map(|(agency, _, account)| Ok((agency_id(agency)?, account_id(account)?)))
        .collect()
}

/// How many counsel at these agencies, of those where somebody does.
pub(crate) async fn counsellors_of(
    db: &impl ConnectionTrait,
    agencies: &[AgencyId],
) -> Result<Vec<(AgencyId, u32)>, DbErr> {
    let ids = agencies.iter().map(|id| id.as_bytes().to_vec());
    let rows = counselling()
        .filter(listing::Column::AgencyId.is_in(ids))
        .into_tuple::<(Vec<u8>, i64)>()
        .all(db)
        .await?;
    rows.into_iter().map(counted).collect()
}

/// Stores an agency root's seed for one holder.
pub(crate) async fn insert_root_wrap(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    association: AssociationId,
    key_no: u32,
    to: AccountId,
    body: Vec<u8>,
) -> Result<(), DbErr> {
    let row = root_wrap::ActiveModel {
        agency_id: Set(agency.as_bytes().to_vec()),
        association_id: Set(association.as_bytes().to_vec()),
        key_no: Set(column(key_no)?),
        account_id: Set(to.as_bytes().to_vec()),
        body: Set(body),
    };
    root_wrap::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
