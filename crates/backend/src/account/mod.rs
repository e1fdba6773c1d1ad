//! Accounts: registration, sign-in, sessions.

mod register;
mod session;
mod sign_in;

use domain::Refusal;
use domain::account::{
    RegisterFinish, RegisterStart, RegisterStarted, ResumeSession, Resumed, SignInFinish,
    SignInStart, SignInStarted, SignOut, SignedIn,
};
use domain::policy::{Action, Object};

use crate::Inner;
use crate::actor::{Actor, Begun};
use crate::error::Error;
use crate::store::account;

pub use session::Sessions;
pub(crate) use session::end_expired;

/// Registration, sign-in, sign-out.
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'a>(pub(crate) &'a Inner);

impl Accounts<'_> {
    /// Answers [`RegisterStart`].
    ///
    /// # Errors
    /// [`Refusal::UserNameInvalid`], [`Refusal::WorkNeeded`], [`Refusal::TooMany`],
    /// [`Refusal::UserNameTaken`], [`Refusal::Malformed`].
    pub async fn register_start(
        &self,
        actor: &Actor,
        request: RegisterStart,
    ) -> Result<RegisterStarted, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        register::start(self.0, actor, &request).await
    }

    /// Answers [`RegisterFinish`]; a session begins, one that the actor had ends.
    ///
    /// # Errors
    /// [`Refusal::UserNameInvalid`], [`Refusal::UserNameTaken`], [`Refusal::IdTaken`],
    /// [`Refusal::ConsentOutdated`], [`Refusal::InvitationInvalid`], [`Refusal::Malformed`],
    /// [`Refusal::SignatureInvalid`], [`Refusal::WorkNeeded`].
    pub async fn register_finish(
        &self,
        actor: &Actor,
        request: RegisterFinish,
    ) -> Result<Begun<SignedIn>, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        register::finish(self.0, actor, request).await
    }

    /// Answers [`SignInStart`], alike for known and unknown names.
    ///
    /// # Errors
    /// [`Refusal::TooMany`], [`Refusal::WorkNeeded`], [`Refusal::Malformed`].
    pub async fn sign_in_start(
        &self,
        actor: &Actor,
        request: SignInStart,
    ) -> Result<SignInStarted, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        sign_in::start(self.0, actor, &request).await
    }

    /// Answers [`SignInFinish`]; a session begins, one that the actor had ends.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`], [`Refusal::SignInExpired`].
    pub async fn sign_in_finish(
        &self,
        actor: &Actor,
        request: SignInFinish,
    ) -> Result<Begun<SignedIn>, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        sign_in::finish(self.0, actor, request).await
    }

    /// Answers [`ResumeSession`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub async fn resume(&self, actor: &Actor, _: ResumeSession) -> Result<Resumed, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let db = self.0.store.read();
        let (session, kind) = account::find_session(db, actor.session()?)
            .await?
            .ok_or(Refusal::NotSignedIn)?;
        let found = account::find(db, session.account).await?;
        let found = found.ok_or(Refusal::NotSignedIn)?;
        let share = session::open_share(self.0, &session)?;
        Ok(Resumed {
            account: session.account,
            kind,
            vault: found.vault.into(),
            share: share.to_vec().into(),
        })
    }

    /// Answers [`SignOut`]: the session and its share are forgotten, its connections closed.
    /// Without a session there is nothing to do: the quick exit asks without knowing.
    ///
    /// # Errors
    /// An incident only.
    pub async fn sign_out(&self, actor: &Actor, _: SignOut) -> Result<(), Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let (Ok(account), Ok(session)) = (actor.account(), actor.session()) else {
            return Ok(());
        };
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    account::delete_session(tx.db(), session).await?;
                    tx.end_session(account, session);
                    Ok(())
                })
            })
            .await
    }
}
