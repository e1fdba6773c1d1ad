//! From crypto's verdicts to refusals, and the objects that the platform itself has stored.

use crypto::identity::Identity;
use crypto::trust::AdminList;
use crypto::{FormatError, Signed, Unverified, VerifyError};
use domain::Refusal;
use domain::id::PlatformId;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{ConnectionTrait, DbErr, RuntimeErr};

use crate::error::Error;
use crate::platform::Trust;
use crate::store::platform;

/// Somebody sent bytes that are no such object.
pub(crate) fn malformed(_: FormatError) -> Error {
    Refusal::Malformed.into()
}

/// Somebody sent an object that must not be believed.
pub(crate) fn unbelievable(_: VerifyError) -> Error {
    Refusal::SignatureInvalid.into()
}

/// Something stored does not verify: damage, or another program's work.
pub(crate) fn platform_fault(source: impl Into<VerifyError>) -> Error {
    Error::internal("verifying a stored object", source.into())
}

/// Refuses what contradicts what it must agree with.
pub(crate) fn agrees(holds: bool) -> Result<(), Error> {
    if holds {
        Ok(())
    } else {
        Err(Refusal::SignatureInvalid.into())
    }
}

/// Refuses what has not the form asked for.
pub(crate) fn formed(holds: bool) -> Result<(), Error> {
    if holds {
        Ok(())
    } else {
        Err(Refusal::Malformed.into())
    }
}

/// Refuses counters of clients that no honest client reaches, and databases do not hold.
pub(crate) fn counts(value: u32) -> Result<(), Error> {
    formed(i32::try_from(value).is_ok())
}

/// Two at once, on a database with more than one writer: the second is refused.
pub(crate) fn first<T>(result: Result<T, DbErr>, otherwise: Refusal) -> Result<T, Error> {
    result.map_err(|error| match &error {
        DbErr::Exec(RuntimeErr::SqlxError(source))
        | DbErr::Query(RuntimeErr::SqlxError(source))
            if source
                .as_database_error()
                .is_some_and(DatabaseError::is_unique_violation) =>
        {
            otherwise.into()
        }
        _ => error.into(),
    })
}

/// A stored identity record.
pub(crate) fn identity(platform: &PlatformId, record: &[u8]) -> Result<Signed<Identity>, Error> {
    Unverified::<Identity>::decode(record)
        .map_err(platform_fault)?
        .verify(platform)
        .map_err(platform_fault)
}

/// The newest admin list; none before the first admin was certified.
pub(crate) async fn admin_list(
    db: &impl ConnectionTrait,
    trust: &Trust,
) -> Result<Option<Signed<AdminList>>, Error> {
    let Some(list) = platform::newest_admin_list(db).await? else {
        return Ok(None);
    };
    let list = Unverified::<AdminList>::decode(&list)
        .map_err(platform_fault)?
        .verify(&trust.platform_id, &trust.root_public_key)
        .map_err(platform_fault)?;
    Ok(Some(list))
}
