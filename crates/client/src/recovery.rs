//! Recovery codes: making them, and coming back with one (crypto.md 3.9).

use std::cell::Cell;
use std::rc::Rc;

use crypto::Digest;
use crypto::account::AccountKey;
use crypto::keywrap::{KeyWrap, Purpose};
use crypto::random::CryptoRng;
use domain::account::{AccountKind, Secretive, UserName};
use domain::id::AccountId;
use domain::recovery::{FinishRecovery, NewCode, NewPasswordStart, Recover, ReplaceCode};
use domain::work::Purpose as WorkFor;
use domain::{Blob, Refusal};

pub use crypto::recovery::{CodeError, RecoverySecret, is_same_group};

use crate::account::{Setting, begin, confirm, sign_in};
use crate::call::call;
use crate::device;
use crate::error::Error;
use crate::factor::pass;
use crate::session::{Client, Session};
use crate::work::{Place, call_with_work};
use crate::world::World;

/// The setting that says that the code was written down.
const NOTED: &str = "recovery-noted";

/// A new code. It counts once the server has what belongs to it.
#[must_use]
pub fn make<W: World>(client: &Client<W>) -> Rc<RecoverySecret> {
    Rc::new(RecoverySecret::make(&mut client.world().random()))
}

/// Whether the account's code was written down, as its owner said.
#[must_use]
pub fn is_noted<W: World>(session: &Session<W>) -> bool {
    session.setting(NOTED).as_deref() == Some("1")
}

/// Remembers whether it was; [`crate::vault::save`] makes it last.
pub fn note<W: World>(session: &Session<W>, noted: bool) {
    session.set_setting(NOTED, if noted { "1" } else { "0" });
}

/// An account that a code belongs to; the new password is missing yet.
pub struct Found<W> {
    client: Client<W>,
    account: AccountId,
    kind: AccountKind,
    user_name: Secretive,
    key: AccountKey,
    state: Blob,
    /// A new password was on its way before.
    tried: Cell<bool>,
}

/// Finds the account that a code belongs to; where there is a second factor the person is asked for it.
///
/// # Errors
/// [`Refusal::WrongCode`]; [`Error::Damaged`] if the server gives a wrap of another code;
/// or as [`call`].
pub async fn recover<W: World>(
    client: &Client<W>,
    code: &RecoverySecret,
) -> Result<Found<W>, Error> {
    let recover = Recover {
        id: Blob::from(code.derive_id()?),
        proof: Blob::from(&code.derive_proof()?.expose()[..]),
        work: None,
        factor: None,
    };
    let place: Place<Recover> = |recover| &mut recover.work;
    let first = call_with_work(client, WorkFor::Recovery, recover.clone(), place).await;
    let again = async |shown| {
        let factor = Some(shown);
        let recover = recover.clone();
        call(client.transport(), Recover { factor, ..recover }).await
    };
    let recovered = pass(client, first, again).await?;
    let wrap = KeyWrap::decode(recovered.key_wrap.as_slice())?;
    let ikm = code.derive_wrap()?;
    Ok(Found {
        client: client.clone(),
        account: recovered.account,
        kind: recovered.kind,
        user_name: recovered.user_name,
        key: wrap.open(Purpose::Recovery, &recovered.account, ikm.expose())?,
        state: recovered.state,
        tried: Cell::new(false),
    })
}

impl<W: World> Found<W> {
    /// What the account signs in with.
    #[must_use]
    pub fn user_name(&self) -> &str {
        &self.user_name.0
    }

    /// Which face it belongs to.
    #[must_use]
    pub const fn kind(&self) -> AccountKind {
        self.kind
    }

    /// Sets a new password and a new code, and signs in; everybody else is signed out. May be
    /// repeated with the same two after any error: a first time that had arrived is found again.
    ///
    /// # Errors
    /// [`Refusal::SignInExpired`] if it took too long: begin anew with the code. Or as [`call`].
    pub async fn finish(
        &self,
        password: Secretive,
        code: &RecoverySecret,
    ) -> Result<Session<W>, Error> {
        let tried_before = self.tried.replace(true);
        match self.set(password.clone(), code).await {
            Err(Error::Refused(Refusal::SignInExpired)) if tried_before => {
                let name = UserName::parse(&self.user_name.0)?;
                match sign_in(&self.client, &name, password).await {
                    Err(Error::Refused(Refusal::WrongCredentials)) => {
                        Err(Error::Refused(Refusal::SignInExpired))
                    }
                    other => other,
                }
            }
            other => other,
        }
    }

    async fn set(&self, password: Secretive, code: &RecoverySecret) -> Result<Session<W>, Error> {
        let client = &self.client;
        let name = self.user_name.clone();
        let (setting, request) = Setting::start(client, name, password.clone()).await?;
        let state = self.state.clone();
        let started = call(client.transport(), NewPasswordStart { state, request }).await?;
        let (account, key) = (self.account, &self.key);
        let new = setting
            .finish(client, started.response, account, key)
            .await?;
        let rng = &mut client.world().random();
        let finish = FinishRecovery {
            state: self.state.clone(),
            record: new.record,
            key_wrap: new.key_wrap,
            code: new_code(rng, code, self.account, &self.key)?,
        };
        let signed_in = call(client.transport(), finish).await?;
        if signed_in.account != self.account {
            return Err(Error::Damaged);
        }
        let key = AccountKey::from_bytes(*self.key.expose());
        let session = begin(client, signed_in, key)?;
        device::welcome(&session, password).await?;
        Ok(session)
    }
}

/// Sets another code for the own account. May be repeated with the same code after any error.
///
/// # Errors
/// [`Refusal::WrongCredentials`], or as [`call`].
pub async fn replace<W: World>(
    session: &Session<W>,
    password: Secretive,
    code: &RecoverySecret,
) -> Result<(), Error> {
    let client = session.client();
    let (rng, account) = (&mut client.world().random(), session.account());
    let replace = ReplaceCode {
        confirmation: confirm(session, password).await?,
        code: new_code(rng, code, account, session.key())?,
    };
    call(client.transport(), replace).await.map(drop)
}

/// What the server keeps of a code.
pub(crate) fn new_code(
    rng: &mut impl CryptoRng,
    code: &RecoverySecret,
    account: AccountId,
    key: &AccountKey,
) -> Result<NewCode, Error> {
    let wrap = code.derive_wrap()?;
    let wrap = KeyWrap::seal(rng, Purpose::Recovery, &account, wrap.expose(), key)?;
    let proof = code.derive_proof()?;
    Ok(NewCode {
        id: Blob::from(code.derive_id()?),
        proof_hash: Blob::from(&Digest::of(proof.expose()).as_bytes()[..]),
        key_wrap: Blob::from(&wrap.as_bytes()[..]),
    })
}
