//! The workplace of staff: signing in, the frame around both lists, keys.

pub mod keys;
pub mod place;

#[cfg(feature = "csr")]
pub mod announce;
#[cfg(feature = "csr")]
pub mod connection;
#[cfg(feature = "csr")]
pub mod greeting;
#[cfg(feature = "csr")]
pub mod help;
#[cfg(feature = "csr")]
pub mod navigation;
#[cfg(feature = "csr")]
pub mod office;
#[cfg(feature = "csr")]
pub mod problem;
#[cfg(feature = "csr")]
pub mod set_up;
#[cfg(feature = "csr")]
pub mod sign_in;
#[cfg(feature = "csr")]
pub mod start;
#[cfg(feature = "csr")]
pub mod when;
#[cfg(feature = "csr")]
pub mod workplace;

#[cfg(feature = "csr")]
pub use problem::problem;
#[cfg(feature = "csr")]
pub use start::begin;
#[cfg(feature = "csr")]
pub use workplace::Whereabouts;
