//! What a key does: single letters, never while somebody writes.

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The next row.
    Next,
    /// The row before.
    Previous,
    /// Accept the open enquiry.
    Accept,
    /// Go to the composer.
    Reply,
    /// What waits.
    Waiting,
    /// The own conversations.
    Mine,
    /// The own conversations that were put away.
    Archive,
    /// Put the open conversation away, or bring it back.
    PutAway,
    /// Show the keys.
    Help,
}

/// Each action and its key, in the order in which the help shows them.
pub const KEYS: [(Action, &str); 9] = [
    (Action::Next, "j"),
    (Action::Previous, "k"),
    (Action::Accept, "a"),
    (Action::Reply, "r"),
    (Action::PutAway, "e"),
    (Action::Waiting, "w"),
    (Action::Mine, "m"),
    (Action::Archive, "l"),
    (Action::Help, "?"),
];

/// A key as it was pressed.
#[derive(Debug, Clone, Copy)]
pub struct Pressed<'a> {
    /// The key's value, as in `KeyboardEvent.key`.
    pub key: &'a str,
    /// Whether Ctrl, Alt or Meta was held: then it is the browser's.
    pub with_modifier: bool,
    /// Whether the focus is where text is written.
    pub in_text: bool,
}

/// What the key does, if anything.
#[must_use]
pub fn action(pressed: Pressed<'_>) -> Option<Action> {
    if pressed.with_modifier || pressed.in_text {
        return None;
    }
    KEYS.iter()
        .find(|(_, key)| *key == pressed.key)
        .map(|(action, _)| *action)
}

/// The key of an action, to be shown beside it.
#[must_use]
pub fn key(action: Action) -> &'static str {
    KEYS.iter()
        .find(|(other, _)| *other == action)
        .map_or("", |(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const J: Pressed<'_> = Pressed {
        key: "j",
        with_modifier: false,
        in_text: false,
    };

    #[test]
    fn letters_act_only_outside_of_text_and_alone() {
        assert_eq!(action(J), Some(Action::Next));
        assert_eq!(action(Pressed { in_text: true, ..J }), None);
        assert_eq!(
            action(Pressed {
                with_modifier: true,
                ..J
            }),
            None
        );
        assert_eq!(action(Pressed { key: "x", ..J }), None);
        assert_eq!(action(Pressed { key: "?", ..J }), Some(Action::Help));
    }

    #[test]
    fn every_action_has_one_key() {
        for (number, (a, _)) in KEYS.iter().enumerate() {
            assert_eq!(action(Pressed { key: key(*a), ..J }), Some(*a), "{number}");
        }
    }
}
