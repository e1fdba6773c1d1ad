//! The public directory, and what proves it.

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod choose;
#[cfg(feature = "csr")]
pub mod chosen;
#[cfg(feature = "csr")]
pub mod elsewhere;
#[cfg(feature = "csr")]
pub mod links;
#[cfg(feature = "csr")]
pub mod proof;
#[cfg(feature = "csr")]
mod search;
