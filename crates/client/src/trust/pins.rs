//! What an account has seen before, kept in its vault: nothing lower is believed afterwards.

use crypto::Digest;
use domain::id::AgencyId;
use domain::map::Map;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;

use crate::error::Untrusted;

/// A place in a chain of signed objects, and what stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The object's number.
    pub seq: u64,
    hash: ByteArray<32>,
}

/// Everything pinned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// The highest admin list.
    #[serde(default)]
    pub admins: Option<Pin>,
    /// The highest directory head.
    #[serde(default)]
    pub head: Option<Pin>,
    /// The highest manifest of each agency.
    #[serde(default)]
    pub manifests: Map<AgencyId, Pin>,
}

impl Pin {
    /// Pins an object.
    #[must_use]
    pub const fn new(seq: u64, digest: Digest) -> Self {
        Self {
            seq,
            hash: ByteArray::new(*digest.as_bytes()),
        }
    }

    /// What stood there.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::from_bytes(self.hash.into_array())
    }

    /// Checks something seen now against what was seen before.
    ///
    /// # Errors
    /// [`Untrusted::Rollback`] for a lower number, [`Untrusted::Fork`] for another object at the
    /// same one.
    pub fn check(before: Option<&Self>, now: &Self) -> Result<(), Untrusted> {
        match before {
            Some(before) if now.seq < before.seq => Err(Untrusted::Rollback),
            Some(before) if now.seq == before.seq && now.hash != before.hash => {
                Err(Untrusted::Fork)
            }
            _ => Ok(()),
        }
    }

    /// Raises a pin; tells whether it changed.
    fn raise(slot: &mut Option<Self>, now: Self) -> Result<bool, Untrusted> {
        Self::check(slot.as_ref(), &now)?;
        let changed = *slot != Some(now);
        *slot = Some(now);
        Ok(changed)
    }
}

impl Pins {
    /// Takes over what is higher in `other`; tells whether anything was.
    ///
    /// # Errors
    /// [`Untrusted::Fork`] where both hold different things at one place.
    pub fn merge(&mut self, other: &Self) -> Result<bool, Untrusted> {
        let mut changed = merge_one(&mut self.admins, other.admins.as_ref())?;
        changed |= merge_one(&mut self.head, other.head.as_ref())?;
        for (agency, pin) in &other.manifests {
            let mut slot = self.manifests.get(agency).copied();
            changed |= merge_one(&mut slot, Some(pin))?;
            self.manifests.extend(slot.map(|pin| (*agency, pin)));
        }
        Ok(changed)
    }
}

fn merge_one(slot: &mut Option<Pin>, other: Option<&Pin>) -> Result<bool, Untrusted> {
    match (slot.as_ref(), other) {
        (_, None) => Ok(false),
        (Some(own), Some(other)) if other.seq < own.seq => Ok(false),
        (_, Some(other)) => Pin::raise(slot, *other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(seq: u64, byte: u8) -> Pin {
        Pin::new(seq, Digest::from_bytes([byte; 32]))
    }

    fn pins(head: Pin) -> Pins {
        Pins {
            head: Some(head),
            ..Pins::default()
        }
    }

    #[test]
    fn lower_is_a_rollback_and_other_is_a_fork() {
        let before = pin(5, 1);
        assert_eq!(
            Pin::check(Some(&before), &pin(4, 1)),
            Err(Untrusted::Rollback)
        );
        assert_eq!(Pin::check(Some(&before), &pin(5, 2)), Err(Untrusted::Fork));
        assert_eq!(Pin::check(Some(&before), &pin(5, 1)), Ok(()));
        assert_eq!(Pin::check(Some(&before), &pin(6, 2)), Ok(()));
        assert_eq!(Pin::check(None, &pin(1, 2)), Ok(()));
    }

    #[test]
    fn merging_keeps_the_higher_and_refuses_a_fork() {
        let mut own = pins(pin(5, 1));
        assert_eq!(own.merge(&pins(pin(4, 9))), Ok(false));
        assert_eq!(own.merge(&pins(pin(6, 2))), Ok(true));
        assert_eq!(own.head, Some(pin(6, 2)));
        assert_eq!(own.merge(&pins(pin(6, 3))), Err(Untrusted::Fork));
    }
}
