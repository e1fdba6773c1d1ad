//! Registration, sign-in, sign-out.

use domain::account::{RegisterFinish, RegisterStart, RegisterStarted, ResumeSession, Resumed, SignInFinish, SignInStart, SignInStarted, SignOut, SignedIn};

use crate::Inner;
use crate::actor::{Actor, Begun};
use crate::error::Error;

/// Registration, sign-in, sign-out.
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'a>(pub(crate) &'a Inner);

impl Accounts<'_> {
    /// Answers [`RegisterStart`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn register_start(&self, _actor: &Actor, _request: RegisterStart) -> Result<RegisterStarted, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`RegisterFinish`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn register_finish(&self, _actor: &Actor, _request: RegisterFinish) -> Result<Begun<SignedIn>, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`SignInStart`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn sign_in_start(&self, _actor: &Actor, _request: SignInStart) -> Result<SignInStarted, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`SignInFinish`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn sign_in_finish(&self, _actor: &Actor, _request: SignInFinish) -> Result<Begun<SignedIn>, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`ResumeSession`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn resume(&self, _actor: &Actor, _request: ResumeSession) -> Result<Resumed, Error> {
        Err(domain::Refusal::NotFound.into())
    }

    /// Answers [`SignOut`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn sign_out(&self, _actor: &Actor, _request: SignOut) -> Result<(), Error> {
        Err(domain::Refusal::NotFound.into())
    }

}

/// Live sessions.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a>(pub(crate) &'a Inner);

impl Sessions<'_> {
    /// Who holds this cookie. A missing, unknown or ended session is nobody, not an error.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn resolve(&self, _token: Option<&str>) -> Result<Actor, Error> {
        Ok(Actor::anonymous())
    }
}
