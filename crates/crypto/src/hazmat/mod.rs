//! The primitives, thinly wrapped: the only place where the libraries are called.
//!
//! Public so that the published attack vectors run against exactly what the formats use. Nobody
//! outside this crate has another reason to call them: what is safe stands one level above.

pub mod aead;
pub mod kdf;
pub mod kem;
pub mod signature;
