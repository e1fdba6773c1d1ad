//! Between columns and domain types. A row that does not convert is damage, never a refusal.

use domain::id::{AccountId, AgencyId, AssociationId, ConversationId};
use sea_orm::DbErr;

/// A value that no version of this program has written.
pub(crate) fn damaged(what: &'static str) -> DbErr {
    DbErr::Type(format!("{what} is damaged"))
}

macro_rules! from_column {
    ($($name:ident => $id:ty;)+) => {$(
        pub(crate) fn $name(bytes: &[u8]) -> Result<$id, DbErr> {
            let bytes = bytes.try_into().map_err(|_| damaged(stringify!($name)))?;
            Ok(<$id>::from_bytes(bytes))
        }
    )+};
}

from_column! {
    account_id => AccountId;
    agency_id => AgencyId;
    association_id => AssociationId;
    conversation_id => ConversationId;
}

pub(crate) fn u16_of(value: i64) -> Result<u16, DbErr> {
    value.try_into().map_err(|_| damaged("number"))
}

pub(crate) fn u32_of(value: i64) -> Result<u32, DbErr> {
    value.try_into().map_err(|_| damaged("number"))
}

pub(crate) fn u64_of(value: i64) -> Result<u64, DbErr> {
    value.try_into().map_err(|_| damaged("number"))
}

/// Numbers that count what a platform will never have 2^31 of.
pub(crate) fn column(value: u32) -> Result<i64, DbErr> {
    let small = i32::try_from(value).map_err(|_| damaged("number"))?;
    Ok(small.into())
}

pub(crate) fn wide_column(value: u64) -> Result<i64, DbErr> {
    value.try_into().map_err(|_| damaged("number"))
}
