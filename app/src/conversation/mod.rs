//! Conversations of the asker.

#[cfg(feature = "ssr")]
pub mod api;
