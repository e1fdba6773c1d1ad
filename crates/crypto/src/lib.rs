//! Formats and primitives of Beistand's end-to-end encryption. No I/O, no clock, no steps of the
//! protocol: those are `client`'s. Compiles for the browser and natively.
//!
//! # Map
//!
//! | what | where | objects |
//! |---|---|---|
//! | signed statements: decode, verify, sign | [`Unverified`], [`Signed`] | |
//! | an account's keys | [`account`], [`identity`], [`keywrap`], [`vault`] | 01, 02, 03 |
//! | the chain of trust | [`trust`] | 04–09 |
//! | conversations | [`epoch`], [`wrap`], [`consent`], [`message`], [`mark`] | 0A–0E, 10, 11 |
//! | one's own notes | [`private_label`], [`draft`] | 12, 13 |
//! | codes to compare, passphrases | [`fingerprint`] | |
//! | recovery codes | [`recovery`] | |
//! | invitations | [`invitation`] | 17 |
//! | password login | [`opaque`] | |
//! | the server's own secrets (native only) | `seal` | 15 |
//! | proof of work | [`work`] | 16 |
//! | secrets, randomness, digests, errors | [`Secret`], [`random`], [`Digest`], [`error`] | |
//! | the libraries, wrapped | [`hazmat`] | |
//!
//! # Ground rules
//!
//! - Randomness is a parameter; [`random::SystemRandom`] is the only place that asks the system.
//! - `derive_…` is deterministic, `make_…` is random.
//! - What is decoded is [`Unverified`] and tells nothing; a `verify` beside its type, which asks
//!   for everything that must fit, makes it [`Signed`].
//! - What is decrypted was bound to its owner, container, version and place; everything that
//!   does not open gives the one [`OpenError`].
//! - Secrets wipe themselves, print `[redacted]`, cannot be compared with `==` or cloned.

pub mod account;
mod codec;
pub mod consent;
mod derive;
mod digest;
pub mod draft;
pub mod epoch;
pub mod error;
pub mod fingerprint;
pub mod hazmat;
pub mod identity;
pub mod invitation;
pub mod keywrap;
mod label;
pub mod local;
pub mod mark;
pub mod message;
pub mod opaque;
pub mod padding;
pub mod private_label;
pub mod random;
pub mod recovery;
#[cfg(not(target_arch = "wasm32"))]
pub mod seal;
mod secret;
mod signature;
mod signed;
pub mod trust;
pub mod vault;
pub mod work;
pub mod wrap;

pub use account::AccountKey;
pub use codec::ObjectType;
pub use digest::Digest;
pub use error::{FormatError, OpenError, VerifyError};
pub use secret::Secret;
pub use signature::{SigningKey, VerifyingKey};
pub use signed::{Signed, Statement, Unverified};
