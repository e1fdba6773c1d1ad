//! What people see and press: Leptos views of both faces, and the server functions that the views call.
//!
//! With `csr` this is the browser's half, with `ssr` the server's; never both in one build.

pub mod account;
pub mod admin;
pub mod agency;
pub mod components;
pub mod conversation;
pub mod device;
pub mod enquiry;
pub mod error;
pub mod factor;
pub mod inbox;
pub mod invitation;
pub mod keys;
pub mod live;
pub mod reactive;
pub mod recovery;
pub mod shell;
pub mod team;
pub mod texts;
pub mod topic;
pub mod work;
pub mod writing;

#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod public;

#[cfg(feature = "csr")]
pub mod browser;
#[cfg(feature = "csr")]
pub mod entry;
#[cfg(feature = "csr")]
pub mod export;
#[cfg(feature = "csr")]
pub mod mount;
#[cfg(feature = "csr")]
pub mod screen;
#[cfg(feature = "csr")]
pub mod settings;
#[cfg(feature = "csr")]
pub mod worker;
