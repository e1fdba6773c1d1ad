//! An own device: what outlives the tab where somebody says that the device is theirs alone
//! (crypto.md 3.11, docs/adr/0431).
//!
//! Everything that lies there is a local record (type 14) under a key of the account's, but one
//! entry: whose device it is, and the account key under the password *and* a key that cannot be
//! taken out of the device. It opens without a server; [`crate::desk::Desk::run`] then signs in as
//! soon as there is a connection.

mod arrive;
mod keeper;

use crypto::Secret;
use crypto::account::AccountKey;
use crypto::keywrap::{KeyWrap, Purpose, split_ikm};
use crypto::random::make_bytes;
use domain::account::{AccountKind, Secretive};
use domain::id::AccountId;
use domain::time::Day;
use domain::{Blob, Refusal};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;
use zeroize::Zeroizing;

use crate::account::prove;
use crate::error::Error;
use crate::form::{from_cbor, to_cbor};
use crate::job::{self, Done, Job};
use crate::session::{Client, Session};
use crate::world::{DeviceStorage as _, World};

pub(crate) use arrive::{arrive, attach, lock, welcome};
pub(crate) use keeper::Keeper;

/// The entry that is no record.
const HEAD: &str = "head";
/// The record of the vault: keys, pins, settings, and the version that the server had.
pub(crate) const VAULT: &str = "vault";
/// Days without being opened, after which everything goes.
pub const UNOPENED: u32 = 30;

/// Whose device it is, and what opens it.
#[derive(Serialize, Deserialize)]
struct Head {
    account: AccountId,
    kind: AccountKind,
    salt: ByteArray<16>,
    /// Key wrap (type 02) of purpose `dev`; none once the password is known to be another one.
    wrap: Option<Blob>,
    /// The day on which it was opened last.
    opened: Day,
}

/// A device that somebody calls their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// Which face it belongs to.
    pub kind: AccountKind,
    /// Whether the password alone opens it. If not, only a sign-in does.
    pub opens: bool,
}

impl Head {
    async fn load<W: World>(client: &Client<W>) -> Option<Self> {
        let bytes = client.world().device().get(HEAD).await?;
        from_cbor(&bytes).ok()
    }

    async fn store<W: World>(&self, client: &Client<W>) -> Result<(), Error> {
        let entry = (HEAD.to_owned(), Some(to_cbor(self)?));
        Ok(client.world().device().write(&[entry]).await?)
    }

    /// For this account and password.
    async fn make<W: World>(session: &Session<W>, password: Secretive) -> Result<Self, Error> {
        let (client, account) = (session.client(), session.account());
        let rng = &mut client.world().random();
        let salt = make_bytes(rng);
        let ikm = ikm(client, password, salt).await?;
        let key = session.key();
        let wrap = KeyWrap::seal(rng, Purpose::Device, &account, ikm.expose(), key)?;
        Ok(Self {
            account,
            kind: session.kind(),
            salt: ByteArray::new(salt),
            wrap: Some(Blob::from(&wrap.as_bytes()[..])),
            opened: client.world().now().day(),
        })
    }
}

/// What opens a device: the password at Argon2id's cost, and what the device's own key says of the
/// salt.
async fn ikm<W: World>(
    client: &Client<W>,
    password: Secretive,
    salt: [u8; 16],
) -> Result<Secret<64>, Error> {
    let world = client.world();
    let stretch = Job::Stretch {
        password,
        salt: Blob::from(salt),
    };
    let Done::Stretched { key } = job::run(world, &stretch).await? else {
        return Err(Error::Worker);
    };
    let key = Zeroizing::new(key.into_vec());
    let stretched = Secret::from_slice(&key).ok_or(Error::Worker)?;
    let own = Secret::from_bytes(world.device().own_key(&salt).await?);
    Ok(split_ikm(&stretched, &own))
}

/// Whether this browser keeps something for somebody; nothing on a foreign device. What was not
/// opened for [`UNOPENED`] days is removed.
pub async fn find<W: World>(client: &Client<W>) -> Option<Marked> {
    let head = Head::load(client).await?;
    if client.world().now().day().since(head.opened) > UNOPENED {
        client.world().device().destroy().await;
        return None;
    }
    Some(Marked {
        kind: head.kind,
        opens: head.wrap.is_some(),
    })
}

/// Makes this the own device of whoever is signed in; [`crate::desk::Desk::own_device`] fills it.
///
/// # Errors
/// [`Refusal::WrongCredentials`]; [`Refusal::NotAllowed`] if it is somebody else's already;
/// [`Error::Storage`] where the browser keeps nothing; or as [`crate::call`].
pub(crate) async fn mark<W: World>(session: &Session<W>, password: Secretive) -> Result<(), Error> {
    let client = session.client();
    let before = Head::load(client).await;
    if before.is_some_and(|head| head.account != session.account()) {
        return Err(Error::Refused(Refusal::NotAllowed));
    }
    // Whoever sits here may have found the page open.
    prove(client, session.user_name(), password.clone()).await?;
    let device = client.world().device();
    device.create().await?;
    let begun = match Head::make(session, password).await {
        Ok(head) => head.store(client).await,
        Err(error) => Err(error),
    };
    if begun.is_err() {
        device.destroy().await;
        return begun;
    }
    session.keep(Keeper::new(session)?);
    Ok(())
}

/// Opens an own device without asking anybody. The session has no server yet: see
/// [`Session::is_away`].
///
/// # Errors
/// [`Refusal::WrongCredentials`]; [`Error::Storage`] if there is nothing to open;
/// [`Error::Damaged`] if what lies there is of no use; [`Error::Worker`].
pub async fn unlock<W: World>(
    client: &Client<W>,
    password: Secretive,
) -> Result<Session<W>, Error> {
    let mut head = Head::load(client).await.ok_or(Error::Storage)?;
    let wrap = head.wrap.as_ref().ok_or(Error::Storage)?;
    let wrap = KeyWrap::decode(wrap.as_slice())?;
    let account = head.account;
    let ikm = ikm(client, password.clone(), *head.salt).await?;
    let key = wrap.open(Purpose::Device, &account, ikm.expose());
    let key = key.map_err(|_| Refusal::WrongCredentials)?;
    let keeper = open(client, &account, &key).await?;
    let vault = Blob(keeper.take(VAULT).ok_or(Error::Damaged)?);
    let session = Session::open(client.clone(), account, head.kind, key, &vault)?;
    session.keep(keeper);
    session.go_away(password);
    head.opened = client.world().now().day();
    // If not today, then next time.
    head.store(client).await.ok();
    Ok(session)
}

/// All records that open under this key.
async fn open<W: World>(
    client: &Client<W>,
    account: &AccountId,
    key: &AccountKey,
) -> Result<Keeper, Error> {
    let entries = client.world().device().all().await?;
    let records = entries.into_iter().filter(|(name, _)| name != HEAD);
    Keeper::open(account, key, records)
}

/// Forgets everything that this browser keeps, whoever's it is.
pub async fn forget<W: World>(client: &Client<W>) {
    client.set_own(false);
    client.world().device().destroy().await;
}

/// The same, if it belongs to whoever is signed in here. Tells whether somebody else's stays.
pub(crate) async fn leave<W: World>(client: &Client<W>) -> bool {
    if client.is_own() {
        forget(client).await;
        return false;
    }
    Head::load(client).await.is_some()
}
