//! The vault, everything anew, and keys of tab drafts.

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod renew;
