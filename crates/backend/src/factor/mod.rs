//! Second factors: asked for after the password, set up and removed by their owner.

mod alone;
mod app;
mod check;
mod passkey;
mod spare;
mod state;

use crypto::keywrap::KeyWrap;
use domain::account::AccountKind;
use domain::factor::{
    AddFactor, Confirm, Confirmed, FactorAdded, FactorKind, Factors as Listed, FinishSignIn,
    ListFactors, ListedFactor, MOST, NewFactor, PasskeyStarted, RemoveFactor, RenewSpare,
    SpareCodes, StartPasskey,
};
use domain::id::{AccountId, FactorId};
use domain::policy::{Action, Object};
use domain::time::Timestamp;
use domain::{Refusal, account::Secretive, account::SignedIn};
use sea_orm::ConnectionTrait;

use crate::Inner;
use crate::account::{
    NewSession, Proven, begin_session, confirm, end_others, enter, reply, user_name,
};
use crate::actor::{Actor, Begun, SessionToken};
use crate::check::malformed;
use crate::config::Dice;
use crate::error::Error;
use crate::seal::Safe;
use crate::store::Tx;
use crate::store::account;
use crate::store::factor::{self, Factor};
use app::{App, STEP_TIME, read_code};
use check::{challenge, open, passkeys};
use passkey::Key;
use state::State;

pub(crate) use check::{Passed, ask, check, confirmed};
pub(crate) use passkey::Passkeys;
pub(crate) use state::Goal;

/// Second factors.
#[derive(Debug, Clone, Copy)]
pub struct Factors<'a>(pub(crate) &'a Inner);

/// A factor was set up; with a token if a session began with it.
#[derive(Debug)]
pub struct Added {
    /// The reply.
    pub reply: FactorAdded,
    /// For the cookie.
    pub token: Option<SessionToken>,
}

impl Factors<'_> {
    /// Answers [`FinishSignIn`]; a session begins, one that the actor had ends.
    ///
    /// # Errors
    /// [`Refusal::WrongFactor`], [`Refusal::SignInExpired`], [`Refusal::TooMany`].
    pub async fn sign_in(
        &self,
        actor: &Actor,
        request: FinishSignIn,
    ) -> Result<Begun<SignedIn>, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let FinishSignIn { shown } = request;
        let of = State::open(self.0, shown.state.as_slice())?.account;
        let proven = check(self.0, of, Goal::SignIn, &shown.state, &shown.answer).await?;
        enter(self.0, actor, proven).await
    }

    /// Answers [`Confirm`].
    ///
    /// # Errors
    /// [`Refusal::FactorNeeded`] after the right password of an account with a factor;
    /// [`Refusal::WrongCredentials`], [`Refusal::WrongFactor`], [`Refusal::SignInExpired`],
    /// [`Refusal::TooMany`], [`Refusal::NotSignedIn`].
    pub async fn confirm(&self, actor: &Actor, request: Confirm) -> Result<Confirmed, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let (inner, of) = (self.0, actor.account()?);
        let proven = match &request {
            Confirm::Password(confirmation) => confirm(inner, actor, confirmation).await?,
            Confirm::Factor(shown) => {
                check(inner, of, Goal::Confirm, &shown.state, &shown.answer).await?
            }
        };
        inner
            .store
            .write(move |tx| Box::pin(async move { proven.take(tx).await }))
            .await?;
        let state = State::new(inner, of, Goal::Confirmed).seal(inner)?.into();
        Ok(Confirmed { state })
    }

    /// Answers [`ListFactors`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub async fn list(&self, actor: &Actor, _: ListFactors) -> Result<Listed, Error> {
        actor.may(Action::SetUpFactor, Object::None)?;
        let (db, of) = (self.0.store.read(), actor.account()?);
        let listed = |one: Factor| ListedFactor {
            factor: one.id,
            kind: one.kind,
            added: one.added,
            opens: one.key_wrap_sealed.is_some(),
        };
        let factors = factor::of(db, of).await?;
        let spare = factor::count_spare(db, of).await?;
        Ok(Listed {
            factors: factors.into_iter().map(listed).collect(),
            spare: u32::try_from(spare).unwrap_or(u32::MAX),
            passkeys: self.0.passkeys.is_some(),
        })
    }

    /// Answers [`StartPasskey`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`]; [`Refusal::WrongState`] where the platform's address is no name.
    pub async fn start_passkey(
        &self,
        actor: &Actor,
        _: StartPasskey,
    ) -> Result<PasskeyStarted, Error> {
        actor.may(Action::SetUpFactor, Object::None)?;
        let (inner, of) = (self.0, actor.account()?);
        let place = inner.passkeys.as_ref().ok_or(Refusal::WrongState)?;
        let found = account::find(inner.store.read(), of).await?;
        let found = found.ok_or(Refusal::NotSignedIn)?;
        let mut known = Vec::new();
        for one in passkeys(&factor::of(inner.store.read(), of).await?) {
            known.push(Key::read(&open(&inner.safe, one)?)?.credential);
        }
        // What an authenticator shows to everybody who holds it names nobody who seeks advice.
        let name = match found.kind {
            AccountKind::Staff => user_name(inner, &found)?.as_str().to_owned(),
            AccountKind::Seeker => "1".to_owned(),
        };
        let state = State::new(inner, of, Goal::NewPasskey).seal(inner)?;
        let user = (&of.as_bytes()[..], &*name);
        // Only staff's may find their account by themselves: on a shared device that would tell that there is one.
        let finds = found.kind == AccountKind::Staff;
        Ok(PasskeyStarted {
            options: place.creation_options(&challenge(&state), user, &known, finds),
            state: state.into(),
        })
    }

    /// Answers [`AddFactor`]: all other sessions end; one that allowed nothing but this is replaced.
    ///
    /// # Errors
    /// [`Refusal::WrongFactor`] if the code is not the seed's, or the passkey not ours;
    /// [`Refusal::WrongCredentials`], [`Refusal::FactorNeeded`], [`Refusal::SignInExpired`],
    /// [`Refusal::TooLarge`] beyond [`MOST`], [`Refusal::NotSignedIn`], [`Refusal::Malformed`];
    /// [`Refusal::NotAllowed`] for a seeker's passkey that would open the account alone.
    pub async fn add(&self, actor: &Actor, request: AddFactor) -> Result<Added, Error> {
        actor.may(Action::SetUpFactor, Object::None)?;
        let (inner, of, own) = (self.0, actor.account()?, actor.session()?);
        let first = actor.subject().lacks_factor();
        let new = self.read(actor, of, &request.new)?;
        let proven = match &request.confirmation {
            Some(confirmation) => Some(confirm(inner, actor, confirmation).await?),
            None if first => None,
            None => return Err(Refusal::WrongCredentials.into()),
        };
        let (codes, hashes) = self.spare_codes(of);
        let (row, given) = NewSession::make(inner)?.split();
        let done = inner
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let before = factor::count(tx.db(), of).await?;
                    allow(tx, proven.as_ref(), before).await?;
                    factor::insert(tx.db(), &new).await?;
                    if before == 0 {
                        factor::replace_spare(tx.db(), of, &hashes).await?;
                    }
                    if !first {
                        end_others(tx, of, Some(own)).await?;
                        return Ok((before, None));
                    }
                    let (session, _) = account::find_session(tx.db(), own)
                        .await?
                        .ok_or(Refusal::NotSignedIn)?;
                    let found = account::find(tx.db(), of).await?;
                    let found = found.ok_or(Refusal::NotSignedIn)?;
                    end_others(tx, of, None).await?;
                    let previous = session.previous;
                    begin_session(tx, row, &found, previous, None).await?;
                    Ok((before, Some((found, previous))))
                })
            })
            .await?;
        let (before, begun) = done;
        let spare = if before == 0 { codes } else { String::new() };
        let spare = Secretive(spare);
        let Some((found, previous)) = begun else {
            let (session, token) = (None, None);
            return Ok(Added {
                reply: FactorAdded { spare, session },
                token,
            });
        };
        let session = Some(reply(inner, found, previous, &given, false)?);
        Ok(Added {
            reply: FactorAdded { spare, session },
            token: Some(given.token),
        })
    }

    /// Answers [`RemoveFactor`]: all other sessions end.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Refusal::NotAllowed`] for the last one of staff;
    /// [`Refusal::WrongCredentials`], [`Refusal::FactorNeeded`], [`Refusal::WrongFactor`],
    /// [`Refusal::SignInExpired`], [`Refusal::NotSignedIn`].
    pub async fn remove(&self, actor: &Actor, request: RemoveFactor) -> Result<(), Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let (of, own) = (actor.account()?, actor.session()?);
        let kind = account::find_session(self.0.store.read(), own).await?;
        let (_, kind) = kind.ok_or(Refusal::NotSignedIn)?;
        let proven = confirm(self.0, actor, &request.confirmation).await?;
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    proven.take(tx).await?;
                    if factor::remove(tx.db(), of, request.factor).await? == 0 {
                        return Err(Refusal::NotFound.into());
                    }
                    if factor::count(tx.db(), of).await? == 0 {
                        if kind == AccountKind::Staff {
                            return Err(Refusal::NotAllowed.into());
                        }
                        factor::replace_spare(tx.db(), of, &[]).await?;
                    }
                    end_others(tx, of, Some(own)).await
                })
            })
            .await
    }

    /// Answers [`RenewSpare`].
    ///
    /// # Errors
    /// [`Refusal::NotFound`] without a factor; [`Refusal::WrongCredentials`],
    /// [`Refusal::FactorNeeded`], [`Refusal::WrongFactor`], [`Refusal::SignInExpired`],
    /// [`Refusal::NotSignedIn`].
    pub async fn renew_spare(
        &self,
        actor: &Actor,
        request: RenewSpare,
    ) -> Result<SpareCodes, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let of = actor.account()?;
        let proven = confirm(self.0, actor, &request.confirmation).await?;
        let (codes, hashes) = self.spare_codes(of);
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    proven.take(tx).await?;
                    if factor::count(tx.db(), of).await? == 0 {
                        return Err(Refusal::NotFound.into());
                    }
                    Ok(factor::replace_spare(tx.db(), of, &hashes).await?)
                })
            })
            .await?;
        let spare = Secretive(codes);
        Ok(SpareCodes { spare })
    }

    fn spare_codes(&self, of: AccountId) -> (String, Vec<[u8; 32]>) {
        let mut dice = Dice(self.0.random.as_ref());
        spare::make(of, || dice.bytes())
    }

    /// What a browser sent of a new factor, proven and sealed.
    fn read(&self, actor: &Actor, of: AccountId, new: &NewFactor) -> Result<Factor, Error> {
        let inner = self.0;
        let now = inner.clock.now();
        let mut opens = None;
        let (kind, secret, counter) = match new {
            NewFactor::App { seed, code } => {
                let app = App::new(seed.as_slice()).map_err(|_| Refusal::Malformed)?;
                let code = read_code(&code.0).ok_or(Refusal::WrongFactor)?;
                // The code that proves it is used up with it.
                let step = app.step(&code, now).ok_or(Refusal::WrongFactor)?;
                (FactorKind::App, seed.as_slice().to_vec(), step)
            }
            NewFactor::Passkey {
                state,
                answer,
                key_wrap,
            } => {
                let asked = State::open(inner, state.as_slice())?;
                if (asked.account, asked.goal) != (of, Goal::NewPasskey) {
                    return Err(Refusal::SignInExpired.into());
                }
                let place = inner.passkeys.as_ref().ok_or(Refusal::WrongState)?;
                let made = place.register(&challenge(state.as_slice()), &answer.0);
                let (key, counter) = made.ok_or(Refusal::WrongFactor)?;
                if let Some(wrap) = key_wrap {
                    actor.may(Action::OpenByPasskey, Object::None)?;
                    opens = Some(KeyWrap::decode(wrap.as_slice()).map_err(malformed)?);
                }
                (FactorKind::Passkey, key.write(), counter)
            }
        };
        let id = FactorId::from_bytes(Dice(inner.random.as_ref()).bytes());
        let (table, column) = ("factor", "secret_sealed");
        let seal = |wrap: KeyWrap| {
            inner
                .safe
                .seal(table, "key_wrap_sealed", id.as_bytes(), wrap.as_bytes())
        };
        Ok(Factor {
            id,
            account: of,
            kind,
            secret_sealed: inner.safe.seal(table, column, id.as_bytes(), &secret)?,
            key_wrap_sealed: opens.map(seal).transpose()?,
            counter,
            added: now.day(),
        })
    }
}

/// Whether one more may be stored: proven, or the first in a session that allows nothing else.
async fn allow(tx: &Tx, proven: Option<&Proven>, before: u64) -> Result<(), Error> {
    match proven {
        Some(proven) => proven.take(tx).await?,
        // Somebody was faster with the first one: from now on it is asked for.
        None if before > 0 => return Err(Refusal::WrongCredentials.into()),
        None => {}
    }
    if before >= MOST as u64 {
        return Err(Refusal::TooLarge.into());
    }
    Ok(())
}

/// The code that the app of this account shows now, or the next one if this one was used: the demonstration itself has
/// signed in a moment ago. None without an app. For demonstrations.
pub(crate) async fn current_code(
    db: &impl ConnectionTrait,
    safe: &Safe,
    of: AccountId,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let factors = factor::of(db, of).await?;
    let Some(one) = factors.iter().find(|one| one.kind == FactorKind::App) else {
        return Ok(None);
    };
    let app = App::new(&open(safe, one)?)?;
    let code = app.code(now);
    let is_used = app.step(&code, now).is_none_or(|step| step <= one.counter);
    let at = if is_used { now.plus(STEP_TIME) } else { now };
    Ok(Some(app.code(at)))
}
