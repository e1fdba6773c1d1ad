//! Answering with a quote, changing and taking back own messages.

use crypto::Digest;
use crypto::message::ContentType;
use domain::conversation::{
    DELETES_MAX, EDIT_TIME, EDITS_MAX, LoadHistory, SendMessage, State, StoredMessage,
};
use domain::id::{ConversationId, MessageId};
use domain::writing::plain;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::about::Gone;
use crate::conversation::amend::{Opened, amend, find};
use crate::conversation::case::Read;
use crate::conversation::sealing::new_message;
use crate::conversation::{Author, Body, Delivery, Item, Quote};
use crate::desk::{Desk, Open, Side};
use crate::error::{Error, Untrusted};
use crate::queue::Queued;
use crate::reducer::Held;
use crate::world::World;

/// Characters of a quote.
const QUOTED: usize = 100;
/// Messages from the end in which a list finds the newest that says something.
const TAIL: u32 = 20;

impl<W: World, S: Side> Desk<W, S> {
    /// Answers a message; sent as [`Desk::send`] sends.
    ///
    /// # Errors
    /// [`Error::TooLong`]; [`Refusal::NotFound`] for a message that is not here to be read.
    pub fn reply(
        &self,
        conversation: ConversationId,
        to: MessageId,
        text: &str,
    ) -> Result<MessageId, Error> {
        self.amend(conversation, to, ContentType::REPLY, text)
    }

    /// Gives an own message another text, for a quarter of an hour after it was sent.
    ///
    /// # Errors
    /// [`Error::TooLong`]; [`Refusal::NotFound`] for a message that is not here;
    /// [`Refusal::NotAllowed`] for another's, and [`Refusal::WrongState`] if it is too late.
    pub fn edit(
        &self,
        conversation: ConversationId,
        message: MessageId,
        text: &str,
    ) -> Result<MessageId, Error> {
        self.amend(conversation, message, ContentType::EDIT, text)
    }

    /// Takes an own message back, for everybody.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a message that is not here; [`Refusal::NotAllowed`] for another's.
    pub fn delete_message(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<MessageId, Error> {
        self.amend(conversation, message, ContentType::DELETE, "")
    }

    fn amend(
        &self,
        conversation: ConversationId,
        id: MessageId,
        kind: ContentType,
        text: &str,
    ) -> Result<MessageId, Error> {
        let written = self.session().client().world().now();
        let about = {
            let open = self.0.open.borrow();
            let open = open.get(&conversation).ok_or(Refusal::NotFound)?;
            let mut read = open
                .read
                .iter()
                .filter_map(|(at, read)| Some((at, read.as_ref().ok()?)));
            let (at, read) = read
                .find(|(_, read)| read.id == id)
                .ok_or(Refusal::NotFound)?;
            let is_own = read.own && read.is_said();
            if kind != ContentType::REPLY && !is_own {
                return Err(Refusal::NotAllowed.into());
            }
            let is_late = written.since(read.sent.start()) >= EDIT_TIME;
            let edits = open.edits_of(read).count();
            let is_void = kind != ContentType::REPLY && open.is_deleted(*at);
            if is_void || kind == ContentType::EDIT && (is_late || edits >= EDITS_MAX) {
                return Err(Refusal::WrongState.into());
            }
            read.name()
        };
        let queued = Queued {
            kind,
            about,
            ..Queued::new(new_message(self.session()), text.to_owned(), written)
        };
        self.enqueue(conversation, queued)
    }

    /// What is to be changed or taken back was taken back meanwhile, or is not in the whole history:
    /// nothing is left to do.
    pub(super) fn drop_void(&self, conversation: ConversationId) {
        let is_void = |open: &Open, queued: &Queued| match queued.about {
            Some((id, hash)) if queued.amends(id) => {
                find(&open.read, id, hash).is_none_or(|(_, read)| read.body == Body::Deleted)
            }
            _ => false,
        };
        let void: Vec<_> = {
            let open = self.0.open.borrow();
            let open = open.get(&conversation);
            let queue = open.into_iter().flat_map(|open| &open.queue);
            let void = queue.filter(|queued| open.is_some_and(|open| is_void(open, queued)));
            void.map(|queued| queued.id).collect()
        };
        if !void.is_empty() {
            self.with_queue(conversation, |queue| {
                queue.retain(|queued| !void.contains(&queued.id));
            });
        }
    }

    /// What is asked of the server for a sealed message: what a deletion takes back stands inside.
    pub(super) fn request(
        &self,
        conversation: ConversationId,
        id: MessageId,
        message: &Blob,
    ) -> SendMessage {
        let mut request = SendMessage::new(message.clone());
        let (open, state) = (self.0.open.borrow(), self.0.state.borrow());
        let open = open.get(&conversation);
        let queued = open.and_then(|open| open.queue.iter().find(|queued| queued.id == id));
        let (Some(open), Some(queued)) = (open, queued) else {
            return request;
        };
        match queued.kind {
            ContentType::DELETE => {
                let read = open.case.read(self.session(), message);
                let gone = read.map(|read| read.gone).unwrap_or_default();
                request.deletes = gone.iter().map(|gone| gone.id).collect();
            }
            ContentType::EDIT => {
                let held = state.conversations.get(&conversation);
                request.quiet = held.is_some_and(|held| held.row.state == State::Archived);
            }
            _ => {}
        }
        request
    }

    /// Loads of conversations that nobody has opened what lists need beyond the newest message:
    /// what else is new, and what a change at the end is about.
    pub(super) async fn look_back(&self) -> Result<(), Error> {
        let all: Vec<_> = self.0.open.borrow().keys().copied().collect();
        for conversation in all {
            let Some(after) = self.needs_after(conversation) else {
                continue;
            };
            let request = LoadHistory {
                conversation,
                after,
                limit: TAIL,
            };
            let history = match call(self.session().client().transport(), request).await {
                Ok(history) => history,
                // It went meanwhile.
                Err(Error::Refused(Refusal::NotFound)) => continue,
                Err(error) => return Err(error),
            };
            let mut state = self.0.state.borrow_mut();
            state.put_messages(conversation, history.messages);
            drop(state);
            self.absorb(conversation);
            self.thread_changed(conversation);
        }
        Ok(())
    }

    fn needs_after(&self, conversation: ConversationId) -> Option<u32> {
        let state = self.0.state.borrow();
        let held = state.conversations.get(&conversation)?;
        let mut all = self.0.open.borrow_mut();
        let open = all.get_mut(&conversation)?;
        let count = held.row.count;
        if held.shown || held.is_complete() || open.looked_back >= count {
            return None;
        }
        open.looked_back = count;
        let read_to = self.read_to(held, open);
        let newest = open.read.get(&count).and_then(|read| read.as_ref().ok());
        let is_hidden = newest.is_none_or(Read::is_quiet);
        let after = count.saturating_sub(TAIL);
        let unknown = |at: u32| !held.messages.contains_key(&at);
        let has_holes = (after.max(read_to)..count).any(|at| unknown(at + 1));
        (is_hidden || has_holes).then_some(after)
    }
}

/// What a deletion of this message takes back: it, and everything that has changed it.
pub(super) fn gone(read: &Opened, target: Option<(MessageId, Digest)>) -> Vec<Gone> {
    let found = target.and_then(|(id, hash)| find(read, id, hash));
    let Some((_, target)) = found else {
        return Vec::new();
    };
    let edits = read.values().filter_map(|read| read.as_ref().ok());
    let edits = edits.filter(|edit| changes(edit, target));
    let all = std::iter::once(target).chain(edits).take(DELETES_MAX);
    all.map(Gone::of).collect()
}

/// Whether it is a change of this message by the same person.
fn changes(edit: &Read, target: &Read) -> bool {
    edit.kind == ContentType::EDIT && edit.about == target.name() && edit.sender == target.sender
}

impl Open {
    /// Applies deletions and changes; tells whether something of the queue was found to be stored.
    pub(super) fn amend(&mut self, held: &Held) -> bool {
        let stored: Vec<_> = held.messages.values().collect();
        self.edits = amend(&stored, &mut self.read);
        // Stored by a copy of this tab, and taken back since.
        let back = self.read.values().filter_map(|read| read.as_ref().ok());
        let back = back.filter(|read| {
            read.body == Body::Deleted && self.queue.iter().any(|queued| queued.id == read.id)
        });
        let back: Vec<_> = back
            .map(|read| (read.id, read.chain, read.digest))
            .collect();
        for (id, chain, digest) in &back {
            self.settle(*id, *chain, *digest);
        }
        !back.is_empty()
    }

    /// A message as it says now: itself, or its newest change.
    pub(super) fn current<'a>(&'a self, read: &'a Read) -> &'a Read {
        let (at, _) = find(&self.read, read.id, read.digest).unzip();
        let edit = at.and_then(|at| self.read.get(self.edits.get(&at)?));
        edit.and_then(|edit| edit.as_ref().ok()).unwrap_or(read)
    }

    /// What changed it last, or took it back.
    pub(super) fn amended(&self, read: &Read) -> Option<MessageId> {
        let by = match read.body {
            Body::Deleted => read.about.map(|(by, _)| by),
            _ => Some(self.current(read).id),
        };
        by.filter(|by| *by != read.id)
    }

    fn edits_of<'a>(&'a self, target: &'a Read) -> impl Iterator<Item = &'a Read> {
        let read = self.read.values().filter_map(|read| read.as_ref().ok());
        read.filter(|edit| changes(edit, target))
    }

    /// Whether its author has signed that the message at this position is gone.
    pub(super) fn is_deleted(&self, position: u32) -> bool {
        let read = self.read.get(&position);
        read.is_some_and(|read| read.as_ref().is_ok_and(|read| read.body == Body::Deleted))
    }

    /// The newest message of those that are shown, if it is here, and what it says.
    pub(super) fn newest_shown<'a>(
        &'a self,
        held: &'a Held,
    ) -> Option<(&'a StoredMessage, Option<&'a Read>)> {
        let mut newest_first = held.messages.values().rev();
        newest_first.find_map(|stored| match self.read.get(&stored.position) {
            Some(Ok(read)) if read.is_quiet() => None,
            read => Some((stored, read.and_then(|read| read.as_ref().ok()))),
        })
    }

    pub(super) fn author(&self, read: &Read) -> Author {
        match self.case.person(read.epoch, read.sender) {
            _ if read.own => Author::Own,
            Some(person) => Author::Other {
                name: person.name,
                role: person.role,
            },
            None => Author::Unknown,
        }
    }

    /// What an answer answers, as it is here.
    pub(super) fn quote(
        &self,
        kind: ContentType,
        about: Option<(MessageId, Digest)>,
    ) -> Option<Box<Quote>> {
        let (of, hash) = about.filter(|_| kind == ContentType::REPLY)?;
        let unknown = Quote {
            of,
            author: Author::Unknown,
            body: Body::Unverified(Untrusted::Message),
            amended: None,
        };
        let quoted = find(&self.read, of, hash);
        Some(Box::new(quoted.map_or(unknown, |(_, read)| Quote {
            of,
            author: self.author(read),
            body: match &self.current(read).body {
                Body::Text(text) => Body::Text(plain(text, QUOTED)),
                Body::Deleted => Body::Deleted,
                _ => Body::Unverified(Untrusted::Message),
            },
            amended: self.amended(read),
        })))
    }

    /// What waits to be sent stands at the end; a change or deletion at the message that it is
    /// about.
    pub(super) fn put_queued(&self, queued: &Queued, items: &mut Vec<Item>) {
        let held = queued.held.clone();
        let delivery = held.map_or(Delivery::BeingSent, Delivery::Held);
        let mut shown = items.iter_mut();
        if let Some(item) = shown.find(|item| queued.amends(item.id)) {
            item.delivery = delivery;
            item.amended = Some(queued.id);
            item.body = match queued.kind {
                ContentType::DELETE => Body::Deleted,
                _ => Body::Text(queued.text.clone()),
            };
            return;
        }
        if queued.about.is_none() || queued.kind == ContentType::REPLY {
            items.push(Item {
                id: queued.id,
                position: None,
                author: Author::Own,
                time: queued.written,
                body: Body::Text(queued.text.clone()),
                delivery,
                amended: None,
                quote: self.quote(queued.kind, queued.about),
            });
        }
    }
}
