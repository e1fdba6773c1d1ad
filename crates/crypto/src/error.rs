//! The three ways in which bytes from outside are refused.

use thiserror::Error;

/// Bytes (or, when writing, values) that are no object of these formats.
///
/// Nothing here depends on a secret: the reasons are for logs and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FormatError {
    /// Too few bytes, trailing bytes, or a size that the type does not have.
    #[error("wrong length")]
    Length,
    /// The first byte names another type of object, or none.
    #[error("another type of object")]
    Type,
    /// The second byte names a suite other than 0x01.
    #[error("unknown suite")]
    Suite,
    /// A string is too long, not UTF-8, or holds characters that no name needs.
    #[error("unfit text")]
    Text,
    /// A list is not in its order, holds something twice, or is too long.
    #[error("unfit list")]
    List,
    /// A field has a value that its type does not know.
    #[error("unknown value")]
    Value,
}

/// A signed object that must not be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// The bytes are no such object.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The signature does not hold for the key that must have made it.
    #[error("wrong signature")]
    Signature,
    /// The object is signed, but by or for something else than was asked:
    /// another author, agency, manifest, list, or a number out of its range.
    #[error("does not belong here")]
    Mismatch,
}

/// A ciphertext that does not open.
///
/// Deliberately without a reason (ground rule G7): wrong key, wrong place, changed bytes and
/// wrong form are one error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("cannot be opened")]
pub struct OpenError;

impl From<FormatError> for OpenError {
    fn from(_: FormatError) -> Self {
        Self
    }
}
