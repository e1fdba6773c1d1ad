//! The protocol as a program: what a browser, the demonstration and the lying server run.
//!
//! Everything that is asked of the world goes through [`World`]. Nothing here knows a framework or
//! a runtime; futures are not `Send`. Whatever comes from the server is only bytes until a
//! signature up to the pinned platform root covers it: the types that carry names and keys
//! ([`trust`], [`agency`], [`conversation`]) cannot be made otherwise.
//!
//! Order of reading: [`world`], [`account`] and [`registration`], [`trust`], [`conversation`],
//! [`desk`].

pub mod account;
pub mod admin;
pub mod agency;
mod call;
pub mod composer;
pub mod conversation;
pub mod desk;
pub mod device;
pub mod enquiry;
mod error;
pub mod export;
pub mod factor;
mod form;
mod freshness;
pub mod inbox;
pub mod invitation;
pub mod job;
pub mod live;
pub mod platform;
pub mod queue;
pub mod recovery;
pub mod reducer;
pub mod registration;
#[cfg(test)]
mod sample;
pub mod session;
pub mod settings;
pub mod signal;
mod stay;
pub mod topic;
pub mod transport;
pub mod trust;
pub mod vault;
pub mod work;
#[cfg(feature = "worker")]
pub mod worker;
pub mod world;

pub use call::call;
pub use crypto::random::{CryptoRng, SystemRandom, make_bytes as make_id};
pub use error::{Error, Untrusted};
pub use platform::Platform;
pub use session::{Client, Session};
pub use world::World;
