//! Opening the stores of a platform.

use std::sync::Arc;

use crypto::VerifyingKey;
use domain::id::PlatformId;
use domain::time::Timestamp;
use migrations::{Migrator, WrapsMigrator};

use crate::config::{Config, Database, Purpose};
use crate::error::OpenError;
use crate::live::hub::Hub;
use crate::platform::Trust;
use crate::seal::Safe;
use crate::secrets::Secrets;
use crate::store::db::Reading;
use crate::store::{Store, connect, platform};
use crate::{Backend, Inner, conversation};

/// The main database and the wrap store, migrated.
pub(crate) struct Stores {
    pub(crate) main: Store,
    pub(crate) wraps: Store,
}

impl Stores {
    pub(crate) async fn close(&self) {
        self.main.close().await;
        self.wraps.close().await;
    }
}

/// Opens both stores and brings their schemas to this version.
pub(crate) async fn stores(config: &Config, hub: &Arc<Hub>) -> Result<Stores, OpenError> {
    let main = match &config.database {
        Database::Sqlite(path) => {
            let (writer, readers) = connect::sqlite::<Migrator>(path).await?;
            Store::single(writer, readers, Arc::clone(&config.clock), Arc::clone(hub))?
        }
        Database::Postgres(url) => {
            let pool = connect::postgres(url).await?;
            connect::migrate(&pool).await?;
            Store::many(
                pool,
                config.cluster,
                Arc::clone(&config.clock),
                Arc::clone(hub),
            )
        }
    };
    let (writer, readers) = connect::sqlite::<WrapsMigrator>(&config.wraps).await?;
    // Nobody listens for wraps.
    let wraps = Store::single(writer, readers, Arc::clone(&config.clock), Arc::default())?;
    Ok(Stores { main, wraps })
}

pub(crate) async fn backend(config: Config) -> Result<Backend, OpenError> {
    let hub = Arc::<Hub>::default();
    let stores = stores(&config, &hub).await?;
    match assemble(config, &stores, hub).await {
        Ok(inner) => {
            let inner = Arc::new(inner);
            tokio::spawn(clean_up(Arc::clone(&inner), inner.clock.now()));
            Ok(Backend(inner))
        }
        Err(error) => {
            stores.close().await;
            Err(error)
        }
    }
}

/// Finishes what the last process could not; nobody waits for it.
async fn clean_up(inner: Arc<Inner>, start: Timestamp) {
    let purged = conversation::purge(&inner).await;
    let swept = conversation::sweep(&inner, start).await;
    for error in [purged, swept].into_iter().filter_map(Result::err) {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "cleaning up after the last start"
        );
    }
}

async fn assemble(config: Config, stores: &Stores, hub: Arc<Hub>) -> Result<Inner, OpenError> {
    let db = stores.main.read();
    let trust = trust(db).await?;
    let demonstration = platform::value(db, platform::DEMONSTRATION).await? == Some(vec![1]);
    match (config.purpose, demonstration) {
        (Purpose::Real, true) => return Err(OpenError::IsDemonstration),
        (Purpose::Demonstration, false) => return Err(OpenError::NotDemonstration),
        _ => {}
    }
    let number = key_number(db).await?;
    let safe = Safe::new(&config.server_key, number, Arc::clone(&config.random));
    let secrets = Secrets::open(db, &safe, &trust.platform_id, config.random.as_ref()).await?;
    if let (true, Reading::Postgres(db)) = (config.cluster, db) {
        crate::live::cluster::listen(db, Arc::clone(&hub)).await?;
    }
    let works = crate::work::Issued::new(&config.limits, config.random.as_ref());
    let limits = crate::limits::Limiter::new(
        config.limits,
        Arc::clone(&config.clock),
        Arc::clone(&config.random),
    );
    Ok(Inner {
        passkeys: crate::factor::Passkeys::at(config.origin.as_deref()),
        limits,
        works,
        store: stores.main.clone(),
        wraps: stores.wraps.clone(),
        hub,
        safe,
        secrets,
        trust,
        purpose: config.purpose,
        clock: config.clock,
        random: config.random,
        tabs: crate::keys::Tabs::default(),
        topics: crate::topic::shipped()?,
        directory: crate::agency::directory::Cache::default(),
        retained: crate::deletion::Runs::default(),
    })
}

/// The number of the server key under which the platform's secrets are sealed.
pub(crate) async fn key_number(db: &Reading) -> Result<u16, OpenError> {
    let sealed = platform::value(db, platform::OPAQUE_SETUP).await?;
    let sealed = sealed.ok_or(OpenError::NotInitialised)?;
    crypto::seal::key_number(&sealed).map_err(|_| OpenError::WrongKey)
}

pub(crate) async fn trust(db: &Reading) -> Result<Trust, OpenError> {
    let id = platform::value(db, platform::ID)
        .await?
        .ok_or(OpenError::NotInitialised)?;
    let root = platform::value(db, platform::ROOT)
        .await?
        .ok_or(OpenError::NotInitialised)?;
    let damaged = |_| OpenError::Database("the platform's id is damaged".into());
    Ok(Trust {
        platform_id: PlatformId::from_bytes(id.as_slice().try_into().map_err(damaged)?),
        root_public_key: VerifyingKey::from_bytes(root.as_slice().try_into().map_err(damaged)?),
    })
}
