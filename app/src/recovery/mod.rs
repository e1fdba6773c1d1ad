//! The code for a lost password ("Ersatz-Schlüssel"): shown once, made anew, and used.

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod code;
#[cfg(feature = "csr")]
pub mod lost;
#[cfg(feature = "csr")]
pub mod replace;
