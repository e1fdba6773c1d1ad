//! Codes that people compare, and passphrases that they are offered: words by their numbers.
//!
//! The 2,048 words themselves are `domain`'s; here a word is a number below 2,048.

use domain::id::AgencyId;
use sha2::{Digest as _, Sha256};

use crate::identity::Identity;
use crate::label::label;
use crate::random::{CryptoRng, make_bytes};
use crate::signature::VerifyingKey;
use crate::signed::Signed;

/// How many words there are to choose from.
pub const WORDS: u16 = 2048;

/// How often SHA-256 is applied before a code is read from it.
const ROUNDS: usize = 4096;

/// Eight words, 88 bits, *per identity*; never one short code for two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code([u16; 8]);

impl Code {
    /// The code of a person's identity.
    pub fn of_identity(identity: &Signed<Identity>) -> Self {
        Self::of(&[identity.as_bytes()])
    }

    /// The code of an agency, as printed on its flyer.
    pub fn of_agency(agency: &AgencyId, root: &VerifyingKey) -> Self {
        Self::of(&[agency.as_bytes(), root.as_bytes()])
    }

    /// The words' numbers, each below 2,048.
    pub const fn words(&self) -> [u16; 8] {
        self.0
    }

    fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new().chain_update(label("fp"));
        for part in parts {
            hash.update(part);
        }
        let mut digest = hash.finalize();
        for _ in 1..ROUNDS {
            digest = Sha256::digest(digest);
        }
        Self(words(&digest))
    }
}

/// Five words, 55 random bits: the passphrase that is offered.
pub fn make_passphrase(rng: &mut impl CryptoRng) -> [u16; 5] {
    words(&make_bytes::<7>(rng))
}

/// Reads `N` numbers of eleven bits from the front of `bytes`, the highest bit first.
pub(crate) fn words<const N: usize>(bytes: &[u8]) -> [u16; N] {
    let bit = |at: usize| u16::from(bytes[at / 8] >> (7 - at % 8) & 1);
    core::array::from_fn(|word| (0..11).fold(0, |number, at| number << 1 | bit(word * 11 + at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_eleven_bits_a_word() {
        let bytes = [0xFF, 0xE0, 0x04, 0x00, 0xC0, 0, 0];
        assert_eq!(words(&bytes), [2047, 1, 1, 1024]);
    }
}
