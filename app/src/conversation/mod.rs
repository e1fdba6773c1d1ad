//! Conversations of the asker.

#[cfg(feature = "ssr")]
pub mod api;

#[cfg(feature = "csr")]
pub mod aim;
#[cfg(feature = "csr")]
pub mod composer;
#[cfg(feature = "csr")]
pub mod drafted;
#[cfg(feature = "csr")]
pub mod lines;
#[cfg(feature = "csr")]
pub mod list;
#[cfg(feature = "csr")]
pub mod menu;
#[cfg(feature = "csr")]
pub mod moment;
#[cfg(feature = "csr")]
pub mod people;
#[cfg(feature = "csr")]
pub mod question;
#[cfg(any(feature = "csr", test))]
pub mod rows;
#[cfg(feature = "csr")]
pub mod sight;
#[cfg(feature = "csr")]
pub mod talk;
#[cfg(feature = "csr")]
pub mod talks;
#[cfg(feature = "csr")]
pub mod timeline;
#[cfg(feature = "csr")]
pub mod typing;
#[cfg(feature = "csr")]
pub mod wire;
