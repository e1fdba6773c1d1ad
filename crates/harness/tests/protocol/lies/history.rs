//! Histories with holes, under whatever number of messages the server claims.

use crate::support::{Machine, Served, desk, run};
use client::conversation::{Delivery, Fault, Thread};
use client::desk::{Desk, Seeker};
use client::{Error, Session, World as _};
use domain::conversation::{
    ConversationRow, History, ListConversations, LoadHistory, SendMessage, StoredMessage,
};
use domain::id::ConversationId;

use super::with_history;

/// What is done to a row, and at which position.
type RowLie = (fn(&mut ConversationRow, u32), u32);
/// The same of a history.
type HistoryLie = (fn(&mut History, u32), u32);

const HONEST_ROW: RowLie = (|_, _| {}, 0);
const HONEST_HISTORY: HistoryLie = (|_, _| {}, 0);

/// A desk before a server that changes a row and its history, each at one position.
async fn lied_to(
    session: &Session<Machine>,
    row: RowLie,
    history: HistoryLie,
) -> (Desk<Machine, Seeker>, ConversationId) {
    let net = session.client().world().net();
    net.about::<ListConversations>(move |rows| rows.iter_mut().for_each(|one| row.0(one, row.1)));
    net.about::<LoadHistory>(move |answer| history.0(answer, history.1));
    let desk = desk(session).await;
    let conversation = desk.list()[0].conversation;
    desk.show(conversation).await.unwrap();
    (desk, conversation)
}

fn leave_out(answer: &mut History, position: u32) {
    answer.messages.retain(|stored| stored.position != position);
}

/// Leaves one out and moves the later ones up, as if it had never been.
fn close_up(messages: &mut Vec<StoredMessage>, position: u32) {
    messages.retain(|stored| stored.position != position);
    for stored in messages {
        if stored.position > position {
            stored.position -= 1;
        }
    }
}

async fn honest(session: &Session<Machine>) -> Thread {
    let (desk, conversation) = lied_to(session, HONEST_ROW, HONEST_HISTORY).await;
    let thread = desk.thread(conversation).unwrap();
    assert!(thread.complete && thread.alerts.is_empty());
    thread
}

/// A hole is told as one, and nothing is linked over it: no message leaves the device.
#[test]
fn over_a_hole_nothing_is_sent() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        let count = u32::try_from(honest(&session).await.items.len()).unwrap();
        let without = |at| -> (String, RowLie, HistoryLie) {
            (format!("without {at}"), HONEST_ROW, (leave_out, at))
        };
        let mut lies: Vec<_> = (3..count).map(without).collect();
        let named = |name: &str, row: RowLie, history: HistoryLie| (name.to_owned(), row, history);
        lies.extend([
            named(
                "the newest nowhere",
                (|row, _| row.newest = None, 0),
                (leave_out, count),
            ),
            named(
                "one more claimed than there is",
                (|row, _| row.count += 1, 0),
                HONEST_HISTORY,
            ),
            named(
                "the most that can be claimed",
                (|row, _| row.count = u32::MAX, 0),
                HONEST_HISTORY,
            ),
            named(
                "no history at all",
                HONEST_ROW,
                (|answer, _| answer.messages.clear(), 0),
            ),
        ]);
        for (name, row, history) in lies {
            let (desk, conversation) = lied_to(&session, row, history).await;
            let thread = desk.thread(conversation).unwrap();
            assert!(thread.withheld && !thread.complete, "{name}");
            desk.send(conversation, "Ist das angekommen?").unwrap();
            assert_eq!(desk.flush().await, Err(Error::Damaged), "{name}");
            let items = desk.thread(conversation).unwrap().items;
            assert_eq!(
                items.last().unwrap().delivery,
                Delivery::BeingSent,
                "{name}"
            );
            // The next desk of this tab would find it.
            client.world().tab().clear();
        }
        assert!(client.world().net().asked::<SendMessage>().is_empty());
    });
}

/// One left out and the rest moved up: with the old count the last one stands there twice, with a
/// fitting count the chain of its author is broken.
#[test]
fn a_hole_that_was_closed_up_breaks_a_chain() {
    let served = Served::get();
    run(async {
        let (_, session) = with_history(&served).await;
        let count = u32::try_from(honest(&session).await.items.len()).unwrap();
        for at in 3..count {
            let close: HistoryLie = (|answer, at| close_up(&mut answer.messages, at), at);
            let (desk, conversation) = lied_to(&session, HONEST_ROW, close).await;
            let thread = desk.thread(conversation).unwrap();
            let mut alerts = thread.alerts.iter();
            let doubled = alerts.any(|alert| alert.fault == Fault::Double);
            assert!(doubled, "{at}, the count as announced");
            let shorter: RowLie = (
                |row, _| {
                    row.count -= 1;
                    if let Some(newest) = &mut row.newest {
                        newest.position -= 1;
                    }
                },
                0,
            );
            let (desk, conversation) = lied_to(&session, shorter, close).await;
            let thread = desk.thread(conversation).unwrap();
            assert!(thread.complete, "{at}");
            let broken = |fault| matches!(fault, Fault::Gap | Fault::Withheld);
            let noticed = thread.alerts.iter().any(|alert| broken(alert.fault));
            assert!(noticed, "{at}, a fitting count: {:?}", thread.alerts);
        }
    });
}
