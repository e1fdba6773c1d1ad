//! Values as bytes: CBOR (RFC 8949), and JSON to read.
//!
//! Own code, because a browser loads it: an error that says nothing more than that it is one lets every decoder
//! that `serde` derives shrink by half (docs/adr/0405). The server writes and reads the same by `ciborium`.

mod json;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Serialize, de, ser};

use crate::error::Error;

/// The first three bits of every item in CBOR.
mod major {
    pub(super) const UNSIGNED: u8 = 0;
    pub(super) const NEGATIVE: u8 = 1;
    pub(super) const BYTES: u8 = 2;
    pub(super) const TEXT: u8 = 3;
    pub(super) const ARRAY: u8 = 4;
    pub(super) const MAP: u8 = 5;
    pub(super) const TAG: u8 = 6;
}

const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;
/// A number of JSON that no type of ours holds.
const OTHER_NUMBER: u8 = 0xf7;
const OPEN_ARRAY: u8 = 0x9f;
const OPEN_MAP: u8 = 0xbf;
const BREAK: u8 = 0xff;

/// Deeper than any type of ours; what is deeper is refused, not followed.
const DEEPEST: u8 = 64;

/// Not of the form that it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed")
    }
}

impl std::error::Error for Malformed {}

impl de::Error for Malformed {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl ser::Error for Malformed {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl From<Malformed> for Error {
    fn from(_: Malformed) -> Self {
        Self::Damaged
    }
}

/// CBOR bytes of a value.
pub(crate) fn to_cbor(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut writer = write::Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.into_bytes())
}

/// Reads CBOR; nothing may follow.
pub(crate) fn from_cbor<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    whole(read::Reader::new(bytes, false))
}

/// Reads JSON; nothing may follow.
pub(crate) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    whole(read::Reader::new(&json::to_cbor(bytes)?, true))
}

fn whole<T: DeserializeOwned>(mut reader: read::Reader<'_>) -> Result<T, Error> {
    let value = T::deserialize(&mut reader)?;
    reader.finish()?;
    Ok(value)
}
