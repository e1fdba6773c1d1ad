//! Agencies: roles, the public directory, and how a seeker finds one.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::enquiry::Answers;
use crate::id::AgencyId;
use crate::postcode::{Postcode, PostcodeTable};
use crate::profile::Offer;
use crate::topic::TopicId;

/// What a person is in one agency: bits 0–8 of a manifest's `roles` (crypto.md 3.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(pub u16);

impl Roles {
    /// Counsels.
    pub const COUNSELLOR: Self = Self(1);
    /// Reads first enquiries.
    pub const INBOX: Self = Self(1 << 1);
    /// Leads the team.
    pub const LEAD: Self = Self(1 << 2);
    /// Administers the agency.
    pub const AGENCY_ADMIN: Self = Self(1 << 3);
    /// Administers the association.
    pub const ASSOCIATION_ADMIN: Self = Self(1 << 4);
    /// Stands in for others.
    pub const DEPUTY: Self = Self(1 << 5);
    /// Supervises; a visible reader.
    pub const SUPERVISOR: Self = Self(1 << 6);
    /// Volunteer; gets cases assigned, is accompanied.
    pub const PEER: Self = Self(1 << 7);
    /// Moderates groups.
    pub const MODERATOR: Self = Self(1 << 8);
    /// All bits that have a meaning.
    pub const ALL: Self = Self((1 << 9) - 1);

    /// Whether every role of `other` is held.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether at least one role of `other` is held.
    #[must_use]
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Asks for the directory of one topic.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListAgencies {
    /// Which topic.
    pub topic: TopicId,
}

/// Everything that choosing an agency needs; the choice is made on the person's device.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TopicDirectory {
    /// Admin list (type 04).
    pub admins: Blob,
    /// Directory head (type 07).
    pub head: Blob,
    /// The agencies that serve the topic.
    pub rows: Vec<DirectoryRow>,
}

/// An agency in a directory: a signed entry, and hints that only propose.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DirectoryRow {
    /// Agency entry (type 06); shown only once its signature is verified.
    pub entry: Blob,
    /// Where it is.
    pub postcode: Postcode,
    /// Its federal state, ISO 3166-2 without the country.
    pub state: String,
    /// Its offer for the topic.
    pub offer: Offer,
    /// Waiting enquiries per counsellor, times ten; unsigned, only orders.
    #[serde(default)]
    pub load: u16,
}

/// Asks for all that proves one agency.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadAgency {
    /// Which.
    pub agency: AgencyId,
    /// The pinned manifest's `seq`: manifests after it come too. `None` without a pin.
    #[serde(default)]
    pub manifest_after: Option<u64>,
    /// The pinned head's `seq`: heads after it come too. `None` without a pin.
    #[serde(default)]
    pub head_after: Option<u64>,
}

/// The chain of trust from the platform root to one agency (crypto.md 3.4).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AgencyChain {
    /// Admin lists (type 04), from the first to the newest.
    pub admins: Vec<Blob>,
    /// Directory heads (type 07): those after the pin, the newest last; without a pin only that.
    pub heads: Vec<Blob>,
    /// Agency entry (type 06).
    pub entry: Blob,
    /// Its inclusion in the newest head.
    pub entry_proof: InclusionProof,
    /// Association entry (type 05).
    pub association: Blob,
    /// Its inclusion in the newest head.
    pub association_proof: InclusionProof,
    /// [`Legal`] as the JSON bytes that the association entry's `legal_hash` covers.
    pub legal: Blob,
    /// Manifests (type 08): those after the pin, the current last; without a pin only that.
    pub manifests: Vec<Blob>,
    /// [`crate::profile::Profile`] as the JSON bytes that the manifest's `profile_hash` covers.
    pub profile: Blob,
    /// Newest freshness statement (type 09), if any.
    pub freshness: Option<Blob>,
    /// Identity record (type 01) of who signed the freshness statement: the manifest names only
    /// its hash.
    #[serde(default)]
    pub freshness_by: Option<Blob>,
}

/// Proof that a leaf is in a Merkle tree (RFC 6962, 2.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InclusionProof {
    /// The leaf's place, counted from 0.
    pub index: u32,
    /// Sibling hashes, 32 bytes each, from the leaf upwards.
    pub hashes: Vec<Blob>,
}

/// The responsible body and the consent text of an association.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Legal {
    /// Who is responsible, with an address to write to.
    pub responsible: String,
    /// The version of the consent text, counted from 1.
    pub consent_version: u32,
    /// The consent text.
    pub consent: String,
}

/// Asks for an older manifest: an epoch is judged by the one that it names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadManifest {
    /// Whose.
    pub agency: AgencyId,
    /// SHA-256 of the manifest, 32 bytes.
    pub hash: Blob,
}

/// A manifest, and those before it back to the asked one are found by their hashes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredManifest {
    /// Manifest (type 08).
    pub manifest: Blob,
}

/// Staff: asks for the agencies that list the asker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListMine {}

/// An agency that lists the asker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnAgency {
    /// The chain that proves it.
    pub chain: AgencyChain,
    /// Inbox wraps (type 0C) for the asker, of every inbox epoch still needed.
    pub inbox_wraps: Vec<Blob>,
    /// Identity records (type 01) of everybody whom the current manifest lists: an acceptance
    /// wraps keys for colleagues.
    #[serde(default)]
    pub identities: Vec<Blob>,
    /// Root wraps (type 0D) for the asker, if the asker holds the agency's root.
    #[serde(default)]
    pub root_wraps: Vec<Blob>,
}

/// Staff: publishes a freshness statement (type 09) of an agency that lists the asker as lead or admin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishFreshness {
    /// The statement.
    pub statement: Blob,
}

/// A row that matches, with its distance.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The row.
    pub row: &'a DirectoryRow,
    /// Kilometres from the seeker; `None` where it cannot be told.
    pub kilometres: Option<u32>,
}

/// The rows that serve somebody in `postcode` who answered like this, the closest first, then the least loaded.
#[must_use]
pub fn candidates<'a>(
    rows: &'a [DirectoryRow],
    postcode: Option<Postcode>,
    answers: &Answers,
    table: Option<&PostcodeTable>,
) -> Vec<Candidate<'a>> {
    let distance = |row: &DirectoryRow| table?.kilometres(postcode?, row.postcode);
    let mut found: Vec<_> = rows
        .iter()
        .filter(|row| row.offer.serves(postcode) && row.offer.admits(answers))
        .map(|row| Candidate {
            row,
            kilometres: distance(row),
        })
        .collect();
    found.sort_by_key(|c| (c.kilometres.unwrap_or(u32::MAX), c.row.load, c.row.postcode));
    found
}
