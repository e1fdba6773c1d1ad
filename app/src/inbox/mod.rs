//! What waits at agencies.

#[cfg(feature = "ssr")]
pub mod api;
