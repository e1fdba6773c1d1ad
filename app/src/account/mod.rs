//! Registration, sign-in, sign-out.

#[cfg(feature = "ssr")]
pub mod api;
