//! Whether messages are whole and in order: each tab that writes numbers and links its own, and
//! says which message of another it had seen.

use crypto::Digest;
use domain::id::MessageId;
use domain::map::{Map, Set};

use crate::conversation::case::Read;

/// Something is wrong with the order or completeness of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// At which message.
    pub position: u32,
    /// What.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A message of this author is missing before this one.
    Gap,
    /// This message, or its number, was there before.
    Double,
    /// Its author had seen a message that is not here.
    Withheld,
    /// It is written in an epoch that had ended: perhaps by somebody who has left since.
    Outdated,
    /// The server gave something else at this place before; that is what is shown.
    Replaced,
}

/// Checks messages in the order in which they are stored. From `closed` on there may be some that are
/// not for oneself: what links to one of them cannot be told from what links to nothing.
pub(crate) fn check<'a>(
    messages: impl Iterator<Item = (u32, &'a Read)>,
    closed: u32,
) -> Vec<Alert> {
    let mut ids: Set<MessageId> = Set::new();
    let mut chains: Map<(_, [u8; 8]), (u32, Digest, u32)> = Map::new();
    let mut known: Map<Digest, _> = Map::new();
    let mut alerts = Vec::new();
    let mut newest_epoch = 0;
    for (position, read) in messages {
        let mut alert = |fault| alerts.push(Alert { position, fault });
        let link = (read.seq, read.digest, position);
        let link = chains.insert((read.sender, read.chain), link);
        // What it links to may be one of those.
        let is_open = position < closed || link.is_some_and(|(.., at)| at > closed);
        let own_before = |digest: &Digest| known.get(digest) == Some(&read.sender);
        if !ids.insert(read.id) || link.is_some_and(|(seq, ..)| read.seq <= seq) {
            alert(Fault::Double);
        } else {
            let whole = match link {
                Some((seq, digest, _)) => {
                    seq.checked_add(1) == Some(read.seq) && read.prev_own == digest
                }
                None => read.seq == 0 && (read.prev_own.is_zero() || own_before(&read.prev_own)),
            };
            if !whole && is_open {
                alert(Fault::Gap);
            }
        }
        let seen = known
            .get(&read.seen)
            .is_some_and(|author| *author != read.sender);
        if !(read.seen.is_zero() || seen) && position < closed {
            alert(Fault::Withheld);
        }
        known.insert(read.digest, read.sender);
        // The server stores in the newest epoch only, so epochs never fall.
        if read.epoch < newest_epoch {
            alert(Fault::Outdated);
        }
        newest_epoch = newest_epoch.max(read.epoch);
    }
    alerts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Body;
    use crypto::message::ContentType;
    use domain::id::AccountId;
    use domain::time::Minute;

    const ANNA: u8 = 1;
    const BERT: u8 = 2;

    /// A message named by `name`, which is also its digest.
    fn message(name: u8, sender: u8, chain: u8, seq: u32, prev: u8, seen: u8) -> Read {
        Read {
            id: MessageId::from_bytes([name; 16]),
            digest: Digest::from_bytes([name; 32]),
            epoch: 0,
            sender: AccountId::from_bytes([sender; 16]),
            own: false,
            chain: [chain; 8],
            seq,
            prev_own: Digest::from_bytes([prev; 32]),
            seen: Digest::from_bytes([seen; 32]),
            sent: Minute(0),
            kind: ContentType::TEXT,
            body: Body::Newer,
            about: None,
            gone: Vec::new(),
        }
    }

    fn faults(messages: &[Read]) -> Vec<(u32, Fault)> {
        let alerts = check((1..).zip(messages), u32::MAX);
        alerts
            .iter()
            .map(|alert| (alert.position, alert.fault))
            .collect()
    }

    fn talk() -> Vec<Read> {
        vec![
            message(10, ANNA, 1, 0, 0, 0),
            message(11, ANNA, 1, 1, 10, 0),
            message(20, BERT, 2, 0, 0, 11),
            message(12, ANNA, 3, 0, 11, 20), // a second tab
            message(13, ANNA, 1, 2, 11, 20), // the first one, unaware
            message(21, BERT, 2, 1, 20, 13),
        ]
    }

    #[test]
    fn two_tabs_and_two_persons_are_in_order() {
        assert_eq!(faults(&talk()), []);
    }

    #[test]
    fn what_is_left_out_is_noticed_at_the_next_message() {
        for left_out in 0..talk().len() - 1 {
            let mut messages = talk();
            messages.remove(left_out);
            // The one limit: the last of a chain, which nobody had seen last when writing.
            assert_eq!(
                faults(&messages).is_empty(),
                left_out == 3,
                "without {left_out}"
            );
        }
    }

    #[test]
    fn an_epoch_that_had_ended_is_noticed() {
        let mut messages = talk();
        for later in &mut messages[2..] {
            later.epoch = 1;
        }
        assert_eq!(faults(&messages), []);
        messages[4].epoch = 0;
        assert_eq!(faults(&messages), [(5, Fault::Outdated)]);
    }

    #[test]
    fn what_comes_twice_or_in_another_order_is_noticed() {
        let mut twice = talk();
        twice.push(message(10, ANNA, 1, 0, 0, 0));
        assert_eq!(faults(&twice), [(7, Fault::Double)]);
        for at in 0..talk().len() - 1 {
            let mut swapped = talk();
            swapped.swap(at, at + 1);
            // The two tabs of one person know nothing of each other.
            assert_eq!(faults(&swapped).is_empty(), at == 3, "{at} with the next");
        }
    }
}
