//! Views that both faces show. They take plain data and the texts, and hold no state.

pub mod crisis;
pub mod exit;
pub mod language;
#[cfg(feature = "csr")]
pub mod picture;
#[cfg(any(feature = "csr", test))]
pub mod standing;
