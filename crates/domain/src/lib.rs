//! Types and rules of Beistand: no I/O, no async, no framework.
//!
//! Two things live here: the *rules* (what a name, a postcode, a transition, a right is) and the
//! *wire* (what a browser and the server say to each other, see [`wire`]). One module a feature;
//! the same word names the feature in every crate. Time and randomness are parameters.

pub mod account;
pub mod admin;
pub mod agency;
pub mod blob;
pub mod conversation;
pub mod crisis;
pub mod enquiry;
pub mod factor;
pub mod fold;
pub mod id;
pub mod inbox;
pub mod invitation;
pub mod keys;
pub mod language;
pub mod live;
pub mod map;
pub mod password;
pub mod policy;
pub mod postcode;
pub mod profile;
pub mod recovery;
pub mod refusal;
pub mod time;
pub mod topic;
pub mod trust;
pub mod wire;
pub mod words;
pub mod work;
pub mod writing;

pub use blob::Blob;
pub use refusal::Refusal;
