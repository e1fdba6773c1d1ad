//! The tree over all directory entries (RFC 6962, 2.1), sorted by type and id.

use domain::Blob;
use domain::agency::InclusionProof;
use domain::id::{AgencyId, AssociationId};

use crate::codec::ObjectType;
use crate::digest::Digest;
use crate::error::VerifyError;
use crate::signed::Signed;
use crate::trust::agency::AgencyEntry;
use crate::trust::association::AssociationEntry;
use crate::trust::head::Head;

/// The entries of a head, in order.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    leaves: Vec<Leaf>,
}

#[derive(Debug, Clone)]
struct Leaf {
    key: LeafKey,
    hash: Digest,
}

/// Type and id.
type LeafKey = (u8, [u8; 16]);

impl Directory {
    /// Adds an association, or replaces its entry.
    pub fn put_association(&mut self, entry: &Signed<AssociationEntry>) {
        self.put(association_key(&entry.association), entry.as_bytes());
    }

    /// Adds an agency, or replaces its entry.
    pub fn put_agency(&mut self, entry: &Signed<AgencyEntry>) {
        self.put(agency_key(&entry.agency), entry.as_bytes());
    }

    /// How many entries there are.
    pub fn count(&self) -> usize {
        self.leaves.len()
    }

    /// The tree's root; of no entries, SHA-256 of nothing.
    pub fn root(&self) -> Digest {
        root(&self.leaves)
    }

    /// Proves that an association is in the tree; `None` if it is not.
    pub fn prove_association(&self, association: &AssociationId) -> Option<InclusionProof> {
        self.prove(association_key(association))
    }

    /// Proves that an agency is in the tree; `None` if it is not.
    pub fn prove_agency(&self, agency: &AgencyId) -> Option<InclusionProof> {
        self.prove(agency_key(agency))
    }

    fn put(&mut self, key: LeafKey, entry: &[u8]) {
        let leaf = Leaf {
            key,
            hash: leaf_hash(entry),
        };
        match self.leaves.binary_search_by_key(&key, |leaf| leaf.key) {
            Ok(at) => self.leaves[at] = leaf,
            Err(at) => self.leaves.insert(at, leaf),
        }
    }

    fn prove(&self, key: LeafKey) -> Option<InclusionProof> {
        let at = self
            .leaves
            .binary_search_by_key(&key, |leaf| leaf.key)
            .ok()?;
        let mut hashes = Vec::new();
        path(&self.leaves, at, &mut hashes);
        Some(InclusionProof {
            index: u32::try_from(at).ok()?,
            hashes,
        })
    }
}

/// Checks that `head` contains this entry.
///
/// # Errors
/// [`VerifyError::Mismatch`] if the proof does not lead to the head's root.
pub fn verify_association(
    head: &Signed<Head>,
    entry: &Signed<AssociationEntry>,
    proof: &InclusionProof,
) -> Result<(), VerifyError> {
    verify(head, entry.as_bytes(), proof)
}

/// Checks that `head` contains this entry.
///
/// # Errors
/// [`VerifyError::Mismatch`] if the proof does not lead to the head's root.
pub fn verify_agency(
    head: &Signed<Head>,
    entry: &Signed<AgencyEntry>,
    proof: &InclusionProof,
) -> Result<(), VerifyError> {
    verify(head, entry.as_bytes(), proof)
}

fn verify(head: &Head, entry: &[u8], proof: &InclusionProof) -> Result<(), VerifyError> {
    let root = root_from(leaf_hash(entry), proof, head.count).ok_or(VerifyError::Mismatch)?;
    if root == head.merkle_root {
        Ok(())
    } else {
        Err(VerifyError::Mismatch)
    }
}

/// The root that a proof leads to (RFC 9162, 2.1.3.2, which fits trees of RFC 6962).
fn root_from(leaf: Digest, proof: &InclusionProof, count: u32) -> Option<Digest> {
    let mut at = proof.index;
    let mut last = count.checked_sub(1).filter(|last| at <= *last)?;
    let mut hash = leaf;
    for sibling in &proof.hashes {
        if last == 0 {
            return None;
        }
        let sibling = Digest::from_bytes(sibling.as_slice().try_into().ok()?);
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

fn root(leaves: &[Leaf]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [leaf] => leaf.hash,
        _ => {
            let (left, right) = leaves.split_at(left_size(leaves.len()));
            node_hash(root(left), root(right))
        }
    }
}

fn path(leaves: &[Leaf], at: usize, hashes: &mut Vec<Blob>) {
    if leaves.len() < 2 {
        return;
    }
    let size = left_size(leaves.len());
    let (left, right) = leaves.split_at(size);
    let other = if at < size {
        path(left, at, hashes);
        root(right)
    } else {
        path(right, at - size, hashes);
        root(left)
    };
    hashes.push(Blob(other.as_bytes().to_vec()));
}

/// The largest power of two below `len`, for `len` ≥ 2.
const fn left_size(len: usize) -> usize {
    len.next_power_of_two() / 2
}

fn leaf_hash(entry: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], entry])
}

fn node_hash(left: Digest, right: Digest) -> Digest {
    Digest::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
}

const fn association_key(id: &AssociationId) -> LeafKey {
    (ObjectType::AssociationEntry as u8, *id.as_bytes())
}

const fn agency_key(id: &AgencyId) -> LeafKey {
    (ObjectType::AgencyEntry as u8, *id.as_bytes())
}
