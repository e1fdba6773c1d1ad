//! What waits at an agency and what is one's own: lists, an enquiry, accepting it, a conversation.

#[cfg(feature = "ssr")]
pub mod api;
pub mod promise;

#[cfg(feature = "csr")]
pub mod accept;
#[cfg(feature = "csr")]
pub mod archive;
#[cfg(feature = "csr")]
pub mod assign;
#[cfg(feature = "csr")]
pub mod chip;
#[cfg(feature = "csr")]
pub mod conversation;
#[cfg(feature = "csr")]
pub mod empty;
#[cfg(feature = "csr")]
pub mod enquiry;
#[cfg(feature = "csr")]
pub mod fields;
#[cfg(feature = "csr")]
pub mod heading;
#[cfg(feature = "csr")]
pub mod list;
#[cfg(feature = "csr")]
pub mod pass;
#[cfg(feature = "csr")]
pub mod readers;
#[cfg(feature = "csr")]
pub mod row;

#[cfg(feature = "csr")]
pub use conversation::ConversationPane;
#[cfg(feature = "csr")]
pub use empty::NothingOpen;
#[cfg(feature = "csr")]
pub use enquiry::EnquiryPane;
#[cfg(feature = "csr")]
pub use list::ListPane;
