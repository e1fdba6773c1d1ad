//! What is being written, kept in the tab as ciphertext.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use crypto::draft::{Draft, DraftPlace};
use domain::id::ConversationId;

use crate::error::Error;
use crate::session::Session;
use crate::world::{World, tab_keys};

/// First byte of the plaintext: what is being written, not a queued message.
const TAG: u8 = b'c';

/// What was being written; empty if nothing was, or if it is another account's.
#[must_use]
pub fn load<W: World>(session: &Session<W>, conversation: ConversationId) -> String {
    read(session, conversation).unwrap_or_default()
}

/// Keeps what is being written.
///
/// # Errors
/// [`Error::TooLong`] above the room of a draft: it is not kept, and would not fit a message.
pub fn keep<W: World>(
    session: &Session<W>,
    conversation: ConversationId,
    text: &str,
) -> Result<(), Error> {
    let world = session.client().world();
    let name = name(conversation);
    if text.is_empty() {
        world.tab().remove(&name);
        return Ok(());
    }
    let place = DraftPlace::of_account(session.key(), &session.account(), &conversation)?;
    let mut plain = vec![TAG];
    plain.extend_from_slice(text.as_bytes());
    let version = world.now().0.unsigned_abs();
    let draft =
        Draft::seal(&mut world.random(), &place, version, &plain).map_err(|_| Error::TooLong)?;
    world
        .tab()
        .set(&name, &STANDARD_NO_PAD.encode(draft.as_bytes()));
    Ok(())
}

fn read<W: World>(session: &Session<W>, conversation: ConversationId) -> Option<String> {
    let kept = session.client().world().tab().get(&name(conversation))?;
    let place = DraftPlace::of_account(session.key(), &session.account(), &conversation).ok()?;
    let draft = Draft::decode(&STANDARD_NO_PAD.decode(kept).ok()?).ok()?;
    let plain = draft.open(&place).ok()?;
    String::from_utf8(plain.strip_prefix(&[TAG])?.to_vec()).ok()
}

fn name(conversation: ConversationId) -> String {
    format!("{}{}", tab_keys::COMPOSER, conversation.to_hex())
}
