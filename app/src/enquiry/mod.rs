//! First messages to an agency.

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod answers;
#[cfg(feature = "csr")]
pub mod message;
#[cfg(feature = "csr")]
pub mod questions;
#[cfg(feature = "csr")]
pub mod sent;
