//! An own device and the server: signing in behind what is open already, and what both know.

use crypto::keywrap::{KeyWrap, Purpose};
use domain::account::{Secretive, SignInFinish};
use domain::factor::FinishSignIn;
use domain::{Blob, Refusal};

use super::{Head, open};
use crate::account::{keep_unlock, prove};
use crate::call::call;
use crate::device::VAULT;
use crate::error::{Error, Untrusted};
use crate::factor::pass;
use crate::session::Session;
use crate::vault::Content;
use crate::world::{DeviceStorage as _, World};

/// Signs in with the password that has opened the device. The session goes on; nothing of it is
/// older afterwards than the device knew.
///
/// # Errors
/// [`Refusal::WrongCredentials`] if the password or the account key is another one by now;
/// [`Untrusted::Rollback`] if the server's vault is older than the device's; or as
/// [`crate::account::sign_in`].
pub(crate) async fn arrive<W: World>(session: &Session<W>) -> Result<(), Error> {
    let Some(password) = session.password() else {
        return Ok(());
    };
    let (client, account) = (session.client(), session.account());
    let (proven, export_key) = prove(client, session.user_name(), password).await?;
    let finish = SignInFinish {
        state: proven.state,
        finish: proven.finish,
    };
    let first = call(client.transport(), finish).await;
    let again = async |shown| call(client.transport(), FinishSignIn { shown }).await;
    let signed_in = pass(client, first, again).await?;
    if signed_in.account != account {
        return Err(Error::Damaged);
    }
    let wrap = KeyWrap::decode(signed_in.key_wrap.as_slice())?;
    let key = wrap.open(Purpose::Password, &account, &export_key)?;
    // Everything anew, under the same password.
    if !key.matches(session.key()) {
        return Err(Error::Refused(Refusal::WrongCredentials));
    }
    session.merge_vault(&signed_in.vault)?;
    keep_unlock(client, account, session.key(), &signed_in.share)?;
    session.arrived(signed_in.previous, signed_in.factor_missing);
    Ok(())
}

/// The password is known not to open the account any more: it does not open the device either.
/// What lies there waits for a sign-in.
pub(crate) async fn lock<W: World>(session: &Session<W>) {
    let client = session.client();
    if let Some(mut head) = Head::load(client).await {
        head.wrap = None;
        // Where that cannot be written nothing else can.
        if head.store(client).await.is_err() {
            client.world().device().destroy().await;
        }
    }
}

/// Lets a session that has just begun keep what it knows, if this is its account's own device.
///
/// # Errors
/// [`Untrusted::Rollback`] if its vault is older than the device's.
pub(crate) async fn attach<W: World>(session: &Session<W>) -> Result<bool, Error> {
    let (client, account) = (session.client(), session.account());
    let Some(mut head) = Head::load(client).await else {
        return Ok(false);
    };
    if head.account != account {
        return Ok(false);
    }
    // What cannot be read is as good as nothing.
    let Ok(keeper) = open(client, &account, session.key()).await else {
        return Ok(false);
    };
    if !keeper.is_filled() {
        // Of another account key, or half made.
        client.world().device().destroy().await;
        return Ok(false);
    }
    if let Some(vault) = keeper.take(VAULT) {
        let platform = client.platform();
        let kept = Content::open(&Blob(vault), session.key(), platform, account);
        let (kept, version) = kept?;
        if version > session.vault_version() {
            return Err(Error::Untrusted(Untrusted::Rollback));
        }
        session.pin(&kept.changing.pins)?;
    }
    session.keep(keeper);
    head.opened = client.world().now().day();
    head.store(client).await.ok();
    Ok(true)
}

/// The same after a sign-in: from now on this password opens the device.
///
/// # Errors
/// As [`attach`].
pub(crate) async fn welcome<W: World>(
    session: &Session<W>,
    password: Secretive,
) -> Result<(), Error> {
    if attach(session).await?
        && let Ok(head) = Head::make(session, password).await
    {
        // As before, then.
        head.store(session.client()).await.ok();
    }
    Ok(())
}
