//! Publishing what admins have signed.

#[cfg(feature = "ssr")]
pub mod api;
