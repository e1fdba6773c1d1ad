//! Recovery codes: setting one, and coming back with one.

mod grant;

use crypto::keywrap::KeyWrap;
use crypto::{Digest, Secret};
use domain::account::{Secretive, SignedIn};
use domain::factor::Shown;
use domain::id::AccountId;
use domain::policy::{Action, Object};
use domain::recovery::{
    FinishRecovery, NewCode, NewPasswordStart, NewPasswordStarted, Recover, Recovered, ReplaceCode,
};
use domain::work::Purpose;
use domain::{Blob, Refusal};

use crate::Inner;
use crate::account::{
    NewPassword, NewSession, begin_session, confirm, end_others, respond, user_name,
};
use crate::actor::{Actor, Begun};
use crate::check::{first, malformed};
use crate::error::Error;
use crate::factor::{Goal, ask, check};
use crate::store::Tx;
use crate::store::account::{self, Account};
use crate::store::factor;
use crate::store::recovery::{self, Recovery};
use crate::work::{self, For};
use grant::Grant;

/// Recovery codes.
#[derive(Debug, Clone, Copy)]
pub struct Recoveries<'a>(pub(crate) &'a Inner);

impl Recoveries<'_> {
    /// Answers [`Recover`], alike for codes that nobody has and for wrong proofs.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], [`Refusal::WorkNeeded`], [`Refusal::TooMany`],
    /// [`Refusal::Malformed`]; after the right code of an account with a second factor,
    /// [`Refusal::FactorNeeded`] and [`Refusal::WrongFactor`].
    pub async fn recover(&self, actor: &Actor, request: Recover) -> Result<Recovered, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let inner = self.0;
        let id: [u8; 16] = sized(&request.id)?;
        let proof: [u8; 32] = sized(&request.proof)?;
        let goal = Goal::Recover(id);
        // Who was asked for the factor has shown the code and done the work already.
        let asked = request
            .factor
            .as_ref()
            .filter(|shown| goal.is_asked(inner, shown));
        if asked.is_none() {
            let tries = inner.limits.recovery(&id, actor.from)?;
            let wanted = For::Ask(Purpose::Recovery);
            work::check(inner, wanted, tries, request.work.as_ref()).await?;
            inner.limits.begin_recovery(&id, actor.from);
        }
        let found = recovery::find(inner.store.read(), &id).await?;
        let stored = found.as_ref().map_or([0; 32], |found| found.proof_hash);
        let proven = Secret::from_bytes(stored).matches(Digest::of(&proof).as_bytes());
        let code = found.filter(|_| proven).ok_or(Refusal::WrongCode)?;
        let of = account::find(inner.store.read(), code.account).await?;
        let of = of.ok_or(Refusal::WrongCode)?;
        second(inner, of.id, goal, request.factor.as_ref()).await?;
        let key_wrap = inner.safe.open(
            "recovery",
            "key_wrap_sealed",
            of.id.as_bytes(),
            &code.key_wrap_sealed,
        )?;
        let name = user_name(inner, &of)?;
        Ok(Recovered {
            account: of.id,
            kind: of.kind,
            user_name: Secretive(name.as_str().to_owned()),
            key_wrap: key_wrap.to_vec().into(),
            state: Grant::new(inner, &code).seal(inner)?.into(),
        })
    }

    /// Answers [`NewPasswordStart`].
    ///
    /// # Errors
    /// [`Refusal::SignInExpired`], [`Refusal::Malformed`].
    pub async fn new_password_start(
        &self,
        actor: &Actor,
        request: NewPasswordStart,
    ) -> Result<NewPasswordStarted, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let grant = Grant::open(self.0, request.state.as_slice())?;
        let found = account::find(self.0.store.read(), grant.account).await?;
        let found = found.ok_or(Refusal::SignInExpired)?;
        Ok(NewPasswordStarted {
            response: respond(self.0, &user_name(self.0, &found)?, &request.request)?,
        })
    }

    /// Answers [`FinishRecovery`]: a session begins, all others of the account end.
    ///
    /// # Errors
    /// [`Refusal::SignInExpired`] if it took too long or the code has been replaced meanwhile;
    /// [`Refusal::Malformed`], [`Refusal::IdTaken`].
    pub async fn finish(
        &self,
        actor: &Actor,
        request: FinishRecovery,
    ) -> Result<Begun<SignedIn>, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let inner = self.0;
        let grant = Grant::open(inner, request.state.as_slice())?;
        let new = NewPassword::read(inner, grant.account, &request.record, &request.key_wrap)?;
        let code = read_code(inner, grant.account, &request.code)?;
        let (row, given) = NewSession::make(inner)?.split();
        let instead_of = actor.subject.account().zip(actor.session);
        let (found, subject) = inner
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let found = granted(tx, &grant).await?;
                    new.set(tx).await?;
                    store_code(tx, &code).await?;
                    end_others(tx, found.id, None).await?;
                    account::signed_in(tx.db(), found.id, tx.now().day()).await?;
                    let previous = Some(found.last_sign_in);
                    let subject = begin_session(tx, row, &found, previous, instead_of).await?;
                    Ok((found, subject))
                })
            })
            .await?;
        inner.limits.signed_in(&found.name_lookup);
        Ok(Begun {
            reply: SignedIn {
                account: found.id,
                kind: found.kind,
                key_wrap: request.key_wrap,
                vault: found.vault.into(),
                share: given.share.to_vec().into(),
                previous: Some(found.last_sign_in),
                factor_missing: subject.lacks_factor(),
            },
            token: given.token,
        })
    }

    /// Answers [`ReplaceCode`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`], [`Refusal::WrongCredentials`], [`Refusal::SignInExpired`],
    /// [`Refusal::Malformed`], [`Refusal::IdTaken`].
    pub async fn replace(&self, actor: &Actor, request: ReplaceCode) -> Result<(), Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let code = read_code(self.0, actor.account()?, &request.code)?;
        let proven = confirm(self.0, actor, &request.confirmation).await?;
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    proven.take(tx).await?;
                    store_code(tx, &code).await
                })
            })
            .await
    }
}

/// Asks for the second factor of an account that has one.
async fn second(
    inner: &Inner,
    of: AccountId,
    goal: Goal,
    shown: Option<&Shown>,
) -> Result<(), Error> {
    let factors = factor::of(inner.store.read(), of).await?;
    if factors.is_empty() {
        return Ok(());
    }
    let Some(shown) = shown else {
        return Err(ask(inner, &factors, of, goal)?.into());
    };
    let proven = check(inner, of, goal, &shown.state, &shown.answer).await?;
    inner
        .store
        .write(move |tx| Box::pin(async move { proven.take(tx).await }))
        .await
}

/// The account of a grant, if its code still counts. A grant is used up with its code.
async fn granted(tx: &Tx, grant: &Grant) -> Result<Account, Error> {
    let code = recovery::find(tx.db(), &grant.code).await?;
    let same = code.is_some_and(|code| code.account == grant.account);
    let found = account::find(tx.db(), grant.account).await?;
    Ok(found.filter(|_| same).ok_or(Refusal::SignInExpired)?)
}

/// What a client sent of a new code, sealed.
pub(crate) fn read_code(
    inner: &Inner,
    account: AccountId,
    new: &NewCode,
) -> Result<Recovery, Error> {
    KeyWrap::decode(new.key_wrap.as_slice()).map_err(malformed)?;
    let (row, wrap) = (account.as_bytes(), new.key_wrap.as_slice());
    Ok(Recovery {
        account,
        id: sized(&new.id)?,
        proof_hash: sized(&new.proof_hash)?,
        key_wrap_sealed: inner.safe.seal("recovery", "key_wrap_sealed", row, wrap)?,
    })
}

/// Stores a code; another account's id is refused.
pub(crate) async fn store_code(tx: &Tx, code: &Recovery) -> Result<(), Error> {
    first(recovery::replace(tx.db(), code).await, Refusal::IdTaken)
}

fn sized<const N: usize>(bytes: &Blob) -> Result<[u8; N], Refusal> {
    bytes.as_slice().try_into().map_err(|_| Refusal::Malformed)
}
