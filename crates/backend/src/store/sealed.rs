//! Every column that is sealed under the server key, for its exchange. A column that is missing here would be lost with
//! the key before: the test of the exchange looks for seals with the number before in the whole database.

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::entity::{account, factor, platform as value, recovery, session};
use super::platform;
use crate::error::Error;

/// Rows read at once.
const AT_ONCE: u64 = 500;

/// Seals the value of one cell (table, column, row) anew.
pub(crate) type Again<'a> = dyn Fn(&str, &str, &[u8], &[u8]) -> Result<Vec<u8>, Error> + Sync + 'a;

/// Seals all of them anew; gives how many.
pub(crate) async fn reseal(
    db: &impl ConnectionTrait,
    platform_id: &[u8],
    again: &Again<'_>,
) -> Result<u64, Error> {
    let mut count = 0;
    for name in [
        platform::OPAQUE_SETUP,
        platform::CREDENTIAL_KEY,
        platform::NAME_KEY,
    ] {
        if let Some(sealed) = platform::value(db, name).await? {
            let row = value::ActiveModel {
                name: Set(name.to_owned()),
                value: Set(again("platform", name, platform_id, &sealed)?),
            };
            value::Entity::update(row).exec(db).await?;
            count += 1;
        }
    }
    count += accounts(db, again).await?;
    count += recoveries(db, again).await?;
    count += factors(db, again).await?;
    Ok(count + sessions(db, again).await?)
}

async fn accounts(db: &impl ConnectionTrait, again: &Again<'_>) -> Result<u64, Error> {
    let (mut count, mut last) = (0, Vec::new());
    loop {
        let rows = account::Entity::find()
            .filter(account::Column::Id.gt(last.clone()))
            .order_by_asc(account::Column::Id)
            .limit(AT_ONCE)
            .all(db)
            .await?;
        let Some(newest) = rows.last() else {
            return Ok(count);
        };
        last.clone_from(&newest.id);
        for row in rows {
            let seal = |column, sealed: &[u8]| again("account", column, &row.id, sealed);
            let new = account::ActiveModel {
                name_sealed: Set(seal("name_sealed", &row.name_sealed)?),
                record_sealed: Set(seal("record_sealed", &row.record_sealed)?),
                key_wrap_sealed: Set(seal("key_wrap_sealed", &row.key_wrap_sealed)?),
                id: Set(row.id),
                ..Default::default()
            };
            account::Entity::update(new).exec(db).await?;
            count += 3;
        }
    }
}

async fn recoveries(db: &impl ConnectionTrait, again: &Again<'_>) -> Result<u64, Error> {
    let (mut count, mut last) = (0, Vec::new());
    loop {
        let rows = recovery::Entity::find()
            .filter(recovery::Column::AccountId.gt(last.clone()))
            .order_by_asc(recovery::Column::AccountId)
            .limit(AT_ONCE)
            .all(db)
            .await?;
        let Some(newest) = rows.last() else {
            return Ok(count);
        };
        last.clone_from(&newest.account_id);
        for row in rows {
            let sealed = &row.key_wrap_sealed;
            let new = recovery::ActiveModel {
                key_wrap_sealed: Set(again(
                    "recovery",
                    "key_wrap_sealed",
                    &row.account_id,
                    sealed,
                )?),
                account_id: Set(row.account_id),
                ..Default::default()
            };
            recovery::Entity::update(new).exec(db).await?;
            count += 1;
        }
    }
}

async fn factors(db: &impl ConnectionTrait, again: &Again<'_>) -> Result<u64, Error> {
    let (mut count, mut last) = (0, Vec::new());
    loop {
        let rows = factor::Entity::find()
            .filter(factor::Column::Id.gt(last.clone()))
            .order_by_asc(factor::Column::Id)
            .limit(AT_ONCE)
            .all(db)
            .await?;
        let Some(newest) = rows.last() else {
            return Ok(count);
        };
        last.clone_from(&newest.id);
        for row in rows {
            let seal = |column, sealed: &[u8]| again("factor", column, &row.id, sealed);
            let wrap = row.key_wrap_sealed.as_deref();
            let wrap = wrap.map(|wrap| seal("key_wrap_sealed", wrap)).transpose()?;
            count += u64::from(wrap.is_some());
            let new = factor::ActiveModel {
                secret_sealed: Set(seal("secret_sealed", &row.secret_sealed)?),
                key_wrap_sealed: Set(wrap),
                id: Set(row.id),
                ..Default::default()
            };
            factor::Entity::update(new).exec(db).await?;
            count += 1;
        }
    }
}

async fn sessions(db: &impl ConnectionTrait, again: &Again<'_>) -> Result<u64, Error> {
    let (mut count, mut last) = (0, Vec::new());
    loop {
        let rows = session::Entity::find()
            .filter(session::Column::Id.gt(last.clone()))
            .order_by_asc(session::Column::Id)
            .limit(AT_ONCE)
            .all(db)
            .await?;
        let Some(newest) = rows.last() else {
            return Ok(count);
        };
        last.clone_from(&newest.id);
        for row in rows {
            let new = session::ActiveModel {
                share_sealed: Set(again(
                    "session",
                    "share_sealed",
                    &row.id,
                    &row.share_sealed,
                )?),
                id: Set(row.id),
                ..Default::default()
            };
            session::Entity::update(new).exec(db).await?;
            count += 1;
        }
    }
}
