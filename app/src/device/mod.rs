//! An own device: the setting, and how it is opened again.

#[cfg(feature = "csr")]
pub mod arrival;
#[cfg(feature = "csr")]
pub mod open;
#[cfg(feature = "csr")]
pub mod setting;
#[cfg(feature = "csr")]
pub mod update;
