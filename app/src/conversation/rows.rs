//! What stands in a conversation's log, line by line, and by what each line is known again.

use client::conversation::{Alert, Author, Body, Fault, Item, Passage, Thread};
use domain::id::MessageId;
use domain::time::Timestamp;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A day begins.
    Day(Timestamp),
    /// What follows is new since the last visit.
    New,
    /// Somebody came or went, or has new keys.
    Passage(Box<Passage>),
    /// Something is wrong with the order or completeness at what follows.
    Fault(Fault),
    /// A message; whether the one before is by the same person.
    Message(Box<Item>, bool),
}

/// By what a line is known again; no two lines have the same.
///
/// Ids alone would not do: they come twice under replay, and what does not open has none. Days
/// come twice where two devices' clocks differ around midnight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The day before a message.
    Day(Place, i64),
    /// There is one.
    New,
    /// How many there were before.
    Passage(usize),
    /// Each is told once at a message.
    Fault(u32, Fault),
    /// A message, what it says, and what made it say so; the same of what it quotes.
    Message(Place, Shape, Shape),
}

/// A kind of body, and what changed the message last.
type Shape = (u8, Option<MessageId>);

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// By its position.
    At(u32),
    /// One's own, the same from the local echo on.
    Own(MessageId),
}

/// The log's lines. `day` numbers the days of the person's time zone.
pub fn rows_of(
    thread: &Thread,
    new_from: Option<MessageId>,
    day: impl Fn(Timestamp) -> i64,
) -> Vec<(Key, Row)> {
    let mut rows = Vec::with_capacity(thread.items.len() + 4);
    let mut alerts = thread.alerts.iter().peekable();
    let mut passages = thread.passages.iter().enumerate().peekable();
    let passage =
        |(nth, one): (usize, &Passage)| (Key::Passage(nth), Row::Passage(Box::new(one.clone())));
    let mut own = Vec::new();
    let mut new_from = new_from;
    let mut before: Option<&Item> = None;
    for item in thread
        .items
        .iter()
        .filter(|item| !matches!(item.body, Body::Enquiry(_)))
    {
        let place = place_of(item, &mut own);
        let same_day = before.is_some_and(|before| day(before.time) == day(item.time));
        if !same_day {
            rows.push((Key::Day(place, day(item.time)), Row::Day(item.time)));
        }
        let is_new = new_from.take_if(|id| *id == item.id).is_some();
        if is_new {
            rows.push((Key::New, Row::New));
        }
        let faults = rows.len();
        while let Some(one) = passages.next_if(|(_, one)| {
            item.position
                .is_none_or(|position| one.position <= position)
        }) {
            rows.push(passage(one));
        }
        // Also those of an opening that is not shown here.
        while let Some(alert) = alerts.next_if(|alert| {
            item.position
                .is_none_or(|position| alert.position <= position)
        }) {
            rows.push(fault(alert));
        }
        let follows = same_day
            && !is_new
            && faults == rows.len()
            && before.is_some_and(|before| before.author == item.author);
        let quoted = item.quote.as_ref();
        let quoted = quoted.map_or((0, None), |quote| shape(&quote.body, quote.amended));
        let key = Key::Message(place, shape(&item.body, item.amended), quoted);
        rows.push((key, Row::Message(Box::new(item.clone()), follows)));
        before = Some(item);
    }
    rows.extend(alerts.map(fault));
    rows.extend(passages.map(passage));
    rows
}

fn place_of(item: &Item, own: &mut Vec<MessageId>) -> Place {
    match item.position {
        Some(position) if item.author != Author::Own || own.contains(&item.id) => {
            Place::At(position)
        }
        _ => {
            own.push(item.id);
            Place::Own(item.id)
        }
    }
}

const fn shape(body: &Body, amended: Option<MessageId>) -> Shape {
    let kind = match body {
        Body::Text(_) => 1,
        Body::Deleted => 2,
        _ => 3,
    };
    (kind, amended)
}

fn fault(alert: &Alert) -> (Key, Row) {
    (
        Key::Fault(alert.position, alert.fault),
        Row::Fault(alert.fault),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::Untrusted;
    use client::conversation::{Delivery, Draft, Quote, Role, Summary};
    use domain::conversation::State;
    use domain::enquiry::EnquiryFields;
    use domain::id::{AgencyId, ConversationId};
    use domain::topic::TopicId;
    use std::collections::BTreeSet;

    const DAY: i64 = 10;

    fn item(position: Option<u32>, id: u8, author: Author, time: i64, body: Body) -> Item {
        Item {
            id: MessageId::from_bytes([id; 16]),
            position,
            author,
            time: Timestamp(time),
            body,
            delivery: Delivery::Sent,
            amended: None,
            quote: None,
        }
    }

    fn other() -> Author {
        Author::Other {
            name: "Frau K.".to_owned(),
            role: Role::Counsellor,
        }
    }

    fn text() -> Body {
        Body::Text("x".to_owned())
    }

    fn thread(items: Vec<Item>, alerts: Vec<Alert>) -> Thread {
        let summary = Summary {
            conversation: ConversationId::from_bytes([1; 16]),
            agency: AgencyId::from_bytes([1; 16]),
            agency_name: String::new(),
            topic: TopicId(1),
            state: State::Active,
            other: String::new(),
            preview: None,
            deleted: false,
            newest_own: false,
            newest: Timestamp(0),
            created: Timestamp(0),
            unread: 0,
            being_sent: 0,
            untrusted: None,
            kept_until: None,
        };
        Thread {
            summary,
            members: vec![],
            fields: None,
            items,
            typing: None,
            read: None,
            draft: Draft::default(),
            first_unread: None,
            alerts,
            changed: vec![],
            asked: None,
            is_alone: false,
            passages: vec![],
            closed: 0,
            can_write: true,
            complete: true,
            withheld: false,
        }
    }

    fn rows(items: Vec<Item>, alerts: Vec<Alert>, new_from: Option<MessageId>) -> Vec<(Key, Row)> {
        rows_of(&thread(items, alerts), new_from, |time| time.0 / DAY)
    }

    #[test]
    fn no_two_lines_have_the_same_key() {
        let unreadable = |position| {
            item(
                Some(position),
                0,
                Author::Unknown,
                5,
                Body::Unverified(Untrusted::Message),
            )
        };
        let again = MessageId::from_bytes([7; 16]);
        let all = rows(
            vec![
                item(Some(1), 7, other(), 9, text()),
                item(Some(2), 8, Author::Own, 11, text()),
                // A clock that is behind: the first day once more.
                item(Some(3), 9, other(), 9, text()),
                item(Some(4), 7, other(), 9, text()),
                item(Some(5), 8, Author::Own, 11, text()),
                unreadable(6),
                unreadable(7),
                item(None, 10, Author::Own, 12, text()),
            ],
            vec![
                Alert {
                    position: 4,
                    fault: Fault::Double,
                },
                Alert {
                    position: 5,
                    fault: Fault::Double,
                },
            ],
            Some(again),
        );
        let keys: BTreeSet<_> = all.iter().map(|(key, _)| key.clone()).collect();
        assert_eq!(keys.len(), all.len(), "{all:#?}");
        assert_eq!(all.iter().filter(|(_, row)| *row == Row::New).count(), 1);
    }

    #[test]
    fn an_own_message_is_the_same_line_once_it_is_stored() {
        let key = |position| {
            rows(
                vec![item(position, 8, Author::Own, 1, text())],
                vec![],
                None,
            )
            .pop()
            .unwrap()
            .0
        };
        assert_eq!(key(None), key(Some(3)));
    }

    #[test]
    fn a_message_is_another_line_once_it_or_what_it_quotes_says_something_else() {
        let by = |id| Some(MessageId::from_bytes([id; 16]));
        let quote = |body, amended| {
            Box::new(Quote {
                of: MessageId::from_bytes([1; 16]),
                author: other(),
                body,
                amended,
            })
        };
        let mut items = vec![item(Some(8), 8, Author::Own, 1, text()); 6];
        (items[1].amended, items[2].amended) = (by(2), by(3));
        (items[3].body, items[3].amended) = (Body::Deleted, by(3));
        items[4].quote = Some(quote(text(), None));
        items[5].quote = Some(quote(Body::Deleted, by(3)));
        let keys = items
            .into_iter()
            .map(|item| rows(vec![item], vec![], None).pop());
        let keys: BTreeSet<_> = keys.map(|row| row.unwrap().0).collect();
        assert_eq!(keys.len(), 6);
    }

    #[test]
    fn what_is_wrong_is_told_at_the_message() {
        let alerts = [1, 3, 9].map(|position| Alert {
            position,
            fault: Fault::Gap,
        });
        let opening = item(
            Some(1),
            1,
            other(),
            1,
            Body::Enquiry(EnquiryFields {
                pseudonym: String::new(),
                postcode: None,
                answers: [].into(),
            }),
        );
        let all = rows(
            vec![
                opening,
                item(Some(2), 2, other(), 1, text()),
                item(Some(3), 3, other(), 1, text()),
                item(None, 4, Author::Own, 1, text()),
            ],
            alerts.to_vec(),
            None,
        );
        let kinds: Vec<_> = all
            .iter()
            .map(|(_, row)| match row {
                Row::Day(_) => "day",
                Row::New => "new",
                Row::Passage(_) => "passage",
                Row::Fault(_) => "fault",
                Row::Message(_, false) => "message",
                Row::Message(_, true) => "follows",
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "day", "fault", "message", "fault", "message", "fault", "message"
            ]
        );
    }
}
