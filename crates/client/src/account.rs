//! Accounts: making one, signing in, coming back after a reload, signing out.

use std::rc::Rc;

use base64ct::{Base64Unpadded, Encoding as _};
use crypto::Secret;
use crypto::account::AccountKey;
use crypto::invitation::InvitationKey;
use crypto::keywrap::{KeyWrap, Purpose, split_ikm};
use crypto::random::{CryptoRng, make_bytes};
use crypto::recovery::RecoverySecret;
use domain::account::{
    ChangePassword, ChangePasswordStart, Confirmation, Consent, DeleteAccount, EndSessions,
    ListSessions, ListedSession, Reference, RegisterFinish, RegisterStart, ResumeSession,
    Secretive, SignInFinish, SignInStart, SignOut, SignedIn, UserName,
};
use domain::factor::{Confirm, FinishSignIn};
use domain::id::{AccountId, InvitationId, SessionHandle};
use domain::invitation::Accepting;
use domain::words::Words;
use domain::work::Purpose as WorkFor;
use domain::{Blob, Refusal};
use zeroize::Zeroizing;

use crate::call::call;
use crate::device;
use crate::error::Error;
use crate::factor::pass;
use crate::job::{self, Done, Finish, Job};
use crate::recovery;
use crate::session::{Client, Session};
use crate::trust::Pins;
use crate::vault::Content;
use crate::work::{Place, call_with_work};
use crate::world::{World, tab_keys};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Who.
    pub user_name: UserName,
    /// The password, NFC, checked by [`domain::password::check`].
    pub password: Secretive,
    /// Seekers: the consent. Staff: none.
    pub consent: Option<Consent>,
    /// Staff: the invitation, and the key that its code became; the operator's own has none. Seekers: none.
    pub invitation: Option<(InvitationId, Option<Rc<InvitationKey>>)>,
    /// The recovery code; the server is not given it.
    pub code: Rc<RecoverySecret>,
    /// Seekers: what their link named; it is only counted.
    pub reference: Option<Reference>,
    /// What was verified before there was an account; begins the vault.
    pub pins: Pins,
}

/// Makes an account and signs in. A registration whose answer was lost is found again by signing
/// in with the same name and password: see [`crate::registration`].
///
/// # Errors
/// [`Refusal::UserNameTaken`], [`Refusal::ConsentOutdated`], [`Refusal::InvitationInvalid`], or as
/// [`call`].
pub async fn register<W: World>(client: &Client<W>, new: NewAccount) -> Result<Session<W>, Error> {
    let rng = &mut client.world().random();
    let user_name = Secretive(new.user_name.as_str().to_owned());
    let account = AccountId::from_bytes(make_bytes(rng));
    let key = AccountKey::make(rng);
    let (setting, request) = Setting::start(client, user_name.clone(), new.password).await?;
    let start = RegisterStart {
        user_name: user_name.clone(),
        request,
        work: None,
    };
    let place: Place<RegisterStart> = |start| &mut start.work;
    let started = call_with_work(client, WorkFor::Registration, start, place).await?;
    let password = setting
        .finish(client, started.response, account, &key)
        .await?;
    let content = Content::make(rng, client.world().now().day(), user_name.clone(), new.pins);
    let identity = content.identity(client.platform(), account)?;
    let invitation = match new.invitation {
        Some((id, key)) => Some(Accepting {
            id,
            answer: match key {
                Some(key) => Blob::from(&key.answer(&identity)?[..]),
                None => Blob::default(),
            },
        }),
        None => None,
    };
    let finish = RegisterFinish {
        user_name,
        record: password.record,
        identity: Blob::from(identity.as_bytes()),
        key_wrap: password.key_wrap,
        vault: content.seal(rng, &key, client.platform(), account, 1)?,
        consent: new.consent,
        invitation,
        work: Some(started.work),
        code: recovery::new_code(rng, &new.code, account, &key)?,
        reference: new.reference,
    };
    let signed_in = call(client.transport(), finish).await?;
    if signed_in.account != account {
        return Err(Error::Damaged);
    }
    begin(client, signed_in, key)
}

/// Signs in; where there is a second factor the person is asked for it. Unknown names and wrong passwords are refused
/// alike.
///
/// # Errors
/// [`Refusal::WrongCredentials`]; [`Refusal::FactorNeeded`] if the person shows none; or as [`call`].
pub async fn sign_in<W: World>(
    client: &Client<W>,
    user_name: &UserName,
    password: Secretive,
) -> Result<Session<W>, Error> {
    let user_name = Secretive(user_name.as_str().to_owned());
    let (proven, export_key) = prove(client, user_name, password.clone()).await?;
    let Confirmation { state, finish } = proven;
    let first = call(client.transport(), SignInFinish { state, finish }).await;
    let again = async |shown| call(client.transport(), FinishSignIn { shown }).await;
    let signed_in = pass(client, first, again).await?;
    let wrap = KeyWrap::decode(signed_in.key_wrap.as_slice())?;
    let key = wrap.open(Purpose::Password, &signed_in.account, &export_key)?;
    let session = begin(client, signed_in, key)?;
    device::welcome(&session, password).await?;
    Ok(session)
}

/// All of a sign-in but its last step; with it comes what opens the key wrap.
pub(crate) async fn prove<W: World>(
    client: &Client<W>,
    user_name: Secretive,
    password: Secretive,
) -> Result<(Confirmation, Zeroizing<Vec<u8>>), Error> {
    let world = client.world();
    let start = Job::SignInStart {
        password: password.clone(),
    };
    let (kept, request) = first_step(job::run(world, &start).await?)?;
    let start = SignInStart {
        user_name: user_name.clone(),
        request,
        work: None,
    };
    let place: Place<SignInStart> = |start| &mut start.work;
    let answer = call_with_work(client, WorkFor::SignIn, start, place).await?;
    let finish = Job::SignInFinish(Finish {
        password,
        state: kept,
        response: answer.response,
        user_name,
        platform: client.platform().id,
    });
    let Done::Finished { upload, export_key } = job::run(world, &finish).await? else {
        return Err(Error::Refused(Refusal::WrongCredentials));
    };
    let confirmation = Confirmation {
        state: answer.state,
        finish: upload,
    };
    Ok((confirmation, Zeroizing::new(export_key.into_vec())))
}

/// The person who is signed in has typed the password again, and shown the second factor if there is one: allows one
/// thing, within five minutes.
///
/// # Errors
/// [`Refusal::WrongCredentials`]; [`Refusal::FactorNeeded`] if the person shows none; or as [`call`].
pub(crate) async fn confirm<W: World>(
    session: &Session<W>,
    password: Secretive,
) -> Result<Confirmation, Error> {
    let client = session.client();
    let (proven, _) = prove(client, session.user_name(), password).await?;
    let first = call(client.transport(), Confirm::Password(proven)).await;
    let again = async |shown| call(client.transport(), Confirm::Factor(shown)).await;
    let confirmed = pass(client, first, again).await?;
    Ok(Confirmation {
        state: confirmed.state,
        finish: Blob::default(),
    })
}

/// A password that is being set: what is kept between the two steps of OPAQUE's registration.
pub(crate) struct Setting {
    password: Secretive,
    user_name: Secretive,
    state: Blob,
}

/// A password that is about to be set: the server's record of it, and the account key under it.
pub(crate) struct NewPassword {
    pub(crate) record: Blob,
    pub(crate) key_wrap: Blob,
}

impl Setting {
    /// First step; gives what the server is to be asked.
    pub(crate) async fn start<W: World>(
        client: &Client<W>,
        user_name: Secretive,
        password: Secretive,
    ) -> Result<(Self, Blob), Error> {
        let start = Job::RegisterStart {
            password: password.clone(),
        };
        let (state, request) = first_step(job::run(client.world(), &start).await?)?;
        let setting = Self {
            password,
            user_name,
            state,
        };
        Ok((setting, request))
    }

    /// Last step, with the server's answer.
    pub(crate) async fn finish<W: World>(
        self,
        client: &Client<W>,
        response: Blob,
        account: AccountId,
        key: &AccountKey,
    ) -> Result<NewPassword, Error> {
        let world = client.world();
        let finish = Job::RegisterFinish(Finish {
            password: self.password,
            state: self.state,
            response,
            user_name: self.user_name,
            platform: client.platform().id,
        });
        let Done::Finished { upload, export_key } = job::run(world, &finish).await? else {
            return Err(Error::Damaged);
        };
        let export_key = Zeroizing::new(export_key.into_vec());
        let rng = &mut world.random();
        let wrap = KeyWrap::seal(rng, Purpose::Password, &account, &export_key, key)?;
        Ok(NewPassword {
            record: upload,
            key_wrap: Blob::from(&wrap.as_bytes()[..]),
        })
    }
}

/// Sets another password; all other sessions of the account end. May be repeated after any error
/// (`again`): then the new password counts as the one before, too.
///
/// # Errors
/// [`Refusal::WrongCredentials`] for the password before; or as [`call`]. After
/// [`Error::Unreachable`] either of them may be the one that counts.
pub async fn change_password<W: World>(
    session: &Session<W>,
    before: Secretive,
    password: Secretive,
    again: bool,
) -> Result<(), Error> {
    match set_password(session, before, password.clone()).await {
        Err(Error::Refused(Refusal::WrongCredentials)) if again => {
            set_password(session, password.clone(), password).await
        }
        done => done,
    }
}

async fn set_password<W: World>(
    session: &Session<W>,
    before: Secretive,
    password: Secretive,
) -> Result<(), Error> {
    let new = next_password(session, password, session.key()).await?;
    let change = ChangePassword {
        // Last: it is good for a minute.
        confirmation: confirm(session, before).await?,
        record: new.record,
        key_wrap: new.key_wrap,
    };
    call(session.client().transport(), change).await?;
    session.keep_no_more();
    device::leave(session.client()).await;
    Ok(())
}

/// What the server is to know of the account's next password, and `key` under it.
pub(crate) async fn next_password<W: World>(
    session: &Session<W>,
    password: Secretive,
    key: &AccountKey,
) -> Result<NewPassword, Error> {
    let client = session.client();
    let (setting, request) = Setting::start(client, session.user_name(), password).await?;
    let started = call(client.transport(), ChangePasswordStart { request }).await?;
    let account = session.account();
    setting.finish(client, started.response, account, key).await
}

/// Comes back after a reload, without asking for anything; `None` if this tab has no session or
/// the session has ended.
///
/// # Errors
/// As [`call`]; without a connection the tab keeps what it needs for the next try.
pub async fn resume<W: World>(client: &Client<W>) -> Result<Option<Session<W>>, Error> {
    let tab = client.world().tab();
    let Some((share, wrap)) = tab.get(tab_keys::UNLOCK).as_deref().and_then(read_unlock) else {
        return Ok(None);
    };
    let resumed = match call(client.transport(), ResumeSession {}).await {
        Ok(resumed) => resumed,
        Err(error @ Error::Refused(Refusal::TooMany { .. })) => return Err(error),
        Err(Error::Refused(_)) => {
            tab.remove(tab_keys::UNLOCK);
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let server_share = Secret::from_slice(resumed.share.as_slice()).ok_or(Error::Damaged)?;
    let both = split_ikm(&share, &server_share);
    let Ok(key) = wrap.open(Purpose::Tab, &resumed.account, both.expose()) else {
        // Another account's session in the same browser: this tab's share is dead.
        tab.remove(tab_keys::UNLOCK);
        return Ok(None);
    };
    let session = Session::open(
        client.clone(),
        resumed.account,
        resumed.kind,
        key,
        &resumed.vault,
    )?;
    device::attach(&session).await?;
    let session = session.came_back(resumed.previous, false);
    Ok(Some(session.limited(resumed.factor_missing)))
}

/// Signs out: first the tab and the own device forget everything, then the server its share.
///
/// # Errors
/// As [`call`]; the tab has forgotten in any case.
pub async fn sign_out<W: World>(client: &Client<W>) -> Result<(), Error> {
    client.world().tab().clear();
    let own = client.is_own();
    // Somebody else's own device is not this session's to empty.
    let keep = device::leave(client).await || own;
    call(client.transport(), SignOut { keep }).await.map(drop)
}

/// Deletes the own account and everything in it at once; the tab forgets it, too.
///
/// # Errors
/// [`Refusal::WrongCredentials`]; [`Refusal::NotAllowed`] for staff; or as [`call`].
pub async fn delete<W: World>(session: &Session<W>, password: Secretive) -> Result<(), Error> {
    let request = DeleteAccount {
        confirmation: confirm(session, password).await?,
    };
    call(session.client().transport(), request).await?;
    session.client().world().tab().clear();
    session.keep_no_more();
    device::leave(session.client()).await;
    Ok(())
}

/// Where the account is signed in: this session first, then those used last.
///
/// # Errors
/// As [`call`].
pub async fn list_sessions<W: World>(client: &Client<W>) -> Result<Vec<ListedSession>, Error> {
    call(client.transport(), ListSessions {}).await
}

/// Ends one session of the own account, or all but this one. One that has ended meanwhile is no
/// error.
///
/// # Errors
/// As [`call`].
pub async fn end_sessions<W: World>(
    client: &Client<W>,
    session: Option<SessionHandle>,
) -> Result<(), Error> {
    match call(client.transport(), EndSessions { session }).await {
        Ok(_) | Err(Error::Refused(Refusal::NotFound)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A user name to offer: two words and two digits.
#[must_use]
pub fn suggest_user_name(rng: &mut impl CryptoRng, words: &Words) -> String {
    let [a, b, c, d, digits] = make_bytes::<5>(rng);
    let word = |high, low| words.word(u16::from_be_bytes([high, low]));
    // 200 of 256 values, so that every pair of digits is equally likely.
    match digits {
        0..200 => format!("{}-{}{:02}", word(a, b), word(c, d), digits % 100),
        _ => suggest_user_name(rng, words),
    }
}

/// A passphrase to offer: five words, 55 random bits.
#[must_use]
pub fn suggest_passphrase(rng: &mut impl CryptoRng, words: &Words) -> String {
    crypto::fingerprint::make_passphrase(rng)
        .map(|number| words.word(number))
        .join(" ")
}

fn first_step(done: Done) -> Result<(Blob, Blob), Error> {
    match done {
        Done::Started { state, request } => Ok((state, request)),
        _ => Err(Error::Worker),
    }
}

/// Keeps what a reload needs: a random share and the account key under both shares.
pub(crate) fn begin<W: World>(
    client: &Client<W>,
    signed_in: SignedIn,
    key: AccountKey,
) -> Result<Session<W>, Error> {
    let SignedIn {
        account,
        kind,
        vault,
        share,
        previous,
        factor_missing,
        ..
    } = signed_in;
    let session = Session::open(client.clone(), account, kind, key, &vault)?;
    keep_unlock(client, account, session.key(), &share)?;
    let session = session.limited(factor_missing);
    Ok(session.came_back(previous, true))
}

/// Keeps in the tab what opens the account key together with the server's `share`.
pub(crate) fn keep_unlock<W: World>(
    client: &Client<W>,
    account: AccountId,
    key: &AccountKey,
    share: &Blob,
) -> Result<(), Error> {
    let world = client.world();
    let rng = &mut world.random();
    let server_share = Secret::from_slice(share.as_slice()).ok_or(Error::Damaged)?;
    let own_share = Secret::make(rng);
    let both = split_ikm(&own_share, &server_share);
    let wrap = KeyWrap::seal(rng, Purpose::Tab, &account, both.expose(), key)?;
    let unlock = Zeroizing::new([&own_share.expose()[..], wrap.as_bytes()].concat());
    world.tab().set(
        tab_keys::UNLOCK,
        &Base64Unpadded::encode_string(unlock.as_slice()),
    );
    Ok(())
}

fn read_unlock(text: &str) -> Option<(Secret<32>, KeyWrap)> {
    let bytes = Zeroizing::new(Base64Unpadded::decode_vec(text).ok()?);
    let (share, wrap) = bytes.split_at_checked(32)?;
    Some((Secret::from_slice(share)?, KeyWrap::decode(wrap).ok()?))
}
