//! A server that takes messages back by itself, or does not let them go.

use std::cell::RefCell;
use std::rc::Rc;

use client::conversation::{Body, Fault, Thread};
use client::desk::{Desk, Seeker};
use client::{Client, Untrusted};
use domain::Blob;
use domain::conversation::{
    ConversationRow, History, ListConversations, LoadConversation, LoadHistory, StoredMessage,
};
use domain::id::ConversationId;
use sha2::{Digest as _, Sha256};

use crate::marks::accepted;
use crate::messages::{blank, said};
use crate::support::{Machine, NewSeeker, Served, desk, run};

/// What is done to messages, wherever they come.
type Lie = Rc<dyn Fn(&mut Vec<StoredMessage>)>;

fn lie_about(client: &Client<Machine>, lie: &Lie) {
    let net = client.world().net();
    let row = |lie: Lie| {
        move |row: &mut ConversationRow| {
            lie(&mut row.opening);
            let mut newest = row.newest.take().into_iter().collect();
            lie(&mut newest);
            if let Some(last) = newest.pop() {
                row.count = last.position;
                row.newest = Some(last);
            }
        }
    };
    let one = row(Rc::clone(lie));
    net.about::<LoadConversation>(move |answer| one(answer));
    let all = row(Rc::clone(lie));
    net.about::<ListConversations>(move |rows| rows.iter_mut().for_each(&all));
    let lie = Rc::clone(lie);
    net.about::<LoadHistory>(move |history: &mut History| lie(&mut history.messages));
}

/// A device that knows nothing, before a server that lies.
async fn lied_to(served: &Served, person: &NewSeeker, lie: &Lie) -> Thread {
    let (client, session) = person.elsewhere(served).await;
    lie_about(&client, lie);
    let there: Desk<Machine, Seeker> = desk(&session).await;
    there.show(person.conversation).await.unwrap();
    there.thread(person.conversation).unwrap()
}

fn texts(thread: &Thread) -> Vec<&str> {
    let items = thread.items.iter().filter_map(|item| match &item.body {
        Body::Text(text) => Some(text.as_str()),
        _ => None,
    });
    items.collect()
}

fn gone(thread: &Thread) -> usize {
    let items = thread.items.iter();
    items.filter(|item| item.body == Body::Deleted).count()
}

fn faults(thread: &Thread) -> Vec<(u32, Fault)> {
    let alerts = thread.alerts.iter();
    alerts.map(|alert| (alert.position, alert.fault)).collect()
}

fn stone(message: &Blob) -> Blob {
    Blob::from(Sha256::digest(message.as_slice()).to_vec())
}

fn at(position: u32, put: impl Fn(&mut StoredMessage) + 'static) -> Lie {
    Rc::new(move |messages| {
        let these = messages.iter_mut();
        these.filter(|one| one.position == position).for_each(&put);
    })
}

/// Two messages behind the enquiry: positions 3 and 4.
async fn begun(served: &Served) -> (NewSeeker, Desk<Machine, Seeker>, ConversationId) {
    let (person, own, _) = accepted(served).await;
    let id = person.conversation;
    for text in ["eins", "zwei"] {
        said(&own, id, text).await;
    }
    (person, own, id)
}

#[test]
fn what_nobody_has_signed_is_missing() {
    let served = Served::get();
    run(async {
        let (person, own, id) = begun(&served).await;
        let drop_it = at(3, |stored| stored.message = stone(&stored.message));
        // A device that saw it keeps it, and says that the server does not give it any more.
        lie_about(&person.client, &drop_it);
        own.refresh().await.unwrap();
        own.session().client().world().net().honest();
        let kept = own.thread(id).unwrap();
        assert_eq!(texts(&kept), ["Hallo.", "eins", "zwei"]);
        let there = lied_to(&served, &person, &drop_it).await;
        assert_eq!((texts(&there), gone(&there)), (vec!["Hallo.", "zwei"], 0));
        // Where it is missing, and in the chain behind it.
        assert_eq!(faults(&there), [(3, Fault::Gap), (4, Fault::Gap)]);
    });
}

#[test]
fn in_a_session_an_unsigned_deletion_hides_nothing() {
    let served = Served::get();
    run(async {
        let (person, own, id) = begun(&served).await;
        let net = person.client.world().net();
        let hidden = Rc::new(RefCell::new(None));
        let whole = Rc::clone(&hidden);
        net.about::<LoadHistory>(move |history| {
            for stored in &mut history.messages {
                if stored.position == 3 {
                    whole.replace(Some(stored.message.clone()));
                    stored.message = stone(&stored.message);
                }
            }
        });
        // One more message: the history is asked again from the first hole on.
        let other = blank(&served, &person).await;
        said(&other, id, "drei").await;
        own.refresh().await.unwrap();
        let thread = own.thread(id).unwrap();
        assert_eq!(texts(&thread), ["Hallo.", "eins", "zwei", "drei"]);
        assert_eq!(gone(&thread), 0);
    });
}

#[test]
fn what_was_taken_back_stays_so_whatever_the_server_gives() {
    let served = Served::get();
    run(async {
        let (person, own, id) = begun(&served).await;
        let first = own.thread(id).unwrap().items[2].id;
        let whole = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&whole);
        let net = person.client.world().net();
        net.about::<LoadHistory>(move |history| {
            heard.borrow_mut().extend(history.messages.clone())
        });
        let again: Desk<Machine, Seeker> = desk(&person.session).await;
        again.show(id).await.unwrap();
        net.honest();
        let whole = whole
            .borrow()
            .iter()
            .find(|one| one.position == 3)
            .cloned()
            .unwrap();
        own.delete_message(id, first).unwrap();
        own.flush().await.unwrap();
        let honest = lied_to(&served, &person, &at(0, |_| {})).await;
        assert_eq!(
            (texts(&honest), gone(&honest), faults(&honest)),
            (vec!["Hallo.", "zwei"], 1, vec![])
        );
        // Its ciphertext again.
        let message = whole.message.clone();
        let resurrect = at(3, move |stored| stored.message = message.clone());
        let there = lied_to(&served, &person, &resurrect).await;
        assert_eq!(there.items, honest.items);
        assert_eq!(faults(&there), []);
        lie_about(&person.client, &resurrect);
        own.refresh().await.unwrap();
        assert_eq!(own.thread(id).unwrap().items, honest.items);
        // Another hash in its place: what was signed is not there.
        let swap = at(3, |stored| stored.message = Blob(vec![7; 32]));
        let there = lied_to(&served, &person, &swap).await;
        assert_eq!((texts(&there), gone(&there)), (vec!["Hallo.", "zwei"], 0));
        assert_eq!(faults(&there), [(3, Fault::Gap), (4, Fault::Gap)]);
        // The deletion is kept back: it is missing, not taken back.
        let withhold: Lie = Rc::new(|messages| {
            messages.retain(|stored| stored.position != 5);
        });
        let there = {
            let (client, session) = person.elsewhere(&served).await;
            lie_about(&client, &withhold);
            let net = client.world().net();
            net.about::<ListConversations>(|rows| {
                for row in rows {
                    row.count = 4;
                    row.newest = None;
                }
            });
            let there: Desk<Machine, Seeker> = desk(&session).await;
            there.show(id).await.unwrap();
            there.thread(id).unwrap()
        };
        assert_eq!((texts(&there), gone(&there)), (vec!["Hallo.", "zwei"], 0));
        assert_eq!(faults(&there), [(3, Fault::Gap), (4, Fault::Gap)]);
    });
}

#[test]
fn an_old_change_once_more_changes_nothing() {
    let served = Served::get();
    run(async {
        let (person, own, id) = begun(&served).await;
        let first = own.thread(id).unwrap().items[2].id;
        for text in ["Eins.", "Eins!"] {
            own.edit(id, first, text).unwrap();
            own.flush().await.unwrap();
        }
        let replay: Lie = Rc::new(|messages| {
            let old = messages.iter().find(|one| one.position == 5).cloned();
            if let Some(old) = old {
                messages.push(StoredMessage { position: 7, ..old });
            }
        });
        let (client, session) = person.elsewhere(&served).await;
        lie_about(&client, &replay);
        let net = client.world().net();
        net.about::<ListConversations>(|rows| rows.iter_mut().for_each(|row| row.count = 7));
        let there: Desk<Machine, Seeker> = desk(&session).await;
        there.show(id).await.unwrap();
        let there = there.thread(id).unwrap();
        assert_eq!(texts(&there), ["Hallo.", "Eins!", "zwei"]);
        assert_eq!(faults(&there), [(7, Fault::Double)]);
        assert!(
            there
                .items
                .iter()
                .all(|item| item.body != Body::Unverified(Untrusted::Message))
        );
    });
}
