//! Argon2id once for each person. In the demonstration people sign in again and again, with
//! passwords that everybody may know; what comes out is the same each time, so it is remembered.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use client::worker::Argon2id;
use opaque_ke::errors::InternalError;
use opaque_ke::generic_array::{ArrayLength, GenericArray};
use opaque_ke::ksf::Ksf;

/// [`Argon2id`], remembered until the program ends.
#[derive(Default)]
pub(super) struct Remembered;

static KNOWN: Mutex<Option<HashMap<Vec<u8>, Vec<u8>>>> = Mutex::new(None);

impl Ksf for Remembered {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        let key = input.to_vec();
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known().as_ref().and_then(|known| known.get(&key).cloned());
        if let Some(before) = before {
            return GenericArray::from_exact_iter(before).ok_or(InternalError::KsfError);
        }
        // Not while the lock is held: others stretch at the same time.
        let stretched = Argon2id.hash(input)?;
        known()
            .get_or_insert_default()
            .insert(key, stretched.to_vec());
        Ok(stretched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opaque_ke::generic_array::typenum::U64;

    #[test]
    fn what_is_remembered_is_what_argon2id_gives() {
        let input = GenericArray::<u8, U64>::from_slice(&[7; 64]);
        let fresh = Argon2id.hash(*input).unwrap();
        assert_eq!(Remembered.hash(*input).unwrap(), fresh);
        assert_eq!(Remembered.hash(*input).unwrap(), fresh);
    }
}
