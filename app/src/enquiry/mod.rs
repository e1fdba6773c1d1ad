//! First messages to an agency.

#[cfg(feature = "ssr")]
pub mod api;
