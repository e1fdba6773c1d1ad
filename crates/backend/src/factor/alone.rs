//! Signing in with a passkey alone: the device, and whose finger or PIN it is (docs/adr/0423).

use domain::Refusal;
use domain::account::SignedIn;
use domain::factor::{PasskeyAsked, PasskeySignIn, StartPasskeySignIn};
use domain::policy::{Action, Object};

use super::Factors;
use super::check::{Passed, goes_on};
use super::check::{challenge, open, passkeys};
use super::passkey::{Key, user_of};
use super::state::{Goal, State};
use crate::Inner;
use crate::account::{Proven, enter};
use crate::actor::{Actor, Begun};
use crate::error::Error;
use crate::secrets::NOBODY;
use crate::store::factor;

impl Factors<'_> {
    /// Answers [`StartPasskeySignIn`]; the database is not asked, so nothing is told of anybody.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] where the platform's address is no name.
    pub fn start_passkey_sign_in(
        &self,
        actor: &Actor,
        _: StartPasskeySignIn,
    ) -> Result<PasskeyAsked, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let inner = self.0;
        let place = inner.passkeys.as_ref().ok_or(Refusal::WrongState)?;
        let state = State::new(inner, NOBODY, Goal::Alone).seal(inner)?;
        Ok(PasskeyAsked {
            options: place.request_any(&challenge(&state)),
            state: state.into(),
        })
    }

    /// Answers [`PasskeySignIn`]; a session begins, one that the actor had ends.
    ///
    /// # Errors
    /// [`Refusal::WrongFactor`] for whatever is not a passkey of ours that opens its account, alike for accounts that
    /// nobody has; [`Refusal::SignInExpired`], [`Refusal::TooMany`] for an address that went wrong too often.
    pub async fn passkey_sign_in(
        &self,
        actor: &Actor,
        request: PasskeySignIn,
    ) -> Result<Begun<SignedIn>, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let inner = self.0;
        let asked = State::open(inner, request.state.as_slice())?;
        if asked.goal != Goal::Alone {
            return Err(Refusal::SignInExpired.into());
        }
        inner.limits.passkey(actor.from)?;
        let Some((proven, key_wrap)) = proven(inner, &asked, &request).await? else {
            inner.limits.passkey_failed(actor.from);
            return Err(Refusal::WrongFactor.into());
        };
        let mut begun = enter(inner, actor, proven).await?;
        begun.reply.key_wrap = key_wrap.into();
        Ok(begun)
    }
}

/// Whose passkey it is, and the account key under what it computes.
async fn proven(
    inner: &Inner,
    asked: &State,
    request: &PasskeySignIn,
) -> Result<Option<(Proven, Vec<u8>)>, Error> {
    let said = &request.answer.0;
    let (Some(place), Some(of)) = (&inner.passkeys, user_of(said)) else {
        return Ok(None);
    };
    let factors = factor::of(inner.store.read(), of).await?;
    for one in passkeys(&factors) {
        let Some(sealed) = &one.key_wrap_sealed else {
            continue;
        };
        let key = Key::read(&open(&inner.safe, one)?)?;
        let counter = place.verify_owner(&challenge(request.state.as_slice()), &key, said);
        if let Some(counter) = counter.filter(|counter| goes_on(one, *counter)) {
            let key_wrap =
                inner
                    .safe
                    .open("factor", "key_wrap_sealed", one.id.as_bytes(), sealed)?;
            let proven = Proven {
                account: of,
                login: asked.id,
                expires: asked.expires,
                factor: Some(Passed::Counted(one.id, counter)),
                raised: false,
            };
            return Ok(Some((proven, key_wrap.to_vec())));
        }
    }
    Ok(None)
}
