//! What a proven code allows, sealed: it travels with the client, so any node can go on.

use domain::Refusal;
use domain::id::AccountId;
use domain::time::{MINUTE, Timestamp};
use zeroize::Zeroizing;

use crate::Inner;
use crate::config::Dice;
use crate::error::Error;
use crate::store::recovery::Recovery;

/// How long somebody may take to choose a new password, in milliseconds.
const GOOD_FOR: i64 = 30 * MINUTE;

/// Where it is sealed for.
const TABLE: &str = "recovery";
const COLUMN: &str = "state";

/// Leave to set a new password and a new code: `expires 8 | account 16 | code 16`, after 16 random
/// bytes in clear.
pub(super) struct Grant {
    expires: Timestamp,
    pub(super) account: AccountId,
    /// The code's id. With the next code the grant ends.
    pub(super) code: [u8; 16],
}

impl Grant {
    pub(super) fn new(inner: &Inner, code: &Recovery) -> Self {
        Self {
            expires: inner.clock.now().plus(GOOD_FOR),
            account: code.account,
            code: code.id,
        }
    }

    pub(super) fn seal(&self, inner: &Inner) -> Result<Vec<u8>, Error> {
        let row: [u8; 16] = Dice(inner.random.as_ref()).bytes();
        let mut plain = Zeroizing::new(Vec::with_capacity(40));
        plain.extend(self.expires.0.to_be_bytes());
        plain.extend(self.account.as_bytes());
        plain.extend(self.code);
        let mut sealed = row.to_vec();
        sealed.extend(inner.safe.seal(TABLE, COLUMN, &row, &plain)?);
        Ok(sealed)
    }

    /// Whatever was not sealed here, was changed or is too old has expired.
    pub(super) fn open(inner: &Inner, bytes: &[u8]) -> Result<Self, Refusal> {
        Self::read(inner, bytes)
            .filter(|grant| inner.clock.now() <= grant.expires)
            .ok_or(Refusal::SignInExpired)
    }

    fn read(inner: &Inner, bytes: &[u8]) -> Option<Self> {
        let (row, sealed) = bytes.split_first_chunk::<16>()?;
        let plain = inner.safe.open(TABLE, COLUMN, row, sealed).ok()?;
        let (expires, rest) = plain.split_first_chunk()?;
        let (account, code) = rest.split_first_chunk()?;
        Some(Self {
            expires: Timestamp(i64::from_be_bytes(*expires)),
            account: AccountId::from_bytes(*account),
            code: code.try_into().ok()?,
        })
    }
}
