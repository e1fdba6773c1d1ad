//! The vault: an account's private keys, pins and settings, under its account key. Never an
//! epoch key.

use crypto::Signed;
use crypto::SigningKey;
use crypto::account::AccountKey;
use crypto::identity::{Identity, IdentityKeys};
use crypto::random::CryptoRng;
use crypto::vault::Vault;
use crypto::wrap::KemSeed;
use domain::account::Secretive;
use domain::id::{AccountId, PlatformId};
use domain::keys::{LoadVault, SaveVault};
use domain::map::Map;
use domain::time::Day;
use domain::wire::Empty;
use domain::{Blob, Refusal};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;
use zeroize::{Zeroize, Zeroizing};

use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::form::{from_cbor, to_cbor};
use crate::platform::Platform;
use crate::session::Session;
use crate::trust::Pins;
use crate::world::World;

/// What a vault holds.
pub(crate) struct Content {
    pub(crate) keys: IdentityKeys,
    pub(crate) created: Day,
    pub(crate) key_no: u32,
    /// Those before: epochs of their time name them, and waiting enquiries.
    pub(crate) former: Vec<Former>,
    /// What the account signs in with, so that nobody has to type it again.
    pub(crate) user_name: Secretive,
    pub(crate) changing: Changing,
}

/// Keys of an identity before the present one.
pub(crate) struct Former {
    pub(crate) keys: IdentityKeys,
    pub(crate) created: Day,
    pub(crate) key_no: u32,
}

/// The part that changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changing {
    pub(crate) pins: Pins,
    /// Settings by name; unknown ones are kept.
    pub(crate) settings: Map<String, String>,
}

/// The content as CBOR.
#[derive(Serialize, Deserialize)]
struct Wire {
    sig_seed: ByteArray<32>,
    kem_seed: ByteArray<32>,
    created: Day,
    key_no: u32,
    #[serde(default = "nameless")]
    user_name: Secretive,
    platform: PlatformId,
    root: ByteArray<32>,
    pins: Pins,
    #[serde(default)]
    settings: Map<String, String>,
    /// 72 bytes each.
    #[serde(default, with = "serde_bytes")]
    former: Vec<u8>,
}

/// A vault from before it held the name.
const fn nameless() -> Secretive {
    Secretive(String::new())
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.sig_seed.zeroize();
        self.kem_seed.zeroize();
        self.former.zeroize();
    }
}

/// The same keys once more; nobody but a vault copies keys.
fn copy(keys: &IdentityKeys) -> IdentityKeys {
    keys_of(*keys.sig.expose(), *keys.kem.expose())
}

fn keys_of(sig: [u8; 32], kem: [u8; 32]) -> IdentityKeys {
    IdentityKeys {
        sig: SigningKey::from_bytes(sig),
        kem: KemSeed::from_bytes(kem),
    }
}

impl Former {
    /// `signature seed 32 | KEM seed 32 | created 4 | number 4`.
    fn write(&self) -> impl Iterator<Item = u8> {
        let seeds = *self.keys.sig.expose();
        let seeds = seeds.into_iter().chain(*self.keys.kem.expose());
        let numbers = [self.created.0, self.key_no].map(u32::to_be_bytes);
        seeds.chain(numbers.into_iter().flatten())
    }

    fn read(bytes: &[u8]) -> Option<Vec<Self>> {
        let (all, rest) = bytes.as_chunks::<72>();
        let former = |one: &[u8; 72]| {
            let (sig, rest) = one.split_first_chunk()?;
            let (kem, rest) = rest.split_first_chunk()?;
            let (created, rest) = rest.split_first_chunk()?;
            Some(Self {
                keys: keys_of(*sig, *kem),
                created: Day(u32::from_be_bytes(*created)),
                key_no: u32::from_be_bytes(*rest.first_chunk()?),
            })
        };
        let all = all.iter().map(former).collect();
        if rest.is_empty() { all } else { None }
    }

    /// The record of these keys.
    pub(crate) fn identity(
        &self,
        platform: &Platform,
        account: AccountId,
    ) -> Result<Signed<Identity>, Error> {
        let (created, key_no) = (self.created, self.key_no);
        Ok(self.keys.record(&platform.id, account, created, key_no)?)
    }
}

impl Content {
    /// Keys of a new account.
    pub(crate) fn make(
        rng: &mut impl CryptoRng,
        created: Day,
        user_name: Secretive,
        pins: Pins,
    ) -> Self {
        Self {
            keys: IdentityKeys::make(rng),
            created,
            key_no: 1,
            former: Vec::new(),
            user_name,
            changing: Changing {
                pins,
                settings: Map::new(),
            },
        }
    }

    /// The same under new identity keys.
    pub(crate) fn renewed(&self, rng: &mut impl CryptoRng, today: Day) -> Self {
        let former = |keys, created, key_no| Former {
            keys: copy(keys),
            created,
            key_no,
        };
        let before = self.former.iter();
        let before = before.map(|one| former(&one.keys, one.created, one.key_no));
        let last = former(&self.keys, self.created, self.key_no);
        Self {
            keys: IdentityKeys::make(rng),
            created: today,
            key_no: self.key_no.saturating_add(1),
            former: before.chain([last]).collect(),
            user_name: self.user_name.clone(),
            changing: self.changing.clone(),
        }
    }

    /// The account's identity record; signing is deterministic, so it is always the same.
    pub(crate) fn identity(
        &self,
        platform: &Platform,
        account: AccountId,
    ) -> Result<Signed<Identity>, Error> {
        Ok(self
            .keys
            .record(&platform.id, account, self.created, self.key_no)?)
    }

    /// Encrypts as `version`.
    pub(crate) fn seal(
        &self,
        rng: &mut impl CryptoRng,
        key: &AccountKey,
        platform: &Platform,
        account: AccountId,
        version: u64,
    ) -> Result<Blob, Error> {
        let wire = Wire {
            sig_seed: ByteArray::new(*self.keys.sig.expose()),
            kem_seed: ByteArray::new(*self.keys.kem.expose()),
            created: self.created,
            key_no: self.key_no,
            user_name: self.user_name.clone(),
            platform: platform.id,
            root: ByteArray::new(*platform.root.as_bytes()),
            pins: self.changing.pins.clone(),
            settings: self.changing.settings.clone(),
            former: self.former.iter().flat_map(Former::write).collect(),
        };
        let plain = Zeroizing::new(to_cbor(&wire)?);
        let vault = Vault::seal(rng, key, &account, version, &plain)?;
        Ok(Blob::from(vault.as_bytes()))
    }

    /// Decrypts; gives the version too.
    pub(crate) fn open(
        vault: &Blob,
        key: &AccountKey,
        platform: &Platform,
        account: AccountId,
    ) -> Result<(Self, u64), Error> {
        let vault = Vault::decode(vault.as_slice())?;
        let plain = vault.open(key, &account)?;
        let wire: Wire = from_cbor(&plain)?;
        if wire.platform != platform.id || wire.root.as_ref() != platform.root.as_bytes() {
            return Err(Error::Untrusted(Untrusted::Platform));
        }
        let content = Self {
            keys: keys_of(wire.sig_seed.into_array(), wire.kem_seed.into_array()),
            created: wire.created,
            key_no: wire.key_no,
            former: Former::read(&wire.former).ok_or(Error::Damaged)?,
            user_name: wire.user_name.clone(),
            changing: Changing {
                pins: wire.pins.clone(),
                settings: wire.settings.clone(),
            },
        };
        Ok((content, vault.version()))
    }
}

/// How often a save is tried against other tabs' saves.
const TRIES: usize = 5;

/// Saves pins and settings if they changed since the last save. Another tab's save in between is
/// merged: the higher pins, and this tab's settings over the other's.
///
/// # Errors
/// As [`call`]; [`Untrusted::Fork`] if the other tab was shown something else at the same place.
pub async fn save<W: World>(session: &Session<W>) -> Result<(), Error> {
    for _ in 0..TRIES {
        let Some((vault, changing, version)) = session.vault_to_save()? else {
            return Ok(());
        };
        let transport = session.client().transport();
        let account = session.account();
        match call(transport, SaveVault { account, vault }).await {
            Ok(Empty {}) => {
                session.vault_saved(changing, version);
                return Ok(());
            }
            Err(Error::Refused(Refusal::VersionOutdated)) => {
                let stored = call(transport, LoadVault {}).await?;
                session.merge_vault(&stored.vault)?;
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::Refused(Refusal::VersionOutdated))
}
