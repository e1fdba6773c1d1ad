//! Topics of counselling.

#[cfg(feature = "ssr")]
pub mod api;
