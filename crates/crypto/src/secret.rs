//! Bytes that nobody may see.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::random::CryptoRng;

/// `N` secret bytes: wiped when dropped, never printed, never compared with `==`, never cloned.
pub struct Secret<const N: usize>([u8; N]);

impl<const N: usize> Secret<N> {
    /// Takes over bytes. The caller wipes its own copy, if it keeps one.
    pub const fn from_bytes(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// Copies a slice; `None` if it has not `N` bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// New random bytes.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let mut secret = Self([0; N]);
        rng.fill_bytes(&mut secret.0);
        secret
    }

    /// The bytes, for the moment of their use.
    pub const fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &[u8; N]) -> bool {
        self.0.ct_eq(other).into()
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }

    pub(crate) const fn zero() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> ZeroizeOnDrop for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Makes a key type of its own out of 32 secret bytes, so that keys cannot be mixed up.
macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name($crate::secret::Secret<32>);

        impl $name {
            /// A new random key.
            pub fn make(rng: &mut impl $crate::random::CryptoRng) -> Self {
                Self($crate::secret::Secret::make(rng))
            }

            /// Takes over the 32 bytes of a key.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self($crate::secret::Secret::from_bytes(bytes))
            }

            /// The 32 bytes, for the moment of their use.
            pub const fn expose(&self) -> &[u8; 32] {
                self.0.expose()
            }
        }

        impl From<$crate::secret::Secret<32>> for $name {
            fn from(secret: $crate::secret::Secret<32>) -> Self {
                Self(secret)
            }
        }
    };
}
pub(crate) use secret_key;
