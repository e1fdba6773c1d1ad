//! `trust.json`: what a client believes without proof. Written once, by `init` or `--demo`; the
//! shells name its hash.

use serde::{Deserialize, Serialize};

use crate::id::PlatformId;

/// The file's content, JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustFile {
    /// Which platform.
    pub platform: PlatformId,
    /// The platform root's Ed25519 public key, 64 lower-case hexadecimal digits.
    pub root: String,
}

impl TrustFile {
    /// The file for a platform with this root.
    #[must_use]
    pub fn new(platform: PlatformId, root: &[u8; 32]) -> Self {
        let root = root.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { platform, root }
    }

    /// The root's 32 bytes; `None` if the text is not what [`Self::new`] writes.
    #[must_use]
    pub fn root_bytes(&self) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        if self.root.len() != 64 || !self.root.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(self.root.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        (Self::new(self.platform, &bytes).root == self.root).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_has_one_spelling() {
        let platform = PlatformId::from_bytes([1; 16]);
        let file = TrustFile::new(platform, &[0xAB; 32]);
        assert_eq!(file.root_bytes(), Some([0xAB; 32]));
        for root in [
            "AB".repeat(32),
            "+1".repeat(32),
            "ab".repeat(31),
            "ä".repeat(32),
        ] {
            assert_eq!(TrustFile { platform, root }.root_bytes(), None);
        }
    }
}
