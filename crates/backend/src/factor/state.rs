//! What is asked for, sealed: it travels with the client, so any node can go on.

use domain::Refusal;
use domain::id::{AccountId, LoginId};
use domain::time::{MINUTE, Timestamp};
use zeroize::Zeroizing;

use crate::Inner;
use crate::config::Dice;
use crate::error::Error;

/// How long somebody may look for the telephone, in milliseconds.
const GOOD_FOR: i64 = 5 * MINUTE;

/// Where it is sealed for.
const TABLE: &str = "factor";
const COLUMN: &str = "state";

/// What a factor is shown for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// A session.
    SignIn,
    /// What needs the password once more.
    Confirm,
    /// The same, with all that was asked for.
    Confirmed,
    /// A lost password; the code's id.
    Recover([u8; 16]),
    /// A passkey is being made; nothing is shown.
    NewPasskey,
    /// A session, by a passkey alone; whose, the passkey says.
    Alone,
}

/// `expires 8 | goal 1 | account 16 | code 16`, after an id in clear.
pub(crate) struct State {
    pub(crate) id: LoginId,
    pub(crate) expires: Timestamp,
    pub(crate) account: AccountId,
    pub(crate) goal: Goal,
}

impl State {
    pub(crate) fn new(inner: &Inner, account: AccountId, goal: Goal) -> Self {
        Self {
            id: LoginId::from_bytes(Dice(inner.random.as_ref()).bytes()),
            expires: inner.clock.now().plus(GOOD_FOR),
            account,
            goal,
        }
    }

    pub(crate) fn seal(&self, inner: &Inner) -> Result<Vec<u8>, Error> {
        let (goal, code) = match self.goal {
            Goal::SignIn => (1, [0; 16]),
            Goal::Confirm => (2, [0; 16]),
            Goal::Recover(code) => (3, code),
            Goal::NewPasskey => (4, [0; 16]),
            Goal::Confirmed => (5, [0; 16]),
            Goal::Alone => (6, [0; 16]),
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(41));
        plain.extend(self.expires.0.to_be_bytes());
        plain.push(goal);
        plain.extend(self.account.as_bytes());
        plain.extend(code);
        let mut sealed = self.id.as_bytes().to_vec();
        sealed.extend(inner.safe.seal(TABLE, COLUMN, self.id.as_bytes(), &plain)?);
        Ok(sealed)
    }

    /// Whatever was not sealed here, was changed or is too old has expired.
    pub(crate) fn open(inner: &Inner, bytes: &[u8]) -> Result<Self, Refusal> {
        Self::read(inner, bytes)
            .filter(|state| inner.clock.now() <= state.expires)
            .ok_or(Refusal::SignInExpired)
    }

    fn read(inner: &Inner, bytes: &[u8]) -> Option<Self> {
        let (id, sealed) = bytes.split_first_chunk::<16>()?;
        let plain = inner.safe.open(TABLE, COLUMN, id, sealed).ok()?;
        let (expires, rest) = plain.split_first_chunk()?;
        let (goal, rest) = rest.split_first()?;
        let (account, code) = rest.split_first_chunk()?;
        Some(Self {
            id: LoginId::from_bytes(*id),
            expires: Timestamp(i64::from_be_bytes(*expires)),
            account: AccountId::from_bytes(*account),
            goal: match goal {
                1 => Goal::SignIn,
                2 => Goal::Confirm,
                3 => Goal::Recover(code.try_into().ok()?),
                4 => Goal::NewPasskey,
                5 => Goal::Confirmed,
                6 => Goal::Alone,
                _ => return None,
            },
        })
    }
}
