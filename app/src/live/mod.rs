//! The live channel's twin.

#[cfg(feature = "ssr")]
pub mod api;
