//! The chain of trust: from the pinned platform root to the names and keys that may be used.
//!
//! What is verified here is the only source of names. A client without a pin verifies the newest
//! objects; one with a pin also that nothing is lower, and every link from the pin to now.

mod association;
mod book;
mod chain;
mod directory;
mod pins;
mod team;

pub use association::Association;
pub(crate) use association::load_association;
pub(crate) use book::{Book, load_agency};
pub(crate) use chain::verify_admins;
pub use chain::{Age, Agency, verify_agency};
pub use directory::Directory;
pub use pins::{Pin, Pins};
pub use team::Colleague;
