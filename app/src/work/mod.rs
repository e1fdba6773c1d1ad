//! Work instead of a refusal.

#[cfg(feature = "ssr")]
pub mod api;
