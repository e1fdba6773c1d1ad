//! The platform's admins: invited, certified and retired from the command line, with the root's seed. Also beside a
//! program that serves the platform.

use std::sync::Arc;

use crypto::fingerprint::Code;
use crypto::trust::{Admin, AdminList};
use crypto::{Digest, Secret, Signed, SigningKey, Unverified};
use domain::Refusal;
use domain::account::AccountKind;
use domain::agency::Roles;
use domain::id::{AccountId, AssociationId, InvitationId};
use domain::invitation::LASTS;
use sea_orm::ConnectionTrait;

use super::Trust;
use crate::check::{first, identity, platform_fault};
use crate::config::{Config, Dice, Random};
use crate::error::{Error, OpenError};
use crate::store::invitation::{self, Invitation};
use crate::store::{Store, Tx, account, agency, identity as identities, platform};
use crate::{Backend, open};

/// The eight words of a person's identity, as numbers.
type CodeWords = [u16; 8];

/// What the root says of somebody.
#[derive(Clone, Copy)]
enum Say {
    Certify,
    Retire,
}

/// Signs an admin list that adds `account`, valid from the next head on.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown staff account, [`Refusal::SignatureInvalid`] for another
/// root's seed, [`Refusal::IdTaken`] if the account is an admin already,
/// [`Refusal::VersionOutdated`] if another list was first.
pub async fn certify_admin(
    backend: &Backend,
    root_seed: &Secret<32>,
    account: AccountId,
) -> Result<(), Error> {
    let trust = backend.trust();
    let root = root(&trust, root_seed)?;
    sign(&backend.0.store, trust, root, account, Say::Certify).await
}

/// Lists whose identity has this code as platform admin, valid from the next head on.
///
/// # Errors
/// [`OpenError`]; inside, what [`certify_admin`] refuses: [`Refusal::NotFound`] if nobody has this code.
pub async fn certify_by_code(
    config: &Config,
    root_seed: &Secret<32>,
    code: CodeWords,
) -> Result<Result<(), Refusal>, OpenError> {
    by_code(config, root_seed, code, Say::Certify).await
}

/// Ends that somebody is platform admin: no head after the newest is theirs to sign.
///
/// # Errors
/// As [`certify_by_code`]; [`Refusal::NotFound`] also if nobody with this code is platform admin.
pub async fn retire_by_code(
    config: &Config,
    root_seed: &Secret<32>,
    code: CodeWords,
) -> Result<Result<(), Refusal>, OpenError> {
    by_code(config, root_seed, code, Say::Retire).await
}

async fn by_code(
    config: &Config,
    root_seed: &Secret<32>,
    code: CodeWords,
    say: Say,
) -> Result<Result<(), Refusal>, OpenError> {
    let stores = open::stores(config, &Arc::default()).await?;
    let done = find_and_sign(&stores.main, root_seed, code, say).await;
    stores.close().await;
    match done {
        Ok(()) => Ok(Ok(())),
        Err(Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error.into()),
    }
}

async fn find_and_sign(
    store: &Store,
    root_seed: &Secret<32>,
    code: CodeWords,
    say: Say,
) -> Result<(), Error> {
    let trust = open::trust(store.read()).await;
    let trust = trust.map_err(|source| Error::internal("reading the platform's root", source))?;
    let root = root(&trust, root_seed)?;
    for (account, record) in identities::of_staff(store.read()).await? {
        if Code::of_identity(&identity(&trust.platform_id, &record)?).words() == code {
            return sign(store, trust, root, account, say).await;
        }
    }
    Err(Refusal::NotFound.into())
}

fn root(trust: &Trust, seed: &Secret<32>) -> Result<SigningKey, Refusal> {
    let root = SigningKey::from_bytes(*seed.expose());
    if root.verifying_key() == trust.root_public_key {
        Ok(root)
    } else {
        Err(Refusal::SignatureInvalid)
    }
}

async fn sign(
    store: &Store,
    trust: Trust,
    root: SigningKey,
    account: AccountId,
    say: Say,
) -> Result<(), Error> {
    store
        .write(move |tx| Box::pin(async move { append(tx, &trust, &root, account, say).await }))
        .await
}

/// The next list, with this account added or retired.
async fn append(
    tx: &Tx,
    trust: &Trust,
    root: &SigningKey,
    account: AccountId,
    say: Say,
) -> Result<(), Error> {
    let found = account::find(tx.db(), account).await?;
    let found = found.filter(|found| found.kind == AccountKind::Staff);
    let found = found.ok_or(Refusal::NotFound)?;
    let identity = identity(&trust.platform_id, &found.identity)?;
    let next_head = match agency::newest_head(tx.db()).await? {
        Some((seq, _)) => seq + 1,
        None => 1,
    };
    let mut list = next_list(tx.db(), trust).await?;
    let active = |admin: &Admin| admin.may_sign(next_head);
    let mut all = list.admins.iter_mut();
    let known = all.find(|admin| admin.account == account && active(admin));
    match (say, known) {
        (Say::Certify, Some(_)) => return Err(Refusal::IdTaken.into()),
        (Say::Retire, None) => return Err(Refusal::NotFound.into()),
        (Say::Retire, Some(admin)) => admin.until_head = next_head,
        (Say::Certify, None) => {
            let last = list.admins.last().map_or(0, |admin| admin.serial);
            list.admins.push(Admin {
                serial: last + 1,
                account,
                identity_hash: identity.digest(),
                sig_key: identity.sig_key,
                from_head: next_head,
                until_head: Admin::NOT_RETIRED,
            });
        }
    }
    let accounts = list.admins.iter().filter(|admin| active(admin));
    let accounts: Vec<_> = accounts.map(|admin| admin.account).collect();
    let seq = list.seq;
    let list = Signed::sign(list, &trust.platform_id, root)
        .map_err(|source| Error::internal("signing an admin list", source))?;
    let list = list.as_bytes().to_vec();
    let appended = platform::append_admin_list(tx.db(), seq, list, &accounts).await;
    first(appended, Refusal::VersionOutdated)
}

/// The newest list as the beginning of the next.
async fn next_list(db: &impl ConnectionTrait, trust: &Trust) -> Result<AdminList, Error> {
    let Some(newest) = platform::newest_admin_list(db).await? else {
        return Ok(AdminList {
            seq: 1,
            prev_hash: Digest::ZERO,
            admins: Vec::new(),
        });
    };
    let newest = Unverified::<AdminList>::decode(&newest)
        .map_err(platform_fault)?
        .verify(&trust.platform_id, &trust.root_public_key)
        .map_err(platform_fault)?;
    Ok(AdminList {
        seq: newest.seq + 1,
        prev_hash: newest.digest(),
        admins: newest.admins.clone(),
    })
}

/// Invites somebody to a staff account, for 72 hours, once.
///
/// # Errors
/// [`Error::Internal`] only.
pub async fn create_invitation(
    backend: &Backend,
    association: Option<AssociationId>,
) -> Result<InvitationId, Error> {
    store_invitation(&backend.0.store, backend.0.random.as_ref(), association).await
}

/// The same from the command line: for somebody who is to become platform admin.
///
/// # Errors
/// [`OpenError`].
pub async fn invite(config: &Config) -> Result<InvitationId, OpenError> {
    let stores = open::stores(config, &Arc::default()).await?;
    // Not for a folder in which there is no platform.
    let stored = match open::trust(stores.main.read()).await {
        Ok(_) => store_invitation(&stores.main, config.random.as_ref(), None)
            .await
            .map_err(OpenError::from),
        Err(error) => Err(error),
    };
    stores.close().await;
    stored
}

async fn store_invitation(
    store: &Store,
    random: &dyn Random,
    association: Option<AssociationId>,
) -> Result<InvitationId, Error> {
    let id = InvitationId::from_bytes(Dice(random).bytes());
    store
        .write(move |tx| {
            Box::pin(async move {
                let row = Invitation {
                    id,
                    association,
                    post: None,
                    account: None,
                    roles: Roles::default(),
                    name: String::new(),
                    offer: None,
                    expires: Some(tx.now().plus(LASTS)),
                };
                Ok(invitation::insert(tx.db(), row).await?)
            })
        })
        .await?;
    Ok(id)
}
