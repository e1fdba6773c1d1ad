//! The public directory, and what proves it.

#[cfg(feature = "ssr")]
pub mod api;
