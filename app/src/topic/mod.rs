//! Topics of counselling.

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod choose;
