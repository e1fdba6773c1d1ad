//! 16: a challenge, and the work done on it. Who asks for much pays with their device's time.
//!
//! The work is [`PARTS`] small searches instead of one large one: their sum varies less, so nobody
//! waits much longer than the others.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use domain::time::Timestamp;

#[cfg(not(target_arch = "wasm32"))]
use crate::codec::Writer;
use crate::codec::{ObjectType, Reader};
use crate::error::FormatError;
#[cfg(not(target_arch = "wasm32"))]
use crate::error::OpenError;
#[cfg(not(target_arch = "wasm32"))]
use crate::secret::secret_key;

/// Searches in one piece of work.
pub const PARTS: usize = 4;
/// Bytes of a challenge.
pub const CHALLENGE_LEN: usize = SIGNED_LEN + 32;
/// Bytes of a proof: the challenge, then one number a part.
pub const PROOF_LEN: usize = CHALLENGE_LEN + PARTS * 4;

/// The most work that is ever done for a server, whatever it asks: about 20 times the usual most.
pub const TRIES_MOST: u32 = 1_024;

const SIGNED_LEN: usize = 2 + 1 + 4 + 8 + 16;
/// Argon2id's memory for one try, in KiB.
const MEMORY: u32 = 1_024;

/// What is asked: `type 1 | suite 1 | purpose 1 | tries 4 | expires 8 | id 16 | mac 32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    /// For what the work is done; the platform's own number.
    pub purpose: u8,
    /// Tries that it takes on average; 0: the challenge is its own proof.
    pub tries: u32,
    /// Until when it is good.
    pub expires: Timestamp,
    /// Used once.
    pub id: [u8; 16],
}

#[cfg(not(target_arch = "wasm32"))]
secret_key! {
    /// By which a server knows its own challenges.
    WorkKey
}

impl Challenge {
    /// Reads a challenge, or the beginning of a proof; whose it is, is not looked at.
    fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, ObjectType::Work)?;
        Ok(Self {
            purpose: reader.u8()?,
            tries: reader.u32()?,
            expires: Timestamp(i64::try_from(reader.u64()?).map_err(|_| FormatError::Value)?),
            id: reader.array()?,
        })
    }

    /// Signs the challenge: what is sent to whoever is to do the work.
    ///
    /// # Errors
    /// [`OpenError`] for a time before 1970.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn sign(&self, key: &WorkKey) -> Result<Vec<u8>, OpenError> {
        let mut writer = Writer::new(ObjectType::Work);
        let expires = u64::try_from(self.expires.0).map_err(|_| OpenError)?;
        writer.u8(self.purpose).u32(self.tries).u64(expires);
        writer.put(&self.id);
        let mut bytes = writer.finish()?;
        let mac = mac(key, &bytes)?;
        bytes.extend_from_slice(&mac);
        Ok(bytes)
    }

    /// The challenge of a proof, if it was signed by this key and the work was done. The time, the
    /// purpose and whether it was used before are the caller's to look at.
    ///
    /// # Errors
    /// [`OpenError`] for every other bytes.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn verify(key: &WorkKey, proof: &[u8]) -> Result<Self, OpenError> {
        let challenge = Self::open(key, proof)?;
        if is_done(proof) {
            Ok(challenge)
        } else {
            Err(OpenError)
        }
    }

    /// The same without looking at the work: costs nothing.
    ///
    /// # Errors
    /// [`OpenError`] if the challenge was not signed by this key, or the length is no proof's.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open(key: &WorkKey, proof: &[u8]) -> Result<Self, OpenError> {
        let (signed, rest) = proof.split_at_checked(SIGNED_LEN).ok_or(OpenError)?;
        let (given, nonces) = rest.split_at_checked(32).ok_or(OpenError)?;
        let same = subtle::ConstantTimeEq::ct_eq(mac(key, signed)?.as_slice(), given);
        let challenge = Self::read(signed)?;
        let expected = if challenge.tries > 0 { PARTS * 4 } else { 0 };
        if bool::from(same) && nonces.len() == expected {
            Ok(challenge)
        } else {
            Err(OpenError)
        }
    }
}

/// Does the work: the proof, or `None` for bytes that are no challenge. Takes seconds.
#[must_use]
pub fn solve(challenge: &[u8]) -> Option<Vec<u8>> {
    if challenge.len() != CHALLENGE_LEN {
        return None;
    }
    let asked = Challenge::read(challenge).ok()?;
    if asked.tries > TRIES_MOST {
        return None;
    }
    let mut search = Search::new(challenge, asked)?;
    let mut proof = challenge.to_vec();
    for part in 0..PARTS {
        let mut numbers = 0..u32::MAX;
        let found = numbers.find(|number| search.fits(part, *number))?;
        proof.extend_from_slice(&found.to_be_bytes());
    }
    Some(proof)
}

/// Whether the work of a proof was done; whose challenge it was, is not looked at. Takes some
/// milliseconds and 1 MiB.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn is_done(proof: &[u8]) -> bool {
    let Ok(challenge) = Challenge::read(proof) else {
        return false;
    };
    if challenge.tries == 0 {
        return proof.len() == CHALLENGE_LEN;
    }
    let Some((signed, nonces)) = proof.split_at_checked(CHALLENGE_LEN) else {
        return false;
    };
    let (nonces, rest) = nonces.as_chunks();
    let Some(mut search) = Search::new(signed, challenge) else {
        return false;
    };
    nonces.len() == PARTS
        && rest.is_empty()
        && (0..)
            .zip(nonces)
            .all(|(part, nonce)| search.fits(part, u32::from_be_bytes(*nonce)))
}

#[cfg(not(target_arch = "wasm32"))]
fn mac(key: &WorkKey, signed: &[u8]) -> Result<[u8; 32], OpenError> {
    crate::hazmat::kdf::hmac_sha256(key.expose(), &[signed])
}

/// Argon2id with its memory, which every try uses again.
struct Search {
    argon2: Argon2<'static>,
    blocks: Vec<Block>,
    /// The challenge, the part, the number.
    input: Vec<u8>,
    id: [u8; 16],
    /// What a try's result must not exceed.
    most: u64,
}

impl Search {
    fn new(signed: &[u8], challenge: Challenge) -> Option<Self> {
        let params = Params::new(MEMORY, 1, 1, Some(8)).ok()?;
        let blocks = vec![Block::new(); params.block_count()];
        let mut input = signed.to_vec();
        input.extend_from_slice(&[0; 5]);
        let tries = u64::from(challenge.tries).div_ceil(PARTS as u64);
        Some(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            blocks,
            input,
            id: challenge.id,
            most: u64::MAX / tries.max(1),
        })
    }

    /// One try: `Argon2id(challenge | part 1 | number 4, salt = id, 8 bytes)` is small enough.
    fn fits(&mut self, part: usize, number: u32) -> bool {
        let end = self.input.len() - 5;
        let [a, b, c, d] = number.to_be_bytes();
        self.input[end..].copy_from_slice(&[part as u8, a, b, c, d]);
        let mut out = [0; 8];
        self.argon2
            .hash_password_into_with_memory(&self.input, &self.id, &mut out, &mut self.blocks)
            .is_ok()
            && u64::from_be_bytes(out) <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn challenge(tries: u32) -> Challenge {
        Challenge {
            purpose: 3,
            tries,
            expires: Timestamp(1_789_000_000_000),
            id: [7; 16],
        }
    }

    #[test]
    fn work_that_was_done_is_known_again() {
        let key = WorkKey::make(&mut SystemRandom);
        for tries in [1, 16, 33] {
            let signed = challenge(tries).sign(&key).unwrap();
            assert_eq!(signed.len(), CHALLENGE_LEN);
            let proof = solve(&signed).unwrap();
            assert_eq!(proof.len(), PROOF_LEN);
            assert_eq!(Challenge::verify(&key, &proof), Ok(challenge(tries)));
        }
    }

    #[test]
    fn no_byte_can_be_another() {
        let key = WorkKey::make(&mut SystemRandom);
        let proof = solve(&challenge(64).sign(&key).unwrap()).unwrap();
        for at in 0..CHALLENGE_LEN {
            let mut other = proof.clone();
            other[at] ^= 1;
            assert_eq!(Challenge::open(&key, &other), Err(OpenError), "byte {at}");
        }
        // Of 64 wrong sets of numbers, about one in 2^16 would pass.
        let mut passed = 0;
        for wrong in 1..=16 {
            let mut other = proof.clone();
            for byte in &mut other[CHALLENGE_LEN..] {
                *byte ^= wrong;
            }
            passed += usize::from(Challenge::verify(&key, &other).is_ok());
        }
        assert!(passed <= 1, "{passed}");
        assert!(Challenge::verify(&WorkKey::make(&mut SystemRandom), &proof).is_err());
        for len in 0..PROOF_LEN {
            assert!(Challenge::verify(&key, &proof[..len]).is_err());
        }
    }

    #[test]
    fn without_tries_a_challenge_is_its_own_proof() {
        let key = WorkKey::make(&mut SystemRandom);
        let signed = challenge(0).sign(&key).unwrap();
        assert_eq!(Challenge::verify(&key, &signed), Ok(challenge(0)));
        let more = [signed, vec![0; 16]].concat();
        assert!(Challenge::verify(&key, &more).is_err());
    }

    #[test]
    fn what_is_no_challenge_is_not_worked_on() {
        for len in [0, CHALLENGE_LEN - 1, CHALLENGE_LEN, PROOF_LEN] {
            assert_eq!(solve(&vec![0xff; len]), None);
        }
    }
}
