//! Publishing what platform and association admins have signed.
//!
//! The server checks every signature itself and stores only what fits the chain; a right to call
//! is not a right to forge.

mod office;

pub use office::{
    AgencyOrder, AssociationChain, FoundAgencies, FoundAgency, LoadAssociation, LoadRights,
    LoadRoots, PAGE, Rights, Roots, SearchAgencies,
};

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::id::AccountId;

/// Platform admin: publishes entries and the head that contains them. All or nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishDirectory {
    /// New or changed association entries (type 05).
    pub associations: Vec<SignedAssociation>,
    /// New or changed agency entries (type 06).
    pub agencies: Vec<Blob>,
    /// The next head (type 07) over all entries, these included.
    pub head: Blob,
}

/// An association entry with the texts that it covers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedAssociation {
    /// Association entry (type 05).
    pub entry: Blob,
    /// [`crate::agency::Legal`] as JSON bytes.
    pub legal: Blob,
}

/// Holder of an agency's root: publishes the next manifest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishManifest {
    /// Manifest (type 08).
    pub manifest: Blob,
    /// [`crate::profile::Profile`] as JSON bytes.
    pub profile: Blob,
    /// Inbox wraps (type 0C), one for each listed inbox member, when the inbox key is new.
    pub inbox_wraps: Vec<Blob>,
    /// Root wraps (type 0D) for the holders, when the root is new.
    pub root_wraps: Vec<Blob>,
}

/// Platform admin: asks for the directory as it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadDirectory {}

/// The whole directory, signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DirectoryState {
    /// Admin lists (type 04), from the first to the newest.
    pub admins: Vec<Blob>,
    /// Newest head (type 07); none on an empty platform.
    pub head: Option<Blob>,
    /// Every association entry (type 05).
    pub associations: Vec<Blob>,
    /// Every agency entry (type 06).
    pub agencies: Vec<Blob>,
}

/// Admins: asks for a staff account's identity record, to list it after comparing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadIdentity {
    /// Whose.
    pub account: AccountId,
}

/// An identity record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredIdentity {
    /// Identity record (type 01).
    pub identity: Blob,
}
