//! Keys on the server's side: the vault and the keys of tab drafts.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::account::Confirmation;
use crate::conversation::{SaveDraft, SaveLabel};
use crate::id::{AccountId, TabId};
use crate::recovery::NewCode;

/// Asks for the own vault.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadVault {}

/// The own vault.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredVault {
    /// Vault (type 03); its version stands inside.
    pub vault: Blob,
}

/// Replaces the vault if its version is exactly one more than the stored one; otherwise
/// [`crate::Refusal::VersionOutdated`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveVault {
    /// Whose vault it is. A cookie can change hands in another tab: a vault stored for the wrong
    /// account would open for nobody.
    pub account: AccountId,
    /// Vault (type 03) with the next version.
    pub vault: Blob,
}

/// Everything that the password opens, anew, because somebody else may know it: password, account
/// key, identity and recovery code. It takes effect as a whole; all sessions end and a new one
/// begins. What the account key before had sealed comes along, sealed again. OPAQUE's first step is
/// [`crate::account::ChangePasswordStart`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenewKeys {
    /// The person is here now.
    pub confirmation: Confirmation,
    /// OPAQUE `RegistrationRecord`, 192 bytes.
    pub record: Blob,
    /// Key wrap (type 02) of the new account key for purpose `pw`.
    pub key_wrap: Blob,
    /// Identity record (type 01), its number one higher than that of the identity before.
    pub identity: Blob,
    /// Vault (type 03) with the next version. It keeps the identity before: the epochs until now
    /// name it.
    pub vault: Blob,
    /// The new code.
    pub code: NewCode,
    /// The private labels, each with a higher version.
    #[serde(default)]
    pub labels: Vec<SaveLabel>,
    /// The drafts, each with the next version.
    #[serde(default)]
    pub drafts: Vec<SaveDraft>,
}

/// Asks for a key for a tab's draft. No account, no cookie.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct OpenTab {
    /// Proof of work, once asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Blob>,
}

/// Asks for the key again after a reload; also keeps it for another 60 minutes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResumeTab {
    /// Which tab.
    pub tab: TabId,
}

/// Forgets the key: what the tab wrote is dead.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseTab {
    /// Which tab.
    pub tab: TabId,
}

/// A tab's key, kept in the server's memory only, for 60 minutes after its last use.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TabKey {
    /// Which tab.
    pub tab: TabId,
    /// 32 random bytes.
    pub key: Blob,
}
