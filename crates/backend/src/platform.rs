//! Setting a platform up: used by the command line, never by HTTP.

use std::sync::Arc;

use crypto::trust::{Admin, AdminList};
use crypto::{Digest, Secret, Signed, SigningKey, Unverified, VerifyingKey};
use domain::Refusal;
use domain::account::{AccountKind, UserName};
use domain::agency::Roles;
use domain::id::{AccountId, AssociationId, InvitationId, PlatformId};
use domain::invitation::LASTS;

use crate::check::{first, identity, platform_fault};
use crate::config::{Config, Dice, Purpose, ServerKey};
use crate::error::{Error, OpenError};
use crate::factor::current_code;
use crate::seal::{self, Safe};
use crate::secrets::Secrets;
use crate::store::invitation::{self, Invitation};
use crate::store::{account, agency, platform, sealed};
use crate::{Backend, open};

/// What `trust.json` holds.
#[derive(Debug, Clone, Copy)]
pub struct Trust {
    /// Which platform.
    pub platform_id: PlatformId,
    /// The platform root's public key.
    pub root_public_key: VerifyingKey,
}

/// The platform root's seed.
pub type RootSeed = Secret<32>;

/// A platform was made.
#[derive(Debug)]
pub struct Initialised {
    /// What `trust.json` holds.
    pub trust: Trust,
    /// The platform root's seed: the caller writes it where it can be taken offline. It is kept
    /// nowhere else.
    pub root_seed: Secret<32>,
}

/// Brings the schemas to this version's.
///
/// # Errors
/// [`OpenError::Database`], [`OpenError::SchemaTooNew`].
pub async fn migrate(config: &Config) -> Result<(), OpenError> {
    open::stores(config, &Arc::default()).await?.close().await;
    Ok(())
}

/// Makes a platform in an empty database (migrating it first): platform id, platform root, sealed
/// server secrets, and whether it is a demonstration.
///
/// # Errors
/// [`OpenError::AlreadyInitialised`], [`OpenError::SchemaTooNew`], [`OpenError::Database`].
pub async fn init(config: &Config) -> Result<Initialised, OpenError> {
    let stores = open::stores(config, &Arc::default()).await?;
    let made = make(config, &stores).await;
    stores.close().await;
    made
}

async fn make(config: &Config, stores: &open::Stores) -> Result<Initialised, OpenError> {
    if platform::value(stores.main.read(), platform::ID)
        .await?
        .is_some()
    {
        return Err(OpenError::AlreadyInitialised);
    }
    let mut dice = Dice(config.random.as_ref());
    let platform_id = PlatformId::from_bytes(dice.bytes());
    let root = SigningKey::make(&mut dice);
    let trust = Trust {
        platform_id,
        root_public_key: root.verifying_key(),
    };
    let safe = Safe::new(&config.server_key, seal::FIRST, Arc::clone(&config.random));
    let demonstration = u8::from(config.purpose == Purpose::Demonstration);
    let mut values = Secrets::make_sealed(&safe, &platform_id, config.random.as_ref())?;
    values.extend([
        (platform::ID, platform_id.as_bytes().to_vec()),
        (platform::ROOT, trust.root_public_key.as_bytes().to_vec()),
        (platform::DEMONSTRATION, vec![demonstration]),
    ]);
    stores
        .main
        .write(move |tx| Box::pin(async move { Ok(platform::insert(tx.db(), values).await?) }))
        .await?;
    Ok(Initialised {
        trust,
        root_seed: Secret::from_bytes(*root.expose()),
    })
}

/// Whether the configuration's server key is the one under which the platform's secrets are sealed.
///
/// # Errors
/// [`OpenError`], but not for another key.
pub async fn is_key(config: &Config) -> Result<bool, OpenError> {
    let stores = open::stores(config, &Arc::default()).await?;
    let opened = opened(config, &stores).await;
    stores.close().await;
    match opened {
        Ok(_) => Ok(true),
        Err(OpenError::WrongKey) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The safe of the configuration's key, which opens the platform's secrets, and the key's number.
async fn opened(config: &Config, stores: &open::Stores) -> Result<(Safe, u16), OpenError> {
    let db = stores.main.read();
    let trust = open::trust(db).await?;
    let number = open::key_number(db).await?;
    let safe = Safe::new(&config.server_key, number, Arc::clone(&config.random));
    Secrets::open(db, &safe, &trust.platform_id, config.random.as_ref()).await?;
    Ok((safe, number))
}

/// What the app of somebody in a demonstration shows now: its second factors are nobody's secret. Reads only, also
/// beside a program that serves it.
///
/// # Errors
/// [`OpenError::NotDemonstration`]; [`OpenError::WrongKey`]. None is said of who is not there, or has no app.
pub async fn demo_code(config: &Config, name: &UserName) -> Result<Option<String>, OpenError> {
    let stores = open::stores(config, &Arc::default()).await?;
    let code = code_of(config, &stores, name).await;
    stores.close().await;
    code
}

async fn code_of(
    config: &Config,
    stores: &open::Stores,
    name: &UserName,
) -> Result<Option<String>, OpenError> {
    let db = stores.main.read();
    if platform::value(db, platform::DEMONSTRATION).await? != Some(vec![1]) {
        return Err(OpenError::NotDemonstration);
    }
    let (safe, _) = opened(config, stores).await?;
    let id = open::trust(db).await?.platform_id;
    let secrets = Secrets::open(db, &safe, &id, config.random.as_ref()).await?;
    let found = account::find_by_name(db, &secrets.name_lookup(name)?).await?;
    let Some(found) = found else { return Ok(None) };
    Ok(current_code(db, &safe, found.id, config.clock.now()).await?)
}

/// Exchanges the server key: everything sealed is sealed anew under `next`, in one transaction, and counted. The OPRF's
/// seed, `k_cred` and `k_name` stay what they are (crypto.md 3.12). Nothing may serve the platform meanwhile.
///
/// # Errors
/// [`OpenError::WrongKey`] if the configuration's key is not the one of before; then nothing was changed.
pub async fn rotate_key(config: &Config, next: &ServerKey) -> Result<u64, OpenError> {
    let stores = open::stores(config, &Arc::default()).await?;
    let done = exchange(config, &stores, next).await;
    stores.close().await;
    done
}

async fn exchange(
    config: &Config,
    stores: &open::Stores,
    next: &ServerKey,
) -> Result<u64, OpenError> {
    let (before, number) = opened(config, stores).await?;
    let id = open::trust(stores.main.read()).await?.platform_id;
    let number = number.checked_add(1).ok_or(OpenError::WrongKey)?;
    let after = Safe::new(next, number, Arc::clone(&config.random));
    let count = stores
        .main
        .write(move |tx| {
            Box::pin(async move {
                let again = |table: &str, column: &str, row: &[u8], value: &[u8]| {
                    let value = before.open(table, column, row, value)?;
                    after.seal(table, column, row, &value)
                };
                sealed::reseal(tx.db(), id.as_bytes(), &again).await
            })
        })
        .await?;
    Ok(count)
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
    let root = SigningKey::from_bytes(*root_seed.expose());
    if root.verifying_key() != trust.root_public_key {
        return Err(Refusal::SignatureInvalid.into());
    }
    backend
        .0
        .store
        .write(move |tx| {
            Box::pin(async move {
                let found = account::find(tx.db(), account).await?;
                let found = found.filter(|found| found.kind == AccountKind::Staff);
                let found = found.ok_or(Refusal::NotFound)?;
                let identity = identity(&trust.platform_id, &found.identity)?;
                let next_head = match agency::newest_head(tx.db()).await? {
                    Some((seq, _)) => seq + 1,
                    None => 1,
                };
                let mut list = next_list(tx.db(), &trust).await?;
                let active = |admin: &Admin| admin.may_sign(next_head);
                if list
                    .admins
                    .iter()
                    .any(|admin| admin.account == account && active(admin))
                {
                    return Err(Refusal::IdTaken.into());
                }
                let last = list.admins.last().map_or(0, |admin| admin.serial);
                list.admins.push(Admin {
                    serial: last + 1,
                    account,
                    identity_hash: identity.digest(),
                    sig_key: identity.sig_key,
                    from_head: next_head,
                    until_head: Admin::NOT_RETIRED,
                });
                let accounts: Vec<_> = list
                    .admins
                    .iter()
                    .filter(|admin| active(admin))
                    .map(|admin| admin.account)
                    .collect();
                let seq = list.seq;
                let list = Signed::sign(list, &trust.platform_id, &root)
                    .map_err(|source| Error::internal("signing an admin list", source))?;
                let list = list.as_bytes().to_vec();
                let appended = platform::append_admin_list(tx.db(), seq, list, &accounts).await;
                first(appended, Refusal::VersionOutdated)
            })
        })
        .await
}

/// The newest list as the beginning of the next.
async fn next_list(db: &impl sea_orm::ConnectionTrait, trust: &Trust) -> Result<AdminList, Error> {
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
    let id = InvitationId::from_bytes(Dice(backend.0.random.as_ref()).bytes());
    backend
        .0
        .store
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
