//! A server that lies is refused, whatever it changes.

mod acceptance;
mod account;
mod again;
mod conversation;
mod history;
mod inbox;
mod marks;
mod messages;
mod platform;
mod rollback;
mod transplant;
mod trust;
mod unstored;
mod writing;

use domain::Blob;

use conversation::with_history;
use trust::chain_of;

/// Changes one bit, a different byte each time.
pub(crate) fn flip(bytes: &mut Blob, at: usize) {
    let len = bytes.0.len();
    if let Some(byte) = bytes.0.get_mut(at % len.max(1)) {
        *byte ^= 1;
    }
}
