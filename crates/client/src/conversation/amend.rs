//! What deletions and changes make of the messages that they are about. What they leave open
//! stays as it was stored.

use crypto::Digest;
use crypto::message::ContentType;
use domain::conversation::{EDIT_LATEST, StoredMessage};
use domain::id::MessageId;
use domain::map::{Map, Set};

use crate::conversation::Body;
use crate::conversation::about::Gone;
use crate::conversation::case::{By, Read};
use crate::error::Untrusted;

/// Opened messages, by position.
pub(crate) type Opened = Map<u32, Result<Read, Untrusted>>;

/// Applies what was opened to what it is about; gives the newest change of each message, by
/// position. Again it does the same: a deletion whose target comes later is applied then.
pub(crate) fn amend(stored: &[&StoredMessage], opened: &mut Opened) -> Map<u32, u32> {
    let mut edits = Map::new();
    for at in all(ContentType::DELETE, opened) {
        let Some(Ok(deletion)) = opened.get(&at) else {
            continue;
        };
        let by = By {
            sender: deletion.sender,
            own: deletion.own,
            name: deletion.name(),
        };
        let gone = deletion.gone.clone();
        let mut gone = gone.iter().enumerate();
        if !gone.all(|(number, gone)| take(stored, opened, by, number, gone)) {
            refuse(opened, at);
        }
    }
    let mut seen = Set::new();
    for at in all(ContentType::EDIT, opened) {
        match target(stored, opened, at, &mut seen) {
            Some((_, false)) => refuse(opened, at),
            Some((of, true)) => {
                let said = |at: &u32| opened.get(at)?.as_ref().ok();
                let before = edits.get(&of).and_then(said);
                let is_older = before.zip(said(&at)).is_some_and(|(before, edit)| {
                    before.chain == edit.chain && before.seq >= edit.seq
                });
                if !is_older {
                    edits.insert(of, at);
                }
            }
            None => {}
        }
    }
    edits
}

/// The positions of all messages of a kind.
fn all(kind: ContentType, opened: &Opened) -> Vec<u32> {
    let these = opened.iter();
    let these = these.filter(|(_, read)| read.as_ref().is_ok_and(|read| read.kind == kind));
    these.map(|(at, _)| *at).collect()
}

/// Where the message stands that the change at a position is about, and whether it may change it;
/// `None` if it changes nothing, because its target is not here or gone, or it was here before.
fn target(
    stored: &[&StoredMessage],
    opened: &Opened,
    at: u32,
    seen: &mut Set<MessageId>,
) -> Option<(u32, bool)> {
    let edit = opened.get(&at)?.as_ref().ok()?;
    // One that comes again is told by the chains, and counts once.
    if !(seen.insert(edit.id) && matches!(edit.body, Body::Text(_))) {
        return None;
    }
    let (id, hash) = edit.about?;
    let (of, target) = find(opened, id, hash)?;
    let is_theirs = target.sender == edit.sender && target.is_said();
    if !is_theirs || is_late(stored, (of, target), (at, edit)) {
        return Some((of, false));
    }
    (target.body != Body::Deleted).then_some((of, true))
}

/// A message by its id and digest.
pub(crate) fn find(opened: &Opened, id: MessageId, digest: Digest) -> Option<(u32, &Read)> {
    opened.iter().find_map(|(at, read)| {
        let read = read.as_ref().ok()?;
        (read.digest == digest && read.id == id).then_some((*at, read))
    })
}

/// Takes back the `number`th message of a deletion: the first is its target, the others have
/// changed it. `false` if it is not its author's to take back.
fn take(
    stored: &[&StoredMessage],
    opened: &mut Opened,
    by: By,
    number: usize,
    gone: &Gone,
) -> bool {
    if let Some((at, read)) = find(opened, gone.id, gone.digest) {
        let fits = match number {
            0 => read.is_said(),
            _ => read.kind == ContentType::EDIT,
        };
        if !fits || read.sender != by.sender {
            return false;
        }
        if let Some(Ok(read)) = opened.get_mut(&at)
            && read.body != Body::Deleted
        {
            read.body = Body::Deleted;
            read.about = by.name;
        }
        return true;
    }
    let stone = stored.iter().find(|stored| {
        stored.is_tombstone() && stored.message.as_slice() == gone.digest.as_bytes().as_slice()
    });
    if let Some(stone) = stone {
        let read = Read {
            kind: match number {
                0 => ContentType::TEXT,
                _ => ContentType::EDIT,
            },
            ..Read::gone(gone, by)
        };
        opened.insert(stone.position, Ok(read));
    }
    true
}

/// Long after the message. The author's clock says it, and the server's, which no author sets.
fn is_late(stored: &[&StoredMessage], target: (u32, &Read), edit: (u32, &Read)) -> bool {
    let received = |at| {
        let at = stored.binary_search_by_key(&at, |stored| stored.position);
        at.map_or(0, |at| stored[at].received.0)
    };
    let said = edit.1.sent.start().since(target.1.sent.start());
    let came = received(edit.0).saturating_sub(received(target.0));
    said > EDIT_LATEST || came > 2 * EDIT_LATEST
}

/// It is shown as one that could not be verified.
fn refuse(opened: &mut Opened, at: u32) {
    if let Some(Ok(read)) = opened.get_mut(&at) {
        read.body = Body::Unverified(Untrusted::Message);
    }
}

#[cfg(test)]
mod tests;
