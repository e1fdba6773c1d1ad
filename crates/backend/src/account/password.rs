//! Another password for an account: OPAQUE's registration anew, the account key stays.

use crypto::keywrap::KeyWrap;
use crypto::opaque::server::Record;
use domain::account::{
    ChangePassword, ChangePasswordStart, ChangePasswordStarted, Confirmation, UserName,
};
use domain::id::AccountId;
use domain::{Blob, Refusal};

use super::sessions::end_others;
use super::sign_in::{Proven, give_back, prove};
use crate::Inner;
use crate::actor::Actor;
use crate::check::malformed;
use crate::error::Error;
use crate::factor::{Goal, confirmed};
use crate::store::Tx;
use crate::store::account::{self, Account};

/// Whether the person who holds this session has typed the password just now, and, where there is one, shown a second
/// factor. It counts once:
/// [`Proven::take`] belongs into the same write as what it allows.
pub(crate) async fn confirm(
    inner: &Inner,
    actor: &Actor,
    confirmation: &Confirmation,
) -> Result<Proven, Error> {
    let own = actor.account()?;
    let Confirmation { state, finish } = confirmation;
    if finish.as_slice().is_empty() {
        return confirmed(inner, own, state);
    }
    let proven = prove(inner, state, finish, Some(own)).await?;
    give_back(inner, own).await?;
    proven.or_factor(inner, Goal::Confirm).await
}

pub(super) async fn start(
    inner: &Inner,
    actor: &Actor,
    request: &ChangePasswordStart,
) -> Result<ChangePasswordStarted, Error> {
    let found = account::find(inner.store.read(), actor.account()?).await?;
    let found = found.ok_or(Refusal::NotSignedIn)?;
    Ok(ChangePasswordStarted {
        response: respond(inner, &user_name(inner, &found)?, &request.request)?,
    })
}

pub(super) async fn finish(
    inner: &Inner,
    actor: &Actor,
    request: ChangePassword,
) -> Result<(), Error> {
    let (account, own) = (actor.account()?, actor.session()?);
    let new = NewPassword::read(inner, account, &request.record, &request.key_wrap)?;
    let proven = confirm(inner, actor, &request.confirmation).await?;
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                proven.take(tx).await?;
                new.set(tx).await?;
                end_others(tx, account, Some(own)).await
            })
        })
        .await
}

/// OPAQUE's answer to the first step of a registration under this name.
pub(crate) fn respond(inner: &Inner, name: &UserName, request: &Blob) -> Result<Blob, Error> {
    let identifier = inner.secrets.credential_identifier(name)?;
    let response = inner
        .secrets
        .opaque
        .register(request.as_slice(), &identifier)
        .map_err(|_| Refusal::Malformed)?;
    Ok(response.to_vec().into())
}

/// What an account signs in with.
pub(crate) fn user_name(inner: &Inner, of: &Account) -> Result<UserName, Error> {
    let (id, sealed) = (of.id.as_bytes(), &of.name_sealed);
    let name = inner.safe.open("account", "name_sealed", id, sealed)?;
    let name = std::str::from_utf8(&name).ok();
    let name = name.and_then(|name| UserName::parse(name).ok());
    name.ok_or_else(|| Error::internal("reading a name", crypto::FormatError::Text))
}

/// What a password opens, sealed.
pub(crate) struct NewPassword {
    account: AccountId,
    record_sealed: Vec<u8>,
    key_wrap_sealed: Vec<u8>,
}

impl NewPassword {
    /// Reads what a client sent.
    pub(crate) fn read(
        inner: &Inner,
        account: AccountId,
        record: &Blob,
        key_wrap: &Blob,
    ) -> Result<Self, Error> {
        KeyWrap::decode(key_wrap.as_slice()).map_err(malformed)?;
        let record = Record::from_slice(record.as_slice())
            .and_then(|record: Record| record.to_secret())
            .map_err(|_| Refusal::Malformed)?;
        let seal = |column, value| {
            inner
                .safe
                .seal("account", column, account.as_bytes(), value)
        };
        Ok(Self {
            account,
            record_sealed: seal("record_sealed", record.expose())?,
            key_wrap_sealed: seal("key_wrap_sealed", key_wrap.as_slice())?,
        })
    }

    pub(crate) async fn set(self, tx: &Tx) -> Result<(), Error> {
        let (record, key_wrap) = (self.record_sealed, self.key_wrap_sealed);
        Ok(account::replace_password(tx.db(), self.account, record, key_wrap).await?)
    }
}
