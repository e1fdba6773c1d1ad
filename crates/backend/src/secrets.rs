//! The platform's own secrets: made once, sealed in the database, never changed.

use crypto::opaque::server::{Record, Setup};
use crypto::seal::{CredentialKey, NameKey};
use domain::account::UserName;
use domain::id::{AccountId, PlatformId};
use sea_orm::ConnectionTrait;

use crate::config::{Dice, Random};
use crate::error::{Error, OpenError};
use crate::seal::Safe;
use crate::store::platform as values;

const TABLE: &str = "platform";

/// What signing in needs.
pub(crate) struct Secrets {
    pub(crate) opaque: Setup,
    credential: CredentialKey,
    name: NameKey,
    /// A sealed record of [`NOBODY`], as long and as well formed as any: opened where there is none, so that the time of an
    /// answer does not tell.
    pub(crate) stand_in: Vec<u8>,
}

/// Whose record the stand-in is. Ids are random: nobody's is this.
pub(crate) const NOBODY: AccountId = AccountId::from_bytes([0; 16]);

/// Bytes of an OPAQUE record.
const RECORD: usize = 192;

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets([redacted])")
    }
}

impl Secrets {
    /// New ones, as sealed values of the database.
    pub(crate) fn make_sealed(
        safe: &Safe,
        platform: &PlatformId,
        random: &dyn Random,
    ) -> Result<Vec<(&'static str, Vec<u8>)>, Error> {
        let mut dice = Dice(random);
        let opaque = Setup::make(&mut dice)
            .to_secret()
            .map_err(|source| Error::internal("making secrets", source))?;
        let credential = CredentialKey::make(&mut dice);
        let name = NameKey::make(&mut dice);
        let plain: [(&'static str, &[u8]); 3] = [
            (values::OPAQUE_SETUP, opaque.expose()),
            (values::CREDENTIAL_KEY, credential.expose()),
            (values::NAME_KEY, name.expose()),
        ];
        plain
            .into_iter()
            .map(|(name, value)| Ok((name, safe.seal(TABLE, name, platform.as_bytes(), value)?)))
            .collect()
    }

    /// Opens what [`Self::make_sealed`] made.
    pub(crate) async fn open(
        db: &impl ConnectionTrait,
        safe: &Safe,
        platform: &PlatformId,
        random: &dyn Random,
    ) -> Result<Self, OpenError> {
        let open = async |name: &'static str| {
            let sealed = values::value(db, name)
                .await?
                .ok_or(OpenError::NotInitialised)?;
            safe.open(TABLE, name, platform.as_bytes(), &sealed)
                .map_err(|_| OpenError::WrongKey)
        };
        let key = async |name| {
            let bytes = open(name).await?;
            <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| OpenError::WrongKey)
        };
        let opaque = open(values::OPAQUE_SETUP).await?;
        Ok(Self {
            opaque: Setup::from_slice(&opaque).map_err(|_| OpenError::WrongKey)?,
            credential: CredentialKey::from_bytes(key(values::CREDENTIAL_KEY).await?),
            name: NameKey::from_bytes(key(values::NAME_KEY).await?),
            stand_in: stand_in(safe, random)?,
        })
    }

    /// OPAQUE's credential identifier of a name, known or not.
    pub(crate) fn credential_identifier(&self, name: &UserName) -> Result<[u8; 32], Error> {
        self.credential
            .derive_identifier(name.as_str())
            .map_err(|source| Error::internal("deriving", source))
    }

    /// What a name is looked up by.
    pub(crate) fn name_lookup(&self, name: &UserName) -> Result<[u8; 32], Error> {
        self.name
            .derive_lookup(name.as_str())
            .map_err(|source| Error::internal("deriving", source))
    }
}

/// One of sixteen random strings is a point of the group, and so a record.
fn stand_in(safe: &Safe, random: &dyn Random) -> Result<Vec<u8>, Error> {
    let mut dice = Dice(random);
    loop {
        let bytes: [u8; RECORD] = dice.bytes();
        let record: Result<Record, _> = Record::from_slice(&bytes);
        if record.is_ok() {
            return safe.seal("account", "record_sealed", NOBODY.as_bytes(), &bytes);
        }
    }
}
