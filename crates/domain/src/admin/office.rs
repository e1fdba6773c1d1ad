//! What an admin finds: rights, agencies, an association, the roots that are held.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::agency::InclusionProof;
use crate::id::{AccountId, AgencyId, AssociationId};

/// Asks what the asker administers, to show it; every other call decides for itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadRights {}

/// What somebody administers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// The platform.
    pub platform: bool,
    /// These associations, each with all of its agencies.
    pub associations: Vec<AssociationId>,
    /// These agencies, as their manifests list.
    pub agencies: Vec<AgencyId>,
}

/// In which order agencies are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgencyOrder {
    /// By name, as a dictionary does.
    #[default]
    Name,
    /// By place, then by name.
    Place,
}

/// How many agencies a page holds.
pub const PAGE: usize = 50;

/// Asks for a page of the agencies that the asker administers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchAgencies {
    /// Each of these words must begin or stand in the name or the place; letters as
    /// [`crate::fold::fold`] sees them.
    #[serde(default)]
    pub words: String,
    /// Only of this association.
    #[serde(default)]
    pub association: Option<AssociationId>,
    /// The order.
    #[serde(default)]
    pub order: AgencyOrder,
    /// How many of them stand before this page.
    #[serde(default)]
    pub skip: u32,
}

/// A page of agencies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FoundAgencies {
    /// Admin list (type 04), by which the entries are verified.
    pub admins: Blob,
    /// The rows, ≤ [`PAGE`].
    pub rows: Vec<FoundAgency>,
    /// How many there are in all.
    pub count: u32,
}

/// An agency in a list of admins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FoundAgency {
    /// Agency entry (type 06); names are shown once it is verified.
    pub entry: Blob,
    /// Takes no new enquiries: offline, or without a manifest yet. Only a hint.
    pub offline: bool,
    /// How many counsel. Only a hint.
    pub counsellors: u32,
    /// How many hold the root. Only a hint.
    pub holders: u32,
}

/// Asks for an association as its admins, and those of the platform, see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadAssociation {
    /// Which.
    pub association: AssociationId,
    /// The pinned head's `seq`: heads after it come too. `None` without a pin.
    #[serde(default)]
    pub head_after: Option<u64>,
}

/// What proves an association.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssociationChain {
    /// Admin lists (type 04), from the first to the newest.
    pub admins: Vec<Blob>,
    /// Directory heads (type 07): those after the pin, the newest last; without a pin only that.
    pub heads: Vec<Blob>,
    /// Association entry (type 05).
    pub entry: Blob,
    /// Its inclusion in the head.
    pub proof: InclusionProof,
    /// [`crate::agency::Legal`] as the JSON bytes that the entry's `legal_hash` covers.
    pub legal: Blob,
    /// Identity records (type 01) of its admins, whose hashes the entry holds.
    pub identities: Vec<Blob>,
}

/// Asks for the root of an agency, as far as the asker holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadRoots {
    /// Whose.
    pub agency: AgencyId,
}

/// Wraps of an agency's root.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Roots {
    /// Root wraps (type 0D) for the asker, by their numbers; none if the asker holds no root.
    pub wraps: Vec<Blob>,
    /// Who holds a wrap of the newest root, as far as the server knows. Only a hint.
    pub holders: Vec<AccountId>,
}
