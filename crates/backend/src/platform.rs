//! Setting a platform up: used by the command line, never by HTTP.

use std::sync::Arc;

use crypto::{Secret, SigningKey, VerifyingKey};
use domain::account::UserName;
use domain::id::PlatformId;

use crate::config::{Config, Dice, Purpose, ServerKey};
use crate::error::OpenError;
use crate::factor::current_code;
use crate::open;
use crate::seal::{self, Safe};
use crate::secrets::Secrets;
use crate::store::{account, platform, sealed};

mod admins;

pub use admins::{certify_admin, certify_by_code, create_invitation, invite, retire_by_code};

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
