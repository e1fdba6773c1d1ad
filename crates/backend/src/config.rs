//! What the backend is given: places, keys, clock, randomness.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crypto::random::SystemRandom;
use domain::time::Timestamp;
use rand_core::{CryptoRng, Infallible, TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use crate::error::OpenError;
use crate::limits;

/// Everything that [`crate::Backend::open`] needs.
#[derive(Debug, Clone)]
pub struct Config {
    /// The main database.
    pub database: Database,
    /// File of the wrap store: SQLite, also beside PostgreSQL.
    pub wraps: PathBuf,
    /// Seals what the database must not hold in clear.
    pub server_key: ServerKey,
    /// A demonstration's database and a real one are never mixed up.
    pub purpose: Purpose,
    /// Whether other nodes share the database (PostgreSQL): they are told of new events.
    pub cluster: bool,
    /// Where browsers find the platform, as their `Origin` says it: passkeys are bound to it.
    pub origin: Option<String>,
    /// How much of everything, and how fast.
    pub limits: limits::Table,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
}

impl Config {
    /// A real platform on one node, with the default limits, the system's clock and randomness.
    #[must_use]
    pub fn new(database: Database, wraps: PathBuf, server_key: ServerKey) -> Self {
        Self {
            database,
            wraps,
            server_key,
            purpose: Purpose::Real,
            cluster: false,
            origin: None,
            limits: limits::Table::default(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        }
    }
}

/// Where the main database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file; made if missing.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as `postgres://…`; may hold a password.
    Postgres(String),
}

impl Database {
    /// `postgres://…` or `postgresql://…`, else the path of a file (`sqlite://` may stand before).
    #[must_use]
    pub fn parse(url: &str) -> Self {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::Postgres(url.to_owned())
        } else {
            Self::Sqlite(url.trim_start_matches("sqlite://").into())
        }
    }
}

/// Passwords of databases stay out of logs.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres([redacted])"),
        }
    }
}

/// What a database is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// People who seek advice.
    Real,
    /// Showing and testing; holds known passwords.
    Demonstration,
}

/// The server key: 32 bytes outside the database (crypto.md 3.12).
#[derive(Clone)]
pub struct ServerKey(Arc<Zeroizing<[u8; 32]>>);

impl ServerKey {
    /// The key with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Arc::new(Zeroizing::new(bytes)))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`OpenError::KeyMissing`], [`OpenError::KeyReadable`], [`OpenError::KeyMalformed`],
    /// [`OpenError::File`].
    pub fn read(path: &Path) -> Result<Self, OpenError> {
        let file = |source| OpenError::File {
            path: path.to_owned(),
            source,
        };
        let metadata = match std::fs::metadata(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(OpenError::KeyMissing(path.to_owned()));
            }
            other => other.map_err(file)?,
        };
        if is_shared(&metadata) && !is_credential(path) {
            return Err(OpenError::KeyReadable(path.to_owned()));
        }
        let bytes = Zeroizing::new(std::fs::read(path).map_err(file)?);
        let key = bytes
            .as_slice()
            .try_into()
            .map_err(|_| OpenError::KeyMalformed(path.to_owned()))?;
        Ok(Self::from_bytes(key))
    }

    /// Makes a key and writes it to a new file that only its owner can read.
    ///
    /// # Errors
    /// [`OpenError::File`], also where the file exists.
    pub fn create(path: &Path, random: &dyn Random) -> Result<Self, OpenError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut());
        write_new_private(path, bytes.as_ref()).map_err(|source| OpenError::File {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self(Arc::new(bytes)))
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey([redacted])")
    }
}

/// systemd gives a service's credentials by access lists, in a folder that only the service can enter.
fn is_credential(path: &Path) -> bool {
    std::env::var_os("CREDENTIALS_DIRECTORY").is_some_and(|folder| path.starts_with(folder))
}

#[cfg(unix)]
fn is_shared(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_shared(_: &std::fs::Metadata) -> bool {
    false
}

/// Writes a file that did not exist and that only its owner may read (0600).
///
/// # Errors
/// The system's, also where the file exists.
pub fn write_new_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where the backend asks for the time"
        )]
        let now = std::time::SystemTime::now();
        let since = now
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Gives unpredictable bytes.
pub trait Random: fmt::Debug + Send + Sync {
    /// Fills `to`.
    fn fill(&self, to: &mut [u8]);
}

impl Random for SystemRandom {
    fn fill(&self, to: &mut [u8]) {
        rand_core::Rng::fill_bytes(&mut { *self }, to);
    }
}

/// A [`Random`] in the form that cryptography wants.
pub(crate) struct Dice<'a>(pub(crate) &'a dyn Random);

impl Dice<'_> {
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}

impl TryRng for Dice<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(to);
        Ok(())
    }
}

impl TryCryptoRng for Dice<'_> {}

const _: fn() = || {
    fn is_crypto_rng<T: CryptoRng>() {}
    is_crypto_rng::<Dice<'_>>();
};
