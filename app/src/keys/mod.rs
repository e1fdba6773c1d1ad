//! The vault, and keys of tab drafts.

#[cfg(feature = "ssr")]
pub mod api;
