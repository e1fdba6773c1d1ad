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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::world::{Fake, Tab, session};
    use crate::world::TabStorage as _;
    use std::rc::Rc;

    const WHERE: ConversationId = ConversationId::from_bytes([4; 16]);
    const ELSEWHERE: ConversationId = ConversationId::from_bytes([5; 16]);

    fn tab_of(who: u8, tab: &Rc<Tab>) -> Session<Fake> {
        session(&Rc::default(), tab, who)
    }

    #[test]
    fn what_is_being_written_survives_a_reload_as_ciphertext() {
        let tab = Rc::default();
        keep(&tab_of(1, &tab), WHERE, "ein halber Satz").unwrap();
        keep(&tab_of(1, &tab), ELSEWHERE, "ein anderer").unwrap();
        let kept = |what| tab.0.borrow().values().any(|value| value.contains(what));
        assert!(!kept("Satz") && !kept("anderer"));
        let again = tab_of(1, &tab);
        assert_eq!(load(&again, WHERE), "ein halber Satz");
        keep(&again, WHERE, "").unwrap();
        assert_eq!(load(&again, WHERE), "");
        assert_eq!(load(&again, ELSEWHERE), "ein anderer");
        assert_eq!(tab.0.borrow().len(), 1);
    }

    #[test]
    fn it_opens_for_its_account_and_conversation_only() {
        let tab = Rc::default();
        let own = tab_of(1, &tab);
        keep(&own, WHERE, "nur hier").unwrap();
        assert_eq!(load(&tab_of(2, &tab), WHERE), "");
        let sealed = tab.get(&name(WHERE)).unwrap();
        tab.set(&name(ELSEWHERE), &sealed);
        assert_eq!(load(&own, ELSEWHERE), "");
        tab.set(&name(WHERE), "kein Chiffrat");
        assert_eq!(load(&own, WHERE), "");
    }

    #[test]
    fn what_does_not_fit_replaces_nothing() {
        let tab = Rc::default();
        let own = tab_of(1, &tab);
        let longest = "x".repeat(crate::conversation::TEXT_MAX);
        keep(&own, WHERE, &longest).unwrap();
        let refused = keep(&own, WHERE, &"x".repeat(40_000));
        assert_eq!(refused, Err(Error::TooLong));
        assert_eq!(load(&own, WHERE), longest);
    }
}
