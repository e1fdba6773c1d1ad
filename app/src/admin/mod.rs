//! Administration: what platform, association and agency admins do. Staff only.

pub mod place;

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod agencies;
#[cfg(feature = "csr")]
pub mod agency;
#[cfg(feature = "csr")]
pub mod field;
#[cfg(feature = "csr")]
pub mod pane;

#[cfg(feature = "csr")]
pub use pane::Administration;
