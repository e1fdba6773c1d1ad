//! The second factor ("Zweite Sicherung"): asked for after the password, set up, removed.

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod ask;
#[cfg(feature = "csr")]
pub mod codes;
#[cfg(feature = "csr")]
pub mod offered;
#[cfg(feature = "csr")]
pub mod passkey;
#[cfg(feature = "csr")]
pub mod seed;
#[cfg(feature = "csr")]
pub mod settings;
