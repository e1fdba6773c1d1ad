//! Randomness as a parameter, and the only place that asks the operating system for it.

use rand_core::{Infallible, TryRng};
use rand_core::{TryCryptoRng, UnwrapErr};

pub use rand_core::CryptoRng;

/// The operating system's randomness (`crypto.getRandomValues` in a browser).
///
/// Asking can fail only where the system is broken; nothing sensible can be done then, and to go
/// on with weak keys would be the worst answer, so the underlying adapter ends the program.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl TryRng for SystemRandom {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        UnwrapErr(getrandom::SysRng).try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        UnwrapErr(getrandom::SysRng).try_next_u64()
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        UnwrapErr(getrandom::SysRng).try_fill_bytes(to)
    }
}

impl TryCryptoRng for SystemRandom {}

/// `N` random bytes, for what is public: ids, nonces, chain numbers. For keys see
/// [`Secret::make`](crate::Secret::make).
pub fn make_bytes<const N: usize>(rng: &mut impl CryptoRng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}
