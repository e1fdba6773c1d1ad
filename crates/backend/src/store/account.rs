//! Accounts, consents, sessions. Values named `sealed` are under the server key.

use domain::account::{AccountKind, Consent, Reference};
use domain::id::{AccountId, AssociationId, LoginId};
use domain::policy::Subject;
use domain::time::{Day, Timestamp};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::convert::{account_id, association_id, column, damaged, u32_of, u64_of, wide_column};
use super::entity::{account, consent, reference, session, used_login};
use super::{factor, manifest, platform};
use crate::actor::{SessionId, SessionKind};

/// An account.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) association: Option<AssociationId>,
    pub(crate) kind: AccountKind,
    pub(crate) name_lookup: [u8; 32],
    pub(crate) name_sealed: Vec<u8>,
    pub(crate) record_sealed: Vec<u8>,
    pub(crate) key_wrap_sealed: Vec<u8>,
    pub(crate) identity: Vec<u8>,
    pub(crate) vault: Vec<u8>,
    pub(crate) vault_version: u64,
    pub(crate) last_sign_in: Day,
}

/// A session.
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) account: AccountId,
    pub(crate) association: Option<AssociationId>,
    pub(crate) started: Timestamp,
    /// When the person last did something, as the browser said.
    pub(crate) last_active: Timestamp,
    pub(crate) share_sealed: Vec<u8>,
    pub(crate) kind: SessionKind,
    /// The day of the sign-in before.
    pub(crate) previous: Option<Day>,
    /// When the person last showed password and second factor.
    pub(crate) raised: Timestamp,
}

pub(super) const fn kind_column(kind: AccountKind) -> i64 {
    match kind {
        AccountKind::Seeker => 1,
        AccountKind::Staff => 2,
    }
}

pub(super) fn kind_of(value: i64) -> Result<AccountKind, DbErr> {
    match value {
        1 => Ok(AccountKind::Seeker),
        2 => Ok(AccountKind::Staff),
        _ => Err(damaged("account kind")),
    }
}

const fn session_kind_column(kind: SessionKind) -> i64 {
    match kind {
        SessionKind::Seeker => 1,
        SessionKind::Staff => 2,
        SessionKind::Admin => 3,
    }
}

fn session_of(row: session::Model) -> Result<Session, DbErr> {
    let id = row.id.as_slice().try_into();
    Ok(Session {
        id: SessionId(id.map_err(|_| damaged("session"))?),
        account: account_id(&row.account_id)?,
        association: row
            .association_id
            .as_deref()
            .map(association_id)
            .transpose()?,
        started: Timestamp(row.started),
        last_active: Timestamp(row.last_active),
        share_sealed: row.share_sealed,
        kind: match row.kind {
            1 => SessionKind::Seeker,
            2 => SessionKind::Staff,
            3 => SessionKind::Admin,
            _ => return Err(damaged("session kind")),
        },
        previous: row.previous_day.map(u32_of).transpose()?.map(Day),
        raised: Timestamp(row.raised),
    })
}

fn account_of(row: account::Model) -> Result<Account, DbErr> {
    Ok(Account {
        id: account_id(&row.id)?,
        association: row
            .association_id
            .as_deref()
            .map(association_id)
            .transpose()?,
        kind: kind_of(row.kind)?,
        name_lookup: row
            .name_lookup
            .as_slice()
            .try_into()
            .map_err(|_| damaged("name"))?,
        name_sealed: row.name_sealed,
        record_sealed: row.record_sealed,
        key_wrap_sealed: row.key_wrap_sealed,
        identity: row.identity,
        vault: row.vault,
        vault_version: u64_of(row.vault_version)?,
        last_sign_in: Day(u32_of(row.last_sign_in_day)?),
    })
}

/// Stores a new account.
pub(crate) async fn insert(db: &impl ConnectionTrait, new: &Account) -> Result<(), DbErr> {
    let row = account::ActiveModel {
        id: Set(new.id.as_bytes().to_vec()),
        association_id: Set(new.association.map(|id| id.as_bytes().to_vec())),
        kind: Set(kind_column(new.kind)),
        name_lookup: Set(new.name_lookup.to_vec()),
        name_sealed: Set(new.name_sealed.clone()),
        record_sealed: Set(new.record_sealed.clone()),
        key_wrap_sealed: Set(new.key_wrap_sealed.clone()),
        identity: Set(new.identity.clone()),
        vault: Set(new.vault.clone()),
        vault_version: Set(wide_column(new.vault_version)?),
        created_day: Set(column(new.last_sign_in.0)?),
        last_sign_in_day: Set(column(new.last_sign_in.0)?),
    };
    account::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The account that comes next in the order of names' look-up values, its value and its sealed record: no more than a
/// sign-in needs, and a row also for a name that nobody has, so that both take the same time. None behind the last one.
pub(crate) async fn next_record(
    db: &impl ConnectionTrait,
    lookup: &[u8; 32],
) -> Result<Option<(AccountId, Vec<u8>, Vec<u8>)>, DbErr> {
    let row = account::Entity::find()
        .select_only()
        .columns([
            account::Column::Id,
            account::Column::NameLookup,
            account::Column::RecordSealed,
        ])
        .filter(account::Column::NameLookup.gte(lookup.to_vec()))
        .order_by_asc(account::Column::NameLookup)
        .limit(1)
        .into_tuple::<(Vec<u8>, Vec<u8>, Vec<u8>)>()
        .one(db)
        .await?;
    row.map(|(id, lookup, sealed)| Ok((account_id(&id)?, lookup, sealed)))
        .transpose()
}

/// The account with this id.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<Account>, DbErr> {
    let row = account::Entity::find_by_id(id.as_bytes().to_vec())
        .one(db)
        .await?;
    row.map(account_of).transpose()
}

/// The account with this user name.
pub(crate) async fn find_by_name(
    db: &impl ConnectionTrait,
    name_lookup: &[u8; 32],
) -> Result<Option<Account>, DbErr> {
    let row = account::Entity::find()
        .filter(account::Column::NameLookup.eq(name_lookup.to_vec()))
        .one(db)
        .await?;
    row.map(account_of).transpose()
}

/// An account with what it may do now.
pub(crate) async fn subject(
    db: &impl ConnectionTrait,
    id: AccountId,
    kind: AccountKind,
) -> Result<Subject, DbErr> {
    if kind == AccountKind::Seeker {
        return Ok(Subject::Account {
            id,
            kind,
            platform_admin: false,
            grants: Vec::new(),
            associations: Vec::new(),
            factor_missing: false,
        });
    }
    Ok(Subject::Account {
        id,
        kind,
        platform_admin: platform::is_admin(db, id).await?,
        grants: manifest::grants(db, id).await?,
        associations: manifest::administered(db, id).await?,
        factor_missing: factor::count(db, id).await? == 0,
    })
}

/// Replaces the vault, if its version is one less than `version`; `false` if not.
pub(crate) async fn replace_vault(
    db: &impl ConnectionTrait,
    id: AccountId,
    vault: Vec<u8>,
    version: u64,
) -> Result<bool, DbErr> {
    // Higher than columns go: no stored version can be the one before.
    let Ok(version) = wide_column(version) else {
        return Ok(false);
    };
    let done = account::Entity::update_many()
        .set(account::ActiveModel {
            vault: Set(vault),
            vault_version: Set(version),
            ..Default::default()
        })
        .filter(account::Column::Id.eq(id.as_bytes().to_vec()))
        .filter(account::Column::VaultVersion.eq(version - 1))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Replaces what the password opens.
pub(crate) async fn replace_password(
    db: &impl ConnectionTrait,
    id: AccountId,
    record_sealed: Vec<u8>,
    key_wrap_sealed: Vec<u8>,
) -> Result<(), DbErr> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            record_sealed: Set(record_sealed),
            key_wrap_sealed: Set(key_wrap_sealed),
            ..Default::default()
        })
        .filter(account::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes the day of a sign-in.
pub(crate) async fn signed_in(
    db: &impl ConnectionTrait,
    id: AccountId,
    today: Day,
) -> Result<(), DbErr> {
    account::Entity::update_many()
        .set(account::ActiveModel {
            last_sign_in_day: Set(column(today.0)?),
            ..Default::default()
        })
        .filter(account::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes a consent.
pub(crate) async fn insert_consent(
    db: &impl ConnectionTrait,
    account: AccountId,
    given: Consent,
    today: Day,
) -> Result<(), DbErr> {
    let row = consent::ActiveModel {
        account_id: Set(account.as_bytes().to_vec()),
        association_id: Set(given.association.as_bytes().to_vec()),
        version: Set(column(given.version)?),
        day: Set(column(today.0)?),
    };
    consent::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Counts a registration for what its link named.
pub(crate) async fn count_reference(
    db: &impl ConnectionTrait,
    association: AssociationId,
    of: &Reference,
    today: Day,
) -> Result<(), DbErr> {
    let row = reference::ActiveModel {
        association_id: Set(association.as_bytes().to_vec()),
        reference: Set(of.as_str().to_owned()),
        month: Set(column(today.month())?),
        count: Set(1),
    };
    let again = OnConflict::columns([
        reference::Column::AssociationId,
        reference::Column::Reference,
        reference::Column::Month,
    ])
    .value(
        reference::Column::Count,
        Expr::col((reference::Entity, reference::Column::Count)).add(1),
    )
    .to_owned();
    reference::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Stores a session.
pub(crate) async fn insert_session(db: &impl ConnectionTrait, new: Session) -> Result<(), DbErr> {
    let row = session::ActiveModel {
        id: Set(new.id.0.to_vec()),
        account_id: Set(new.account.as_bytes().to_vec()),
        association_id: Set(new.association.map(|id| id.as_bytes().to_vec())),
        started: Set(new.started.0),
        last_active: Set(new.last_active.0),
        share_sealed: Set(new.share_sealed),
        kind: Set(session_kind_column(new.kind)),
        previous_day: Set(new.previous.map(|day| column(day.0)).transpose()?),
        raised: Set(new.raised.0),
    };
    session::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// A session, with its account's kind.
pub(crate) async fn find_session(
    db: &impl ConnectionTrait,
    id: SessionId,
) -> Result<Option<(Session, AccountKind)>, DbErr> {
    let Some(row) = session::Entity::find_by_id(id.0.to_vec()).one(db).await? else {
        return Ok(None);
    };
    let kind = account::Entity::find_by_id(row.account_id.clone())
        .select_only()
        .column(account::Column::Kind)
        .into_tuple::<i64>()
        .one(db)
        .await?
        .ok_or_else(|| damaged("session"))?;
    Ok(Some((session_of(row)?, kind_of(kind)?)))
}

/// All sessions of an account, also those that are over and not yet forgotten.
pub(crate) async fn sessions_of(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<Session>, DbErr> {
    let rows = session::Entity::find()
        .filter(session::Column::AccountId.eq(account.as_bytes().to_vec()))
        .all(db)
        .await?;
    rows.into_iter().map(session_of).collect()
}

/// Notes when the person last did something; never earlier than was noted before.
pub(crate) async fn touch_session(
    db: &impl ConnectionTrait,
    id: SessionId,
    used: Timestamp,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .set(session::ActiveModel {
            last_active: Set(used.0),
            ..Default::default()
        })
        .filter(session::Column::Id.eq(id.0.to_vec()))
        .filter(session::Column::LastActive.lt(used.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes when the person showed password and second factor.
pub(crate) async fn raise(
    db: &impl ConnectionTrait,
    id: SessionId,
    now: Timestamp,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .set(session::ActiveModel {
            raised: Set(now.0),
            ..Default::default()
        })
        .filter(session::Column::Id.eq(id.0.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets a session and its share.
pub(crate) async fn delete_session(db: &impl ConnectionTrait, id: SessionId) -> Result<(), DbErr> {
    session::Entity::delete_by_id(id.0.to_vec())
        .exec(db)
        .await?;
    Ok(())
}

/// Sessions of a kind that began before `started` or were last used before `used`.
pub(crate) async fn sessions_before(
    db: &impl ConnectionTrait,
    kind: SessionKind,
    started: Timestamp,
    used: Timestamp,
) -> Result<Vec<Session>, DbErr> {
    let rows = session::Entity::find()
        .filter(
            Condition::any()
                .add(session::Column::Started.lt(started.0))
                .add(session::Column::LastActive.lt(used.0)),
        )
        .filter(session::Column::Kind.eq(session_kind_column(kind)))
        .all(db)
        .await?;
    rows.into_iter().map(session_of).collect()
}

/// Notes that a sign-in was finished; `false` if it was before.
pub(crate) async fn use_login(
    db: &impl ConnectionTrait,
    id: LoginId,
    expires: Timestamp,
) -> Result<bool, DbErr> {
    let row = used_login::ActiveModel {
        id: Set(id.as_bytes().to_vec()),
        expires: Set(expires.0),
    };
    let once = OnConflict::column(used_login::Column::Id)
        .do_nothing()
        .to_owned();
    let inserted = used_login::Entity::insert(row)
        .on_conflict(once)
        .exec_without_returning(db)
        .await;
    match inserted {
        Ok(rows) => Ok(rows == 1),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Forgets sign-ins that cannot be finished any more.
pub(crate) async fn drop_expired(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), DbErr> {
    used_login::Entity::delete_many()
        .filter(used_login::Column::Expires.lt(now.0))
        .exec(db)
        .await?;
    Ok(())
}
