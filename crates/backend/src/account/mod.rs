//! Accounts: registration, sign-in, sessions.

mod password;
mod raise;
mod register;
mod session;
mod sessions;
mod sign_in;

use domain::Refusal;
use domain::account::{
    ChangePassword, ChangePasswordStart, ChangePasswordStarted, DeleteAccount, EndSessions,
    ListSessions, ListedSession, RegisterFinish, RegisterStart, RegisterStarted, ResumeSession,
    Resumed, SignInFinish, SignInStart, SignInStarted, SignOut, SignedIn, StaySignedIn, Stays,
};
use domain::policy::{Action, Object};

use crate::Inner;
use crate::actor::{Actor, Begun};
use crate::deletion;
use crate::error::Error;
use crate::store::account;

pub(crate) use password::{NewPassword, confirm, respond, user_name};
pub(crate) use raise::raised;
pub use session::Sessions;
pub(crate) use session::{New as NewSession, begin as begin_session, end_expired};
pub(crate) use sessions::end_others;
pub(crate) use sign_in::{Proven, enter, reply};

/// Registration, sign-in, sessions, sign-out.
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
    /// [`Refusal::WrongCredentials`], [`Refusal::SignInExpired`]; [`Refusal::FactorNeeded`] after the right password
    /// of an account with a second factor.
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
        actor.may(Action::KeepSession, Object::None)?;
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
            previous: session.previous,
            factor_missing: actor.subject().lacks_factor(),
        })
    }

    /// Answers [`StaySignedIn`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub async fn stay(&self, actor: &Actor, request: StaySignedIn) -> Result<Stays, Error> {
        actor.may(Action::KeepSession, Object::None)?;
        sessions::stay(self.0, actor, &request).await
    }

    /// Answers [`ListSessions`]: the asking one first, then those used last.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub async fn list_sessions(
        &self,
        actor: &Actor,
        _: ListSessions,
    ) -> Result<Vec<ListedSession>, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        sessions::list(self.0, actor).await
    }

    /// Answers [`EndSessions`]: what ends is forgotten with its share, its connections are closed.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`]; [`Refusal::NotFound`] for a session that is not, or not one's own.
    pub async fn end_sessions(&self, actor: &Actor, request: EndSessions) -> Result<(), Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        sessions::end(self.0, actor, request).await
    }

    /// Answers [`ChangePasswordStart`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`], [`Refusal::Malformed`].
    pub async fn change_password_start(
        &self,
        actor: &Actor,
        request: ChangePasswordStart,
    ) -> Result<ChangePasswordStarted, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        password::start(self.0, actor, &request).await
    }

    /// Answers [`ChangePassword`]: all other sessions end.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`], [`Refusal::WrongCredentials`], [`Refusal::SignInExpired`],
    /// [`Refusal::Malformed`].
    pub async fn change_password(
        &self,
        actor: &Actor,
        request: ChangePassword,
    ) -> Result<(), Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        password::finish(self.0, actor, request).await
    }

    /// Answers [`DeleteAccount`]: when it is answered nothing of it is left.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for staff, [`Refusal::WrongCredentials`],
    /// [`Refusal::SignInExpired`].
    pub async fn delete(&self, actor: &Actor, request: DeleteAccount) -> Result<(), Error> {
        deletion::account(self.0, actor, &request).await
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
