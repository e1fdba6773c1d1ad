//! The data folder: database, wrap store, server key, the platform's own site, configuration.

use crate::fault::Fault;
use crate::site;
use backend::{Config, Database, Purpose, ServerKey, platform};
use domain::trust::TrustFile;
use std::fs;
use std::path::{Path, PathBuf};

/// A data folder; nothing in it is touched by making this.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `trust.json` and the shells.
    #[must_use]
    pub fn site(&self) -> PathBuf {
        self.0.join("site")
    }

    /// The configuration, if the operator wrote one.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.0.join("beistand.toml")
    }

    /// The platform root's seed, until it is taken offline.
    #[must_use]
    pub fn root_seed(&self) -> PathBuf {
        self.0.join("platform-root.seed")
    }

    /// The server key: systemd's credential of that name, if there is one, else the folder's.
    #[must_use]
    pub fn server_key(&self) -> PathBuf {
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        credentials
            .map(|credentials| credentials.join(SERVER_KEY))
            .filter(|credential| credential.exists())
            .unwrap_or_else(|| self.0.join(SERVER_KEY))
    }

    /// The folder's own key file, where it really lies.
    ///
    /// # Errors
    /// If there is none.
    pub fn own_server_key(&self) -> Result<PathBuf, Fault> {
        let path = self.0.join(SERVER_KEY);
        fs::canonicalize(&path).map_err(|_| backend::OpenError::KeyMissing(path).into())
    }

    /// Where the next key lies while it takes the place of the one before.
    ///
    /// # Errors
    /// If there is no key.
    pub fn next_server_key(&self) -> Result<PathBuf, Fault> {
        Ok(self.own_server_key()?.with_extension("key.next"))
    }

    /// Holds the folder for one process; until the value is dropped, or the process ends in whatever way.
    ///
    /// # Errors
    /// If another one holds it.
    pub fn lock(&self) -> Result<fs::File, Fault> {
        let path = self.0.join("running");
        let failed = |error: std::io::Error| Fault::file(&path, &error);
        let file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => Err(Fault::new(
                format!("Another process works in {}.", self.0.display()),
                "Stop it first.",
            )),
            Err(fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Makes the folder, for its owner only.
    ///
    /// # Errors
    /// If it is there and holds something, or cannot be made.
    pub fn create(&self) -> Result<(), Fault> {
        let failed = |error: std::io::Error| Fault::file(&self.0, &error);
        if fs::read_dir(&self.0).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Fault::new(
                format!("The folder {} is not empty.", self.0.display()),
                "Choose an empty one, or delete it if nothing in it is needed.",
            ));
        }
        fs::create_dir_all(&self.0).map_err(failed)?;
        close_to_others(&self.0).map_err(failed)
    }

    /// Makes a platform: the folder, server key, database, root, trust file.
    ///
    /// # Errors
    /// If the folder is not empty, or something cannot be made.
    pub async fn make_platform(
        &self,
        purpose: Purpose,
        database: Option<&str>,
    ) -> Result<platform::Initialised, Fault> {
        self.create()?;
        let config = self.new_config(purpose, database)?;
        let made = platform::init(&config).await?;
        let seed = self.root_seed();
        backend::config::write_new_private(&seed, made.root_seed.expose())
            .map_err(|error| Fault::file(&seed, &error))?;
        let trust = trust_file(&made.trust)?;
        site::write_trust(&self.site(), &trust)?;
        Ok(made)
    }

    fn new_config(&self, purpose: Purpose, database: Option<&str>) -> Result<Config, Fault> {
        let key = ServerKey::create(&self.0.join(SERVER_KEY), &backend::SystemRandom)?;
        Ok(self.config_with(key, purpose, database))
    }

    /// What the backend needs to open the platform here.
    ///
    /// # Errors
    /// If there is none, or its key cannot or must not be read.
    pub fn config(&self, purpose: Purpose, database: Option<&str>) -> Result<Config, Fault> {
        if !self.server_key().exists() && !self.0.join(DATABASE).exists() {
            return Err(backend::OpenError::NotInitialised.into());
        }
        if self.next_server_key().is_ok_and(|next| next.exists()) {
            return Err(Fault::new(
                "An exchange of the server key was interrupted.",
                "Finish it: `beistand keys rotate --data DIR`.",
            ));
        }
        let key = ServerKey::read(&self.server_key())?;
        Ok(self.config_with(key, purpose, database))
    }

    /// The same with a key of one's own, asking nothing.
    pub(crate) fn config_with(
        &self,
        key: ServerKey,
        purpose: Purpose,
        database: Option<&str>,
    ) -> Config {
        let database = match database {
            Some(url) => Database::parse(url),
            None => Database::Sqlite(self.0.join(DATABASE)),
        };
        Config {
            purpose,
            ..Config::new(database, self.0.join("wraps.sqlite"), key)
        }
    }
}

/// The content of `trust.json`.
///
/// # Errors
/// None in practice.
pub fn trust_file(trust: &platform::Trust) -> Result<Vec<u8>, Fault> {
    let file = TrustFile::new(trust.platform_id, trust.root_public_key.as_bytes());
    serde_json::to_vec(&file)
        .map_err(|error| Fault::new(format!("No trust file: {error}."), "Report this."))
}

const DATABASE: &str = "beistand.sqlite";
const SERVER_KEY: &str = "server.key";

#[cfg(unix)]
fn close_to_others(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_something_in_it_is_not_taken() {
        let path = std::env::temp_dir().join(format!("beistand-folder-{}", std::process::id()));
        let folder = Folder::new(&path);
        folder.create().unwrap();
        folder.create().unwrap();
        fs::write(path.join("letter"), "").unwrap();
        assert!(folder.create().is_err());
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn a_missing_platform_is_named_before_a_missing_key() {
        let folder = Folder::new(Path::new("/nonexistent"));
        let fault = folder.config(Purpose::Real, None).unwrap_err();
        assert!(fault.what.contains("no platform"), "{fault}");
    }
}
