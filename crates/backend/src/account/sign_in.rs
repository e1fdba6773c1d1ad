//! Signing in: OPAQUE's login. The server remembers nothing between the steps; its state travels
//! sealed, so any node can finish.

use crypto::opaque::Parties;
use crypto::opaque::server::{LoginState, Record};
use domain::account::{SignInFinish, SignInStart, SignInStarted, SignedIn, UserName};
use domain::id::{AccountId, LoginId};
use domain::time::{Day, SECOND, Timestamp};
use domain::work::Purpose;
use domain::{Blob, Refusal};

use super::session;
use crate::Inner;
use crate::actor::{Actor, Begun};
use crate::config::Dice;
use crate::error::Error;
use crate::factor::{Goal, Passed, ask};
use crate::secrets::NOBODY;
use crate::store::account::Account;
use crate::store::{Tx, account, factor};
use crate::work::{self, For};

/// How long a sign-in may take, in milliseconds.
const SIGN_IN_TIME: i64 = 60 * SECOND;

/// Where the travelling state is sealed for.
const TABLE: &str = "login";
const COLUMN: &str = "state";

pub(super) async fn start(
    inner: &Inner,
    actor: &Actor,
    request: &SignInStart,
) -> Result<SignInStarted, Error> {
    // Whoever's name breaks the rules has no account: said at once, as it says nothing of others.
    let name = UserName::parse(&request.user_name.0).map_err(|_| Refusal::WrongCredentials)?;
    let lookup = inner.secrets.name_lookup(&name)?;
    let tries = inner.limits.sign_in(&lookup, actor.from)?;
    work::check(
        inner,
        For::Ask(Purpose::SignIn),
        tries,
        request.work.as_ref(),
    )
    .await?;
    inner.limits.begin_sign_in(&lookup, actor.from)?;
    // For a name that nobody has the same is done, with a record that is somebody else's, or nobody's.
    let next = account::next_record(inner.store.read(), &lookup).await?;
    let (of, name_of, sealed) =
        next.unwrap_or_else(|| (NOBODY, Vec::new(), inner.secrets.stand_in.clone()));
    let record = open_record(inner, of, &sealed)?;
    let is_known = name_of == lookup;
    let record = is_known.then_some(record);
    let parties = Parties {
        user_name: name.as_str(),
        platform: &inner.trust.platform_id,
    };
    let identifier = inner.secrets.credential_identifier(&name)?;
    let mut dice = Dice(inner.random.as_ref());
    let (state, response) = inner
        .secrets
        .opaque
        .login(
            &mut dice,
            record,
            request.request.as_slice(),
            &identifier,
            parties,
        )
        .map_err(|_| Refusal::Malformed)?;
    let state = Travelling {
        expires: inner.clock.now().plus(SIGN_IN_TIME),
        account: is_known.then_some(of),
        state,
    };
    let login = LoginId::from_bytes(dice.bytes());
    Ok(SignInStarted {
        response: response.to_vec().into(),
        state: state.seal(inner, login)?.into(),
    })
}

/// Somebody who has just typed the password of this account, and shown a second factor if it has one.
pub(crate) struct Proven {
    pub(crate) account: AccountId,
    /// Counts once, until it expires.
    pub(crate) login: LoginId,
    pub(crate) expires: Timestamp,
    /// The factor that was shown.
    pub(crate) factor: Option<Passed>,
    /// Whether one was shown and used up before, if there is one.
    pub(crate) raised: bool,
}

impl Proven {
    /// Counts once, together with what it allows.
    pub(crate) async fn take(&self, tx: &Tx) -> Result<(), Error> {
        if !account::use_login(tx.db(), self.login, self.expires).await? {
            return Err(Refusal::SignInExpired.into());
        }
        match &self.factor {
            Some(passed) => passed.take(tx).await,
            // One that was set up a moment ago is asked for from now on.
            None if !self.raised && factor::count(tx.db(), self.account).await? > 0 => {
                Err(Refusal::SignInExpired.into())
            }
            None => Ok(()),
        }
    }

    /// The password alone was shown: enough for an account without a second factor. With one the login is used up, and
    /// the factor is asked for.
    pub(crate) async fn or_factor(self, inner: &Inner, goal: Goal) -> Result<Self, Error> {
        let factors = factor::of(inner.store.read(), self.account).await?;
        if factors.is_empty() {
            return Ok(self);
        }
        use_up(inner, self.login, self.expires).await?;
        Err(ask(inner, &factors, self.account, goal)?.into())
    }
}

/// The login's last step; of an account other than `wanted` it proves nothing.
pub(super) async fn prove(
    inner: &Inner,
    state: &Blob,
    finish: &Blob,
    wanted: Option<AccountId>,
) -> Result<Proven, Error> {
    let (login, travelling) = Travelling::open(inner, state.as_slice())?;
    let expires = travelling.expires;
    if inner.clock.now() > expires {
        return Err(Refusal::SignInExpired.into());
    }
    let proven = travelling.state.finish(finish.as_slice()).is_ok();
    let known = travelling.account.filter(|_| proven);
    let known = known.filter(|known| wanted.is_none_or(|wanted| wanted == *known));
    let Some(account) = known else {
        use_up(inner, login, expires).await?;
        return Err(Refusal::WrongCredentials.into());
    };
    Ok(Proven {
        account,
        login,
        expires,
        factor: None,
        raised: false,
    })
}

pub(super) async fn finish(
    inner: &Inner,
    actor: &Actor,
    request: SignInFinish,
) -> Result<Begun<SignedIn>, Error> {
    let proven = prove(inner, &request.state, &request.finish, None).await?;
    give_back(inner, proven.account).await?;
    let proven = proven.or_factor(inner, Goal::SignIn).await?;
    enter(inner, actor, proven).await
}

/// The password was right: this sign-in does not count against its name.
pub(super) async fn give_back(inner: &Inner, of: AccountId) -> Result<(), Error> {
    if let Some(found) = account::find(inner.store.read(), of).await? {
        inner.limits.signed_in(&found.name_lookup);
    }
    Ok(())
}

/// Begins the session of somebody who has proven everything.
pub(crate) async fn enter(
    inner: &Inner,
    actor: &Actor,
    proven: Proven,
) -> Result<Begun<SignedIn>, Error> {
    let (row, given) = session::New::make(inner)?.split();
    let instead_of = actor.subject.account().zip(actor.session);
    let (found, subject) = inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                proven.take(tx).await?;
                let found = account::find(tx.db(), proven.account).await?;
                let found = found.ok_or(Refusal::WrongCredentials)?;
                account::signed_in(tx.db(), found.id, tx.now().day()).await?;
                let previous = Some(found.last_sign_in);
                let subject = session::begin(tx, row, &found, previous, instead_of).await?;
                Ok((found, subject))
            })
        })
        .await?;
    let previous = Some(found.last_sign_in);
    let reply = reply(inner, found, previous, &given, subject.lacks_factor())?;
    Ok(Begun {
        reply,
        token: given.token,
    })
}

/// What a client is told of its new session.
pub(crate) fn reply(
    inner: &Inner,
    found: Account,
    previous: Option<Day>,
    given: &session::Given,
    factor_missing: bool,
) -> Result<SignedIn, Error> {
    let key_wrap = inner.safe.open(
        "account",
        "key_wrap_sealed",
        found.id.as_bytes(),
        &found.key_wrap_sealed,
    )?;
    Ok(SignedIn {
        account: found.id,
        kind: found.kind,
        key_wrap: key_wrap.to_vec().into(),
        vault: found.vault.into(),
        share: given.share.to_vec().into(),
        previous,
        factor_missing,
    })
}

/// A wrong guess uses its login up as well: one guess a start.
async fn use_up(inner: &Inner, login: LoginId, expires: Timestamp) -> Result<(), Error> {
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                if account::use_login(tx.db(), login, expires).await? {
                    Ok(())
                } else {
                    Err(Refusal::SignInExpired.into())
                }
            })
        })
        .await
}

fn open_record(inner: &Inner, of: AccountId, sealed: &[u8]) -> Result<Record, Error> {
    let record = inner
        .safe
        .open("account", "record_sealed", of.as_bytes(), sealed)?;
    Record::from_slice(&record).map_err(|source| Error::internal("reading a record", source))
}

/// What the server must know at the second step:
/// `expires 8 | known 1 | account 16 | login state 128`, after the login's id in clear.
struct Travelling {
    expires: Timestamp,
    account: Option<AccountId>,
    state: LoginState,
}

impl Travelling {
    fn seal(self, inner: &Inner, login: LoginId) -> Result<Vec<u8>, Error> {
        let state = self
            .state
            .to_secret()
            .map_err(|source| Error::internal("keeping a login", source))?;
        let account = self.account.map_or([0; 16], |id| *id.as_bytes());
        let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(160));
        plain.extend(self.expires.0.to_be_bytes());
        plain.push(u8::from(self.account.is_some()));
        plain.extend(account);
        plain.extend(state.expose());
        let mut sealed = login.as_bytes().to_vec();
        sealed.extend(inner.safe.seal(TABLE, COLUMN, login.as_bytes(), &plain)?);
        Ok(sealed)
    }

    /// Whatever was not sealed here, or was changed, is a sign-in that has expired.
    fn open(inner: &Inner, bytes: &[u8]) -> Result<(LoginId, Self), Refusal> {
        let expired = Refusal::SignInExpired;
        let (login, sealed) = bytes.split_first_chunk().ok_or(expired.clone())?;
        let plain = inner
            .safe
            .open(TABLE, COLUMN, login, sealed)
            .map_err(|_| expired.clone())?;
        let (expires, rest) = plain.split_first_chunk().ok_or(expired.clone())?;
        let (known, rest) = rest.split_first().ok_or(expired.clone())?;
        let (account, state) = rest.split_first_chunk().ok_or(expired.clone())?;
        let travelling = Self {
            expires: Timestamp(i64::from_be_bytes(*expires)),
            account: (*known == 1).then(|| AccountId::from_bytes(*account)),
            state: LoginState::from_slice(state).map_err(|_| expired)?,
        };
        Ok((LoginId::from_bytes(*login), travelling))
    }
}
