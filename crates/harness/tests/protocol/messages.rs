//! Messages are answered with a quote, changed, taken back.

use client::conversation::{Author, Body, Delivery, Item, Thread};
use client::desk::{Desk, Seeker, Side, Staff};
use client::{Error, account};
use domain::Refusal;
use domain::conversation::{LoadHistory, RotateEpoch, SendMessage, State};
use domain::id::{ConversationId, MessageId};
use domain::time::{MINUTE, SECOND, Timestamp};

use crate::marks::accepted;
use crate::support::{
    Machine, NewSeeker, Served, desk, follow, listen, reloaded, run, seeker, staff, until,
};

/// What is shown, in few words; nothing is missing.
pub(crate) fn shown(thread: &Thread) -> Vec<String> {
    assert_eq!(thread.alerts, []);
    assert!(thread.complete);
    let items = thread.items.iter();
    items.filter_map(words).collect()
}

fn words(item: &Item) -> Option<String> {
    let said = |body: &Body| match body {
        Body::Text(text) => text.clone(),
        Body::Deleted => "gone".to_owned(),
        other => format!("{other:?}"),
    };
    let who = match item.author {
        Author::Own => "own",
        _ => "other",
    };
    if matches!(item.body, Body::Enquiry(_)) {
        return None;
    }
    let mut line = format!("{}: {}", who, said(&item.body));
    if item.amended.is_some() && item.body != Body::Deleted {
        line += " (edited)";
    }
    if let Some(quote) = &item.quote {
        line += &format!(" > {}", said(&quote.body));
    }
    Some(line)
}

pub(crate) fn thread<S: Side>(desk: &Desk<Machine, S>, id: ConversationId) -> Vec<String> {
    shown(&desk.thread(id).unwrap())
}

pub(crate) async fn said<S: Side>(
    desk: &Desk<Machine, S>,
    id: ConversationId,
    text: &str,
) -> MessageId {
    let sent = desk.send(id, text).unwrap();
    desk.flush().await.unwrap();
    sent
}

/// Somebody's desk on a device that knows nothing.
pub(crate) async fn blank(served: &Served, person: &NewSeeker) -> Desk<Machine, Seeker> {
    let (_, session) = person.elsewhere(served).await;
    let there = desk::<Seeker>(&session).await;
    there.show(person.conversation).await.unwrap();
    there
}

#[test]
fn both_sides_see_at_once_and_later_what_was_changed_quoted_and_taken_back() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        follow(&own);
        follow(&hannah);
        let question = hannah.send(id, "Was ist **geschehen**?").unwrap();
        until("it is here", || thread(&own, id).len() == 2).await;
        own.reply(id, question, "Ich weiß nicht.").unwrap();
        let answer = own.send(id, "Doch: gestern Abend").unwrap();
        let wrong = own.send(id, "Das war nicht für Sie.").unwrap();
        until("it is sent", || {
            let items = own.thread(id).unwrap().items;
            items.iter().all(|item| item.position.is_some())
        })
        .await;
        own.edit(id, answer, "Doch: gestern abend").unwrap();
        own.edit(id, answer, "Doch, gestern Abend.").unwrap();
        hannah.edit(id, question, "Was ist geschehen?").unwrap();
        let all = [
            "own: Hallo.",
            "other: Was ist geschehen? (edited)",
            "own: Ich weiß nicht. > Was ist geschehen?",
            "own: Doch, gestern Abend. (edited)",
            "own: Das war nicht für Sie.",
        ];
        until("all of it is here", || thread(&own, id) == all).await;
        own.delete_message(id, wrong).unwrap();
        own.delete_message(id, answer).unwrap();
        hannah.delete_message(id, question).unwrap();
        let left = [
            "own: Hallo.",
            "other: gone",
            "own: Ich weiß nicht. > gone",
            "own: gone",
            "own: gone",
        ];
        until("it is gone here", || thread(&own, id) == left).await;
        let turned = left.map(|line| match line.split_once(": ").unwrap() {
            ("own", rest) => format!("other: {rest}"),
            (_, rest) => format!("own: {rest}"),
        });
        until("it is gone there", || thread(&hannah, id) == turned).await;
        // Afresh: ciphertexts are gone with it, the changes' too.
        let there = blank(&served, &person).await;
        assert_eq!(thread(&there, id), left);
        let live = own.thread(id).unwrap().items;
        assert_eq!(there.thread(id).unwrap().items, live);
        let net = person.client.world().net();
        let deletes = net.asked::<SendMessage>().into_iter();
        let deletes: Vec<_> = deletes
            .map(|one| one.deletes.len())
            .filter(|len| *len > 0)
            .collect();
        assert_eq!(deletes, [1, 3]);
        // The chains go on over what is gone.
        said(&there, id, "Weiter.").await;
        until("it goes on", || thread(&hannah, id).len() == 6).await;
        for refused in [
            own.delete_message(id, wrong),
            own.edit(id, wrong, "Doch noch"),
        ] {
            assert_eq!(refused, Err(Refusal::WrongState.into()));
        }
        let others = own.edit(id, question, "Nichts.");
        assert_eq!(others, Err(Refusal::NotAllowed.into()));
    });
}

/// Sent once whatever is lost; offline it waits, and is seen as waiting.
#[test]
fn what_is_changed_and_taken_back_without_a_connection_is_done_once() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let first = said(&own, id, "eins").await;
        let second = said(&own, id, "zwei").await;
        let net = person.client.world().net();
        net.inner().cut(true);
        own.edit(id, first, "Eins.").unwrap();
        own.reply(id, first, "Dazu noch etwas.").unwrap();
        own.delete_message(id, second).unwrap();
        assert_eq!(own.flush().await, Err(Error::Unreachable));
        let items = own.thread(id).unwrap().items;
        let waiting = items
            .iter()
            .filter(|item| item.delivery == Delivery::BeingSent);
        let waiting: Vec<_> = waiting.filter_map(words).collect();
        let reply = "own: Dazu noch etwas. > Eins.";
        let queued = "own: Dazu noch etwas. > eins";
        assert_eq!(waiting, ["own: Eins. (edited)", "own: gone", queued]);
        let kept = person.client.world().tab_entries();
        assert!(kept.iter().all(|(_, value)| !value.contains("Dazu")));
        // Each answer is lost once, with a reload after each.
        let mut tab = reloaded(&person.client);
        for _ in 0..3 {
            tab = reloaded(&tab);
            let session = account::resume(&tab).await.unwrap().unwrap();
            tab.world().net().lose::<SendMessage>(1);
            let again = desk::<Seeker>(&session).await;
            assert_eq!(again.flush().await, Err(Error::Unreachable));
        }
        let session = account::resume(&reloaded(&tab)).await.unwrap().unwrap();
        let last = desk::<Seeker>(&session).await;
        last.show(id).await.unwrap();
        last.flush().await.unwrap();
        let all = ["own: Hallo.", "own: Eins. (edited)", "own: gone", reply];
        assert_eq!(thread(&last, id), all);
        assert_eq!(last.list()[0].being_sent, 0);
        assert_eq!(thread(&blank(&served, &person).await, id), all);
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        assert_eq!(hannah.thread(id).unwrap().items.len(), 5);
        // Two tabs take back the same: once is enough.
        let third = said(&last, id, "drei").await;
        let other = blank(&served, &person).await;
        last.delete_message(id, third).unwrap();
        last.flush().await.unwrap();
        other.edit(id, third, "vier").unwrap();
        other.delete_message(id, third).unwrap();
        other.refresh().await.unwrap();
        other.flush().await.unwrap();
        assert_eq!(thread(&other, id).last().unwrap(), "own: gone");
        assert_eq!(other.list()[0].being_sent, 0);
        let sent = other
            .session()
            .client()
            .world()
            .net()
            .asked::<SendMessage>();
        assert!(sent.is_empty());
    });
}

/// Nobody is told that there is something new, and what was put away stays there.
#[test]
fn what_only_changes_is_no_news() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let summary = |desk: &Desk<Machine, Seeker>| desk.list().remove(0);
        let first = said(&hannah, id, "eins").await;
        let second = said(&hannah, id, "zwei").await;
        own.refresh().await.unwrap();
        assert_eq!(summary(&own).unread, 2);
        own.mark_read(id).await.unwrap();
        hannah.edit(id, first, "Eins.").unwrap();
        hannah.delete_message(id, second).unwrap();
        hannah.flush().await.unwrap();
        own.refresh().await.unwrap();
        own.show(id).await.unwrap();
        let one = summary(&own);
        assert_eq!(
            (one.unread, one.preview.as_deref(), one.deleted),
            (0, None, true)
        );
        assert_eq!(own.thread(id).unwrap().first_unread, None);
        // Somebody who does not open it sees the same, once what the list needs is here.
        let (_, session) = person.elsewhere(&served).await;
        let there = desk::<Seeker>(&session).await;
        there.keep_up().await.unwrap();
        let one = summary(&there);
        assert_eq!(
            (one.unread, one.preview.as_deref(), one.deleted),
            (0, None, true)
        );
        // Among what is new it does not count either.
        let third = said(&hannah, id, "drei").await;
        hannah.edit(id, third, "Drei.").unwrap();
        hannah.flush().await.unwrap();
        let (_, session) = person.elsewhere(&served).await;
        let there = desk::<Seeker>(&session).await;
        there.keep_up().await.unwrap();
        let one = summary(&there);
        assert_eq!((one.unread, one.preview.as_deref()), (1, Some("Drei.")));
        // One's own change says nothing of what was read.
        own.refresh().await.unwrap();
        own.show(id).await.unwrap();
        let mine = own.thread(id).unwrap().items[1].id;
        own.delete_message(id, mine).unwrap();
        own.flush().await.unwrap();
        assert_eq!(summary(&own).unread, 1);
        let kept = own.send(id, "Danke.").unwrap();
        own.flush().await.unwrap();
        assert_eq!(summary(&own).unread, 0);
        // Put away, it stays so.
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        hannah.archive(id, true).await.unwrap();
        own.refresh().await.unwrap();
        own.edit(id, kept, "Danke!").unwrap();
        own.flush().await.unwrap();
        own.delete_message(id, kept).unwrap();
        own.flush().await.unwrap();
        assert_eq!(summary(&own).state, State::Archived);
        hannah.refresh().await.unwrap();
        let state = |desk: &Desk<Machine, Staff>| {
            let list = desk.list().into_iter();
            list.filter(|one| one.conversation == id)
                .map(|one| one.state)
                .next()
        };
        assert_eq!(state(&hannah), Some(State::Archived));
        said(&own, id, "Noch etwas.").await;
        hannah.refresh().await.unwrap();
        assert_eq!(state(&hannah), Some(State::Active));
    });
}

/// After a quarter of an hour nothing is changed any more; taken back it can always be.
#[test]
fn after_a_while_it_can_only_be_taken_back() {
    let served = Served::get();
    run(async {
        let (person, own, _) = accepted(&served).await;
        let id = person.conversation;
        let first = said(&own, id, "eins").await;
        let clock = person.client.world().clock();
        let begun = clock.now();
        let item = own.thread(id).unwrap().items.pop().unwrap();
        let can = |now: Timestamp| (item.can_be_edited(now), item.can_be_deleted());
        assert_eq!(can(begun), (true, true));
        clock.set(Some(begun.plus(13 * MINUTE)));
        own.edit(id, first, "Eins.").unwrap();
        clock.set(Some(begun.plus(15 * MINUTE + SECOND)));
        assert_eq!(can(clock.now()), (false, true));
        let late = own.edit(id, first, "Zu spät");
        assert_eq!(late, Err(Refusal::WrongState.into()));
        own.flush().await.unwrap();
        assert_eq!(thread(&own, id).last().unwrap(), "own: Eins. (edited)");
        own.delete_message(id, first).unwrap();
        own.flush().await.unwrap();
        assert_eq!(thread(&own, id).last().unwrap(), "own: gone");
    });
}

/// A change and a deletion are sealed in the newest epoch, whatever that of the message was.
#[test]
fn a_new_epoch_changes_nothing() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let first = said(&own, id, "eins").await;
        let second = said(&own, id, "zwei").await;
        let net = person.client.world().net();
        let mut due = true;
        net.instead_of::<SendMessage>(move |_| {
            std::mem::take(&mut due).then_some(Err(Refusal::EpochDue))
        });
        own.edit(id, first, "Eins.").unwrap();
        own.delete_message(id, second).unwrap();
        own.flush().await.unwrap();
        assert_eq!(net.asked::<RotateEpoch>().len(), 1);
        let all = ["other: Hallo.", "other: Eins. (edited)", "other: gone"];
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        assert_eq!(thread(&hannah, id), all);
        let there = blank(&served, &person).await;
        assert_eq!(
            there.thread(id).unwrap().items,
            own.thread(id).unwrap().items
        );
    });
}

/// An enquiry that waits: its readers no longer read what was taken back, and may still accept it.
#[test]
fn what_waits_can_be_changed_and_taken_back() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Mein Name ist Erika M.").await;
        let id = person.conversation;
        let own = desk::<Seeker>(&person.session).await;
        own.show(id).await.unwrap();
        let first = own.thread(id).unwrap().items[1].id;
        let second = said(&own, id, "Ich brauche Hilfe").await;
        own.edit(id, second, "Ich brauche Rat.").unwrap();
        own.delete_message(id, first).unwrap();
        own.flush().await.unwrap();
        let (client, session) = staff(&served, "hannah.brandt").await;
        let hannah = desk::<Staff>(&session).await;
        let waiting = hannah.waiting();
        let mut waiting = waiting.into_iter().filter(|one| one.conversation == id);
        let waiting = waiting.next().unwrap();
        assert_eq!(
            (waiting.text.as_str(), waiting.untrusted),
            ("Ich brauche Rat.", None)
        );
        let histories = listen::<LoadHistory>(&client);
        hannah.accept(id, None).await.unwrap();
        hannah.show(id).await.unwrap();
        let all = ["other: gone", "other: Ich brauche Rat. (edited)"];
        assert_eq!(thread(&hannah, id), all);
        drop(histories);
    });
}
