//! Asking for a factor, and looking at what is shown.

use crypto::Digest;
use domain::factor::{Answer, FactorKind, Shown};
use domain::id::{AccountId, FactorId};
use domain::{Blob, Refusal};
use zeroize::Zeroizing;

use super::app::{App, read_code};
use super::passkey::Key;
use super::spare;
use super::state::{Goal, State};
use crate::Inner;
use crate::account::Proven;
use crate::error::Error;
use crate::seal::Safe;
use crate::store::Tx;
use crate::store::factor::{self, Factor};

/// Asks for one of these factors.
pub(crate) fn ask(
    inner: &Inner,
    factors: &[Factor],
    of: AccountId,
    goal: Goal,
) -> Result<Refusal, Error> {
    let state = State::new(inner, of, goal).seal(inner)?;
    let mut credentials = Vec::new();
    for one in passkeys(factors) {
        credentials.push(Key::read(&open(&inner.safe, one)?)?.credential);
    }
    let passkey = match &inner.passkeys {
        Some(place) if !credentials.is_empty() => {
            Some(place.request_options(&challenge(&state), &credentials))
        }
        _ => None,
    };
    Ok(Refusal::FactorNeeded {
        app: factors.iter().any(|one| one.kind == FactorKind::App),
        passkey,
        state: state.into(),
    })
}

/// What a passkey signs: as random as the state, and bound to it.
pub(super) fn challenge(state: &[u8]) -> [u8; 32] {
    *Digest::of(state).as_bytes()
}

pub(super) fn passkeys(factors: &[Factor]) -> impl Iterator<Item = &Factor> {
    let is_passkey = |one: &&Factor| one.kind == FactorKind::Passkey;
    factors.iter().filter(is_passkey)
}

/// A factor's secret.
pub(crate) fn open(safe: &Safe, one: &Factor) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (id, sealed) = (one.id.as_bytes(), &one.secret_sealed);
    safe.open("factor", "secret_sealed", id, sealed)
}

impl Goal {
    /// Whether this was asked for with this goal, not too long ago.
    pub(crate) fn is_asked(self, inner: &Inner, shown: &Shown) -> bool {
        State::open(inner, shown.state.as_slice()).is_ok_and(|state| state.goal == self)
    }
}

/// A factor that is right. It counts once: [`Self::take`] belongs into the same write as what it allows.
pub(crate) enum Passed {
    /// An app or a passkey, and its new count.
    Counted(FactorId, u64),
    /// A code for a lost factor: its hash.
    Spare(AccountId, [u8; 32]),
}

impl Passed {
    /// Notes the use; refused if somebody was faster with the same.
    pub(crate) async fn take(&self, tx: &Tx) -> Result<(), Error> {
        let first = match self {
            Self::Counted(id, counter) => factor::count_up(tx.db(), *id, *counter).await?,
            Self::Spare(account, hash) => factor::use_spare(tx.db(), *account, hash).await?,
        };
        if first {
            Ok(())
        } else {
            Err(Refusal::WrongFactor.into())
        }
    }
}

/// Looks at what somebody shows who was asked. A wrong one may be followed by another; each counts.
pub(crate) async fn check(
    inner: &Inner,
    of: AccountId,
    goal: Goal,
    state: &Blob,
    answer: &Answer,
) -> Result<Proven, Error> {
    let asked = State::open(inner, state.as_slice())?;
    if (asked.account, asked.goal) != (of, goal) {
        return Err(Refusal::SignInExpired.into());
    }
    inner.limits.begin_factor(of)?;
    let factors = factor::of(inner.store.read(), of).await?;
    let passed = match answer {
        Answer::Code(typed) => match read_code(&typed.0) {
            Some(code) => of_app(inner, &factors, &code)?,
            None => of_paper(inner, of, &typed.0).await?,
        },
        Answer::Passkey(said) => of_passkey(inner, &factors, state.as_slice(), &said.0)?,
    };
    let passed = passed.ok_or(Refusal::WrongFactor)?;
    inner.limits.factor_passed(of);
    Ok(Proven {
        account: of,
        login: asked.id,
        expires: asked.expires,
        factor: Some(passed),
        raised: false,
    })
}

/// What [`domain::factor::Confirm`] gave: it counts once, for its account.
pub(crate) fn confirmed(inner: &Inner, of: AccountId, state: &Blob) -> Result<Proven, Error> {
    let state = State::open(inner, state.as_slice())?;
    if (state.account, state.goal) != (of, Goal::Confirmed) {
        return Err(Refusal::SignInExpired.into());
    }
    Ok(Proven {
        account: of,
        login: state.id,
        expires: state.expires,
        factor: None,
        raised: true,
    })
}

/// A step that was used, or one before it, is not looked for: a code that somebody saw does not count, and gives no tries back.
fn of_app(inner: &Inner, factors: &[Factor], code: &str) -> Result<Option<Passed>, Error> {
    let now = inner.clock.now();
    for one in factors.iter().filter(|one| one.kind == FactorKind::App) {
        let step = App::new(&open(&inner.safe, one)?)?.step(code, now);
        if let Some(step) = step.filter(|step| *step > one.counter) {
            return Ok(Some(Passed::Counted(one.id, step)));
        }
    }
    Ok(None)
}

async fn of_paper(inner: &Inner, of: AccountId, typed: &str) -> Result<Option<Passed>, Error> {
    let Some(hash) = spare::read(of, typed) else {
        return Ok(None);
    };
    let is_left = factor::has_spare(inner.store.read(), of, &hash).await?;
    Ok(is_left.then_some(Passed::Spare(of, hash)))
}

/// One that counts must go on counting: else it was copied (WebAuthn Level 3, 7.2, 22).
pub(super) const fn goes_on(one: &Factor, counter: u64) -> bool {
    counter > one.counter || (counter == 0 && one.counter == 0)
}

fn of_passkey(
    inner: &Inner,
    factors: &[Factor],
    state: &[u8],
    said: &str,
) -> Result<Option<Passed>, Error> {
    let Some(place) = &inner.passkeys else {
        return Ok(None);
    };
    for one in passkeys(factors) {
        let key = Key::read(&open(&inner.safe, one)?)?;
        let counter = place.verify(&challenge(state), &key, said);
        if let Some(counter) = counter.filter(|counter| goes_on(one, *counter)) {
            return Ok(Some(Passed::Counted(one.id, counter)));
        }
    }
    Ok(None)
}
