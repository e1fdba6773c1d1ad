//! Accounts: registration, sign-in, sessions.

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod change;
#[cfg(feature = "csr")]
pub mod confirm;
#[cfg(feature = "csr")]
pub mod consent;
#[cfg(feature = "csr")]
pub mod credentials;
#[cfg(feature = "csr")]
pub mod delete;
#[cfg(feature = "csr")]
pub mod offer;
#[cfg(feature = "csr")]
pub mod password;
#[cfg(feature = "csr")]
pub mod sessions;
#[cfg(feature = "csr")]
pub mod sign_in;
#[cfg(feature = "csr")]
pub mod stay;
