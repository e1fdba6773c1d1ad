//! What waits at an agency and what is one's own: lists, an enquiry, accepting it, a conversation.

#[cfg(feature = "ssr")]
pub mod api;
pub mod promise;

#[cfg(feature = "csr")]
mod accept;
#[cfg(feature = "csr")]
mod chip;
#[cfg(feature = "csr")]
mod conversation;
#[cfg(feature = "csr")]
mod empty;
#[cfg(feature = "csr")]
mod enquiry;
#[cfg(feature = "csr")]
mod fields;
#[cfg(feature = "csr")]
mod heading;
#[cfg(feature = "csr")]
mod list;
#[cfg(feature = "csr")]
mod readers;
#[cfg(feature = "csr")]
mod row;

#[cfg(feature = "csr")]
pub use conversation::ConversationPane;
#[cfg(feature = "csr")]
pub use empty::NothingOpen;
#[cfg(feature = "csr")]
pub use enquiry::EnquiryPane;
#[cfg(feature = "csr")]
pub use list::ListPane;
