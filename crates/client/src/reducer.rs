//! What the server has told, and how an event changes it. Pure: no keys, no questions; what must
//! be asked is noted as a [`Need`].
//!
//! The property that holds: the state after all events, with every need fulfilled, is the state
//! that a fresh fetch gives.

use crypto::Digest;
use crypto::mark::ReadMark;
use crypto::message::Message;
use crypto::private_label::PrivateLabel;
use domain::Blob;
use domain::conversation::{ConversationRow, MemberMark, State as Stage, StoredMessage};
use domain::id::ConversationId;
use domain::inbox::WaitingEnquiry;
use domain::live::Event;
use domain::map::{Map, Set};

/// Everything told so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The last event's place; `None` before the first connection.
    pub cursor: Option<u64>,
    /// Own conversations.
    pub conversations: Map<ConversationId, Held>,
    /// What waits at own agencies.
    pub inbox: Map<ConversationId, WaitingEnquiry>,
    needs: Set<Need>,
}

/// A conversation as told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The row; `opening` and `newest` are among `messages` too.
    pub row: ConversationRow,
    /// Messages by position, perhaps with holes: see [`Held::is_complete`].
    pub messages: Map<u32, StoredMessage>,
    /// Whether somebody looks at the history, so that it must stay complete.
    pub shown: bool,
    /// Places at which the server gave something else later. What came first stays.
    pub replaced: Set<u32>,
}

/// Something to ask the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// A conversation's row.
    Row(ConversationId),
    /// A conversation's messages.
    History(ConversationId),
    /// What waits.
    Inbox,
}

impl Held {
    /// Whether every message is here.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        u32::try_from(self.messages.len()) == Ok(self.row.count)
    }

    /// The last position before the first hole: where to go on asking.
    #[must_use]
    pub fn contiguous(&self) -> u32 {
        let mut last = 0;
        for position in self.messages.keys() {
            if *position != last + 1 {
                break;
            }
            last = *position;
        }
        last
    }

    /// A label or mark of a lower version than was told before is none.
    fn keep_newer(&mut self, before: ConversationRow) {
        if let Some(label) = before.label {
            self.put_label(label);
        }
        for mark in before.marks {
            self.put_mark(mark);
        }
    }

    pub(crate) fn put_label(&mut self, label: Blob) {
        let version = |bytes: &Blob| {
            PrivateLabel::decode(bytes.as_slice()).map_or(0, |label| label.version())
        };
        if self.row.label.as_ref().map_or(0, version) < version(&label) {
            self.row.label = Some(label);
        }
    }

    pub(crate) fn put_mark(&mut self, mark: MemberMark) {
        let version =
            |one: &MemberMark| ReadMark::decode(one.mark.as_slice()).map_or(0, |one| one.version());
        let marks = &mut self.row.marks;
        match marks.binary_search_by_key(&mark.account, |one| one.account) {
            Ok(at) if version(&marks[at]) < version(&mark) => marks[at] = mark,
            Ok(_) => {}
            Err(at) => marks.insert(at, mark),
        }
    }

    fn put(&mut self, stored: StoredMessage) {
        // Places are counted from 1.
        if stored.position == 0 {
            return;
        }
        let position = stored.position;
        match self.messages.get_mut(&position) {
            None => {
                self.row.count = self.row.count.max(position);
                self.messages.insert(position, stored);
            }
            Some(known) if known.message == stored.message => *known = stored,
            Some(known) if name(known) != name(&stored) => {
                self.replaced.insert(position);
            }
            // What was taken back stays so, whatever still comes of it.
            Some(known) if stored.is_tombstone() => *known = stored,
            Some(_) => {}
        }
        let newest = self.row.newest.as_ref().map_or(0, |newest| newest.position);
        if position >= newest {
            self.row.newest = self.messages.get(&position).cloned();
        }
        let mut opening = self.row.opening.iter_mut();
        if let Some(shown) = opening.find(|one| one.position == position)
            && let Some(known) = self.messages.get(&position)
        {
            *shown = known.clone();
        }
    }
}

/// The digest by which messages name each other; it stays when the message is taken back.
fn name(stored: &StoredMessage) -> Digest {
    let bytes = stored.message.as_slice();
    bytes
        .try_into()
        .map_or_else(|_| Digest::of(bytes), Digest::from_bytes)
}

impl State {
    /// The next thing to ask.
    #[must_use]
    pub fn need(&self) -> Option<Need> {
        self.needs.first().copied()
    }

    /// Notes something to ask.
    pub fn ask(&mut self, need: Need) {
        self.needs.insert(need);
    }

    /// Takes out the next thing to ask, before it is asked: what comes by event meanwhile may ask
    /// the same again.
    pub fn take_need(&mut self) -> Option<Need> {
        self.needs.pop_first()
    }

    /// Everything fetched afresh: own conversations and what waits. Messages that are here stay:
    /// they are the same.
    pub fn put_all(&mut self, rows: Vec<ConversationRow>, inbox: Vec<WaitingEnquiry>) {
        let before = std::mem::take(&mut self.conversations);
        for row in rows {
            if let Some(held) = before.get(&row.conversation) {
                self.conversations.insert(row.conversation, held.clone());
            }
            self.put_row(row);
        }
        self.put_inbox(inbox);
    }

    /// A row fetched afresh. What came by event in the meantime is newer and stays.
    pub fn put_row(&mut self, row: ConversationRow) {
        let conversation = row.conversation;
        let mut held = Held {
            messages: Map::new(),
            shown: false,
            replaced: Set::new(),
            row,
        };
        if let Some(before) = self.conversations.remove(&conversation) {
            held.keep_newer(before.row);
            held.messages = before.messages;
            held.replaced = before.replaced;
            held.shown = before.shown;
        }
        let told = held.row.opening.iter().chain(&held.row.newest);
        let told: Vec<_> = told
            .cloned()
            .chain(held.messages.values().next_back().cloned())
            .collect();
        for stored in told {
            held.put(stored);
        }
        if held.shown && !held.is_complete() {
            self.ask(Need::History(conversation));
        }
        // What was given back waits for others, and oneself.
        if held.row.state != Stage::Waiting {
            self.inbox.remove(&conversation);
        }
        self.conversations.insert(conversation, held);
    }

    /// The inbox fetched afresh. An answer older than the own acceptance still lists what is one's
    /// own now.
    pub fn put_inbox(&mut self, inbox: Vec<WaitingEnquiry>) {
        self.inbox = inbox
            .into_iter()
            .filter(|enquiry| {
                let held = self.conversations.get(&enquiry.conversation);
                held.is_none_or(|held| held.row.state == Stage::Waiting)
            })
            .map(|enquiry| (enquiry.conversation, enquiry))
            .collect();
    }

    /// Messages of a conversation.
    pub fn put_messages(&mut self, conversation: ConversationId, messages: Vec<StoredMessage>) {
        if let Some(held) = self.conversations.get_mut(&conversation) {
            for stored in messages {
                held.put(stored);
            }
        }
    }

    /// There is no such conversation any more, or it is not ours.
    pub fn forget(&mut self, conversation: ConversationId) {
        self.conversations.remove(&conversation);
        self.inbox.remove(&conversation);
    }
}

/// Applies an event.
pub fn apply(state: &mut State, event: Event) {
    match event {
        Event::Message {
            conversation,
            state: stage,
            stored,
        } => message(state, conversation, stage, stored),
        // New, or meant for somebody else than before.
        Event::EnquiryArrived { .. } => state.ask(Need::Inbox),
        Event::EnquiryTaken { conversation, .. } => {
            state.inbox.remove(&conversation);
        }
        Event::Epoch {
            conversation,
            state: stage,
            ..
        } => {
            if let Some(held) = state.conversations.get_mut(&conversation) {
                held.row.state = stage;
            }
            state.ask(Need::Row(conversation));
        }
        Event::State {
            conversation,
            state: stage,
        } => {
            if let Some(held) = state.conversations.get_mut(&conversation) {
                held.row.state = stage;
            }
            // Since when it is put away the row says.
            state.ask(Need::Row(conversation));
        }
        Event::Gone { conversation } => state.forget(conversation),
        Event::Label {
            conversation,
            label,
        } => {
            let Some(held) = state.conversations.get_mut(&conversation) else {
                return state.ask(Need::Row(conversation));
            };
            held.put_label(label);
        }
        Event::Mark { conversation, mark } => {
            let Some(held) = state.conversations.get_mut(&conversation) else {
                return state.ask(Need::Row(conversation));
            };
            held.put_mark(mark);
        }
        Event::Unknown => {}
    }
}

fn message(state: &mut State, conversation: ConversationId, stage: Stage, stored: StoredMessage) {
    let Some(held) = state.conversations.get_mut(&conversation) else {
        let Some(waiting) = state.inbox.get_mut(&conversation) else {
            return state.ask(Need::Row(conversation));
        };
        let after = waiting.messages.last().map_or(0, |last| last.position);
        let mut known = waiting.messages.iter_mut();
        if stored.position > after {
            waiting.messages.push(stored);
        } else if let Some(known) = known.find(|one| name(one) == name(&stored))
            && stored.is_tombstone()
        {
            *known = stored;
        }
        return;
    };
    held.row.state = stage;
    if stage != Stage::Archived {
        held.row.closed = None;
    }
    let epoch = Message::decode(stored.message.as_slice()).map_or(0, |message| message.epoch());
    let known = u32::try_from(held.row.epochs.len()).is_ok_and(|known| epoch < known);
    held.put(stored);
    let hole = held.shown && !held.is_complete();
    if !known {
        state.ask(Need::Row(conversation));
    }
    if hole {
        state.ask(Need::History(conversation));
    }
}

#[cfg(test)]
mod tests;
