//! What views show: lists, threads, unread counts.

use crypto::epoch::MemberId;
use crypto::message::Message;
use domain::conversation::{ArchiveConversation, State, StoredMessage};
use domain::id::{AccountId, ConversationId, MessageId};
use domain::time::DAY;
use domain::writing::plain;

use crate::call::call;
use crate::conversation::case::{Epoch, Read};
use crate::conversation::epochs::rotation_record;
use crate::conversation::{
    Alert, Author, Body, Delivery, Draft, Fault, Item, Passage, Person, Reason, Role, Summary,
    Thread, chains,
};
use crate::desk::{Desk, Open, Side};
use crate::error::{Error, Untrusted};
use crate::queue;
use crate::reducer::Held;
use crate::world::World;

/// Characters of a preview.
const PREVIEW: usize = 140;

impl<W: World, S: Side> Desk<W, S> {
    /// Own conversations, the newest message first.
    #[must_use]
    pub fn list(&self) -> Vec<Summary> {
        let state = self.0.state.borrow();
        let open = self.0.open.borrow();
        let mut list: Vec<_> = state
            .conversations
            .values()
            .filter_map(|held| Some(self.summary(held, open.get(&held.row.conversation)?)))
            .collect();
        list.sort_by_key(|one| (std::cmp::Reverse(one.newest), one.conversation));
        list
    }

    /// A conversation to read; `None` if it is not here.
    #[must_use]
    pub fn thread(&self, conversation: ConversationId) -> Option<Thread> {
        let state = self.0.state.borrow();
        let all = self.0.open.borrow();
        let held = state.conversations.get(&conversation)?;
        let open = all.get(&conversation)?;
        let read_to = self.read_to(held, open);
        let mut items: Vec<_> = held
            .messages
            .values()
            .filter_map(|stored| item(open, stored))
            .collect();
        let first_unread = items
            .iter()
            .find(|item| {
                let is_new = item.position.is_some_and(|at| at > read_to);
                is_new && item.author != Author::Own && item.body != Body::Deleted
            })
            .map(|item| item.id);
        for queued in &open.queue {
            open.put_queued(queued, &mut items);
        }
        let complete = held.is_complete();
        // Holes of a history that is not loaded yet are no gaps; what is before them is checked,
        // whatever number of messages the server claims.
        let readable = open.read.range(..=held.contiguous());
        let readable = readable.filter_map(|(at, read)| Some((*at, read.as_ref().ok()?)));
        let closed = || {
            let messages = held.messages.values();
            messages.filter(|stored| open.case.is_closed(&stored.message))
        };
        let first_closed = closed().next().map_or(u32::MAX, |stored| stored.position);
        let mut alerts = chains::check(readable, first_closed);
        let mut alert = |position, fault| alerts.push(Alert { position, fault });
        for position in held.replaced.iter() {
            alert(*position, Fault::Replaced);
        }
        // Gone, and nobody has signed that it is: of a whole history that can be said.
        let stones = held
            .messages
            .values()
            .filter(|stored| stored.is_tombstone());
        // Where something is not for oneself the word for it may be there.
        let all_mine = complete && first_closed == u32::MAX;
        for stored in stones.filter(|stored| all_mine && !open.is_deleted(stored.position)) {
            alert(stored.position, Fault::Gap);
        }
        alerts.sort_by_key(|alert| (alert.position, alert.fault));
        Some(Thread {
            summary: self.summary(held, open),
            members: open.case.persons(),
            fields: open.case.fields.clone(),
            draft: Draft {
                text: open.writing.text().to_owned(),
                turn: open.writing.turn,
                elsewhere: open.writing.elsewhere().join("\n\n"),
                unverified: open.writing.unverified,
            },
            typing: self.typing(conversation, open),
            read: self.read_by_other(open, &items),
            items,
            first_unread,
            alerts,
            can_write: open.case.writable().is_some(),
            changed: open.changed(self.session()),
            asked: self.asked(&held.row, open),
            is_alone: self.is_alone(open),
            passages: self.passages(open),
            closed: u32::try_from(closed().count()).unwrap_or(u32::MAX),
            complete,
            withheld: open.withheld && !complete,
        })
    }

    /// Whether nobody is left who counsels, by the newest list of the agency that is known here.
    fn is_alone(&self, open: &Open) -> bool {
        let newest = open.case.writable().map(|(epoch, ..)| &epoch.record);
        let Some(record) = newest.filter(|record| !record.has_inbox()) else {
            return false;
        };
        let agency = self.session().book().known(record.agency);
        agency.is_some_and(|agency| {
            rotation_record(record, &agency.current, self.session().account()).is_none()
        })
    }

    /// Who came and went, and new keys, from the second epoch after the enquiry on.
    fn passages(&self, open: &Open) -> Vec<Passage> {
        let epochs = open.case.epochs();
        let pairs = epochs.iter().zip(epochs.iter().skip(1)).skip(1);
        let told = pairs.filter(|(_, now)| now.record.reason != Reason::Rotate);
        let passages = told.map(|(before, now)| {
            let name = |epoch: &Epoch, id: MemberId| match id {
                MemberId::Account(account) => {
                    let person = open.case.person(epoch.record.epoch, account);
                    person.map_or(String::new(), |person| person.name)
                }
                MemberId::Inbox(agency) => {
                    let known = self.session().book().known(agency);
                    known.map_or(String::new(), |agency| agency.name().to_owned())
                }
            };
            let only = |one: &Epoch, other: &Epoch| {
                let members = one.record.members.iter();
                let members = members.filter(|member| other.record.find(&member.id).is_none());
                members.map(|member| name(one, member.id)).collect()
            };
            let author = now.record.author();
            let me = MemberId::Account(self.session().account());
            let author = author.filter(|author| author.id != me);
            Passage {
                position: open.begins(now.record.epoch),
                reason: now.record.reason,
                by: author.map_or(String::new(), |author| name(now, author.id)),
                new: only(now, before),
                gone: only(before, now),
            }
        });
        passages.collect()
    }

    /// Puts a conversation away, or brings it back.
    ///
    /// # Errors
    /// [`domain::Refusal::VersionOutdated`] if a message came meanwhile; as [`call`].
    pub async fn archive(&self, conversation: ConversationId, archived: bool) -> Result<(), Error> {
        let count = self
            .0
            .state
            .borrow()
            .conversations
            .get(&conversation)
            .map_or(0, |held| held.row.count);
        let request = ArchiveConversation {
            conversation,
            archived,
            count,
        };
        call(self.session().client().transport(), request).await?;
        // The event says it, too; the screen need not wait for it.
        if let Some(held) = self
            .0
            .state
            .borrow_mut()
            .conversations
            .get_mut(&conversation)
        {
            held.row.state = if archived {
                State::Archived
            } else {
                State::Active
            };
        }
        self.thread_changed(conversation);
        Ok(())
    }

    /// Opens what is here and was not opened yet.
    pub(super) fn absorb(&self, conversation: ConversationId) {
        let state = self.0.state.borrow();
        let mut all = self.0.open.borrow_mut();
        let (Some(held), Some(open)) = (
            state.conversations.get(&conversation),
            all.get_mut(&conversation),
        ) else {
            return;
        };
        let mut settled = false;
        for stored in held.messages.values() {
            if open.read.contains_key(&stored.position) || stored.is_tombstone() {
                continue;
            }
            let read = open.case.read(self.session(), &stored.message);
            if let Ok(read) = &read
                && read.own
            {
                settled |= open.settle(read.id, read.chain, read.digest);
            }
            open.read.insert(stored.position, read);
        }
        settled |= open.amend(held);
        open.take_marks(self.session(), &held.row.marks);
        if settled {
            queue::keep(self.session(), conversation, &open.queue).ok();
        }
    }

    pub(super) fn absorb_all(&self) {
        let all: Vec<_> = self.0.open.borrow().keys().copied().collect();
        for conversation in all {
            self.absorb(conversation);
        }
    }

    fn summary(&self, held: &Held, open: &Open) -> Summary {
        let row = &held.row;
        let newest = open.newest_shown(held);
        let read = newest.and_then(|(_, read)| read);
        let shown = read.map(|read| open.current(read));
        let agency = self.session().book().known(row.agency);
        let read_to = self.read_to(held, open);
        Summary {
            conversation: row.conversation,
            agency: row.agency,
            agency_name: agency.map_or(String::new(), |agency| agency.name().to_owned()),
            topic: row.topic,
            state: row.state,
            other: other(&open.case.persons(), self.session().account()),
            preview: shown.and_then(preview),
            deleted: shown.is_some_and(|read| read.body == Body::Deleted),
            newest_own: read.is_some_and(|read| read.own),
            newest: newest.map_or(row.created, |(stored, _)| stored.received),
            created: row.created,
            unread: unread(held, open, read_to),
            being_sent: open.queue.len(),
            untrusted: open.case.fault,
            kept_until: row.closed.and_then(|closed| open.kept_until(closed)),
        }
    }
}

impl Open {
    /// The position of the first message of an epoch or a later one; behind all if there is none.
    fn begins(&self, epoch: u32) -> u32 {
        let mut read = self.read.iter();
        let first = read.find(|(_, read)| read.as_ref().is_ok_and(|read| read.epoch >= epoch));
        first.map_or(u32::MAX, |(position, _)| *position)
    }
}

fn item(open: &Open, stored: &StoredMessage) -> Option<Item> {
    let position = Some(stored.position);
    let read = match open.read.get(&stored.position)? {
        Ok(read) if read.is_quiet() => return None,
        Ok(read) => read,
        Err(_) if open.case.is_closed(&stored.message) => return None,
        Err(why) => {
            let id = Message::decode(stored.message.as_slice());
            return Some(Item {
                id: id.map_or(MessageId::from_bytes([0; 16]), |message| message.id()),
                position,
                author: Author::Unknown,
                time: stored.received,
                body: Body::Unverified(*why),
                delivery: Delivery::Sent,
                amended: None,
                quote: None,
            });
        }
    };
    Some(Item {
        id: read.id,
        position,
        author: open.author(read),
        // A device's clock says when, but never a time that no calendar can show.
        time: read.sent.start().min(stored.received.plus(DAY)),
        body: open.current(read).body.clone(),
        delivery: Delivery::Sent,
        amended: open.amended(read),
        quote: open.quote(read.kind, read.about),
    })
}

/// The other side's name: for a seeker who counsels, for staff the seeker.
fn other(persons: &[Person], me: AccountId) -> String {
    let seeker = persons.iter().find(|person| person.role == Role::Seeker);
    let counsellor = persons
        .iter()
        .find(|person| person.role == Role::Counsellor);
    let other = if seeker.is_some_and(|seeker| seeker.account == me) {
        counsellor
    } else {
        seeker
    };
    other.map_or(String::new(), |person| person.name.clone())
}

fn preview(read: &Read) -> Option<String> {
    match &read.body {
        Body::Text(text) => Some(plain(text, PREVIEW)),
        _ => None,
    }
}

/// Messages of others after the last one read. Of a history that is not loaded every message
/// after the last own one counts.
fn unread(held: &Held, open: &Open, read_to: u32) -> u32 {
    let later = held.row.count.saturating_sub(read_to);
    let known = open.read.range(read_to.saturating_add(1)..);
    let no_news = |read: &Read| read.own || read.is_quiet() || read.body == Body::Deleted;
    let known = known
        .filter(|(_, read)| {
            read.as_ref()
                .map_or_else(|why| *why == Untrusted::Key, no_news)
        })
        .count();
    later.saturating_sub(u32::try_from(known).unwrap_or(0))
}
