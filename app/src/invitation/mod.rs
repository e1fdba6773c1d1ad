//! Invitations of staff: making and taking up on the admin's side, answering on the other.

#[cfg(feature = "ssr")]
pub mod api;
pub mod words;

#[cfg(feature = "csr")]
pub mod accept;
#[cfg(feature = "csr")]
pub mod making;
#[cfg(feature = "csr")]
pub mod roles;
#[cfg(feature = "csr")]
pub mod told;
#[cfg(feature = "csr")]
pub mod unlisted;
