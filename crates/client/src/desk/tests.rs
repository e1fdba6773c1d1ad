//! The send queue: in order, once, through cuts, refusals, reloads and second tabs.

use super::*;
use crate::conversation::case::{Epoch, identities};
use crate::conversation::epochs::enquiry_record;
use crate::conversation::{Author, Body, Delivery, TEXT_MAX};
use crate::sample::world::{Fake, Fate, Server, Tab, now, session};
use crate::sample::{AGENCY, PLATFORM, manifest};
use crypto::Signed;
use crypto::epoch::EpochKey;
use domain::Blob;
use domain::conversation::{ConversationRow, State as Stage};
use domain::time::Timestamp;
use domain::topic::TopicId;

const WHERE: ConversationId = ConversationId::from_bytes([4; 16]);
const ME: u8 = 1;
const LATER: Refusal = Refusal::TooMany { retry_after: 3 };

/// A conversation of one epoch in which only oneself writes, as this tab has it.
fn open(server: &Rc<Server>, tab: &Rc<Tab>) -> Desk<Fake, Seeker> {
    let session = session(server, tab, ME);
    let manifest = Rc::new(manifest(1, 0, &[]));
    let identity = session.identity().digest();
    let me = session.account();
    let record = enquiry_record(WHERE, AGENCY, manifest.digest(), me, identity);
    let key = EpochKey::from_bytes([6; 32]);
    let record = session.with_keys(|keys| Signed::author(record, &key, &PLATFORM, &keys.sig));
    let own = identities(&session, &[Blob::from(session.identity().as_bytes())]);
    let epoch = Epoch::new(record.unwrap(), manifest, Some(key), &own);
    let stored = server.stored.borrow();
    let row = ConversationRow {
        conversation: WHERE,
        agency: AGENCY,
        topic: TopicId(0),
        state: Stage::Waiting,
        created: Timestamp(0),
        epochs: Vec::new(),
        wraps: Vec::new(),
        identities: Vec::new(),
        opening: Vec::new(),
        newest: stored.last().cloned(),
        count: u32::try_from(stored.len()).unwrap(),
        label: None,
        marks: Vec::new(),
        closed: None,
        consents: Vec::new(),
    };
    let open = Open {
        case: Case::of(&session, epoch),
        read: Map::new(),
        edits: Map::new(),
        looked_back: 0,
        queue: queue::load(&session, WHERE).unwrap(),
        writing: crate::composer::load(&session, WHERE),
        chain: None,
        marks: Map::new(),
        seen: 0,
        marked: None,
        withheld: false,
    };
    let desk = Desk::open(session, |_| {});
    desk.0.state.borrow_mut().put_row(row);
    desk.0.open.borrow_mut().insert(WHERE, open);
    desk.absorb(WHERE);
    desk
}

fn begin() -> (Rc<Server>, Rc<Tab>, Desk<Fake, Seeker>) {
    let (server, tab) = (Rc::default(), Rc::default());
    let desk = open(&server, &tab);
    (server, tab, desk)
}

/// Texts with where they are.
fn shown(desk: &Desk<Fake, Seeker>) -> Vec<(String, Delivery)> {
    let thread = desk.thread(WHERE).unwrap();
    assert_eq!(thread.alerts, []);
    let items = thread.items.into_iter().map(|item| {
        assert_eq!(item.author, Author::Own);
        match item.body {
            Body::Text(text) => (text, item.delivery),
            other => panic!("{other:?}"),
        }
    });
    items.collect()
}

/// What a new tab reads on the server: texts in order, and nothing wrong with them.
fn arrived(server: &Rc<Server>) -> Vec<String> {
    let desk = open(server, &Rc::default());
    now(desk.complete(WHERE)).unwrap();
    shown(&desk).into_iter().map(|(text, _)| text).collect()
}

fn send(desk: &Desk<Fake, Seeker>, texts: &[&str]) -> Vec<MessageId> {
    let sent = texts.iter().map(|text| desk.send(WHERE, text).unwrap());
    sent.collect()
}

fn fates(server: &Server, fates: &[Fate]) {
    server.fates.replace(fates.to_vec().into());
}

#[test]
fn a_failure_keeps_the_order() {
    for fate in [Fate::Lost, Fate::AnswerLost, Fate::Refused(LATER)] {
        let (server, _, desk) = begin();
        send(&desk, &["eins", "zwei", "drei"]);
        fates(&server, &[Fate::Arrives, fate.clone()]);
        assert!(now(desk.flush()).is_err(), "{fate:?}");
        // Nothing overtakes what failed.
        assert_eq!(server.asked.borrow().len(), 2);
        send(&desk, &["vier"]);
        now(desk.flush()).unwrap();
        let all = ["eins", "zwei", "drei", "vier"];
        assert_eq!(arrived(&server), all, "{fate:?}");
        let sent = shown(&desk);
        assert!(sent.iter().all(|(_, delivery)| *delivery == Delivery::Sent));
        assert_eq!(sent.len(), 4);
    }
}

#[test]
fn what_is_written_without_a_connection_is_sent_once_after_a_reload() {
    let (server, tab, desk) = begin();
    server.cut.set(true);
    let ids = send(&desk, &["eins", "zwei"]);
    assert_eq!(now(desk.flush()), Err(Error::Unreachable));
    let kept = tab.0.borrow().clone();
    assert!(kept.values().all(|value| !value.contains("eins")));
    drop(desk);
    // Still without: what waits is shown, in order, under the same ids.
    let desk = open(&server, &tab);
    let items = desk.thread(WHERE).unwrap().items;
    let waiting: Vec<_> = items.iter().map(|item| item.id).collect();
    assert_eq!(waiting, ids);
    assert_eq!(now(desk.flush()), Err(Error::Unreachable));
    server.cut.set(false);
    // The first answer is lost, and the tab reloaded once more: the same bytes are sent again.
    fates(&server, &[Fate::AnswerLost]);
    assert_eq!(now(desk.flush()), Err(Error::Unreachable));
    let desk = open(&server, &tab);
    now(desk.flush()).unwrap();
    now(desk.flush()).unwrap();
    assert_eq!(arrived(&server), ["eins", "zwei"]);
    assert!(tab.0.borrow().is_empty());
}

/// A message whose fate is unknown is sent again as the same bytes: another sealing would tear
/// the chain if the first one had arrived.
#[test]
fn who_writes_too_fast_waits_and_loses_nothing() {
    let (server, tab, desk) = begin();
    fates(&server, &[Fate::Arrives, Fate::Refused(LATER)]);
    send(&desk, &["eins", "zwei", "drei"]);
    assert_eq!(now(desk.flush()), Err(Error::Refused(LATER)));
    assert_eq!(arrived(&server), ["eins"]);
    let waits = |(_, delivery): &(String, Delivery)| *delivery == Delivery::BeingSent;
    assert_eq!(
        shown(&desk).iter().filter(|one| waits(one)).count(),
        2,
        "not held: it goes by itself"
    );
    drop(desk);
    let reloaded = open(&server, &tab);
    now(reloaded.flush()).unwrap();
    assert_eq!(arrived(&server), ["eins", "zwei", "drei"]);
}

#[test]
fn what_was_sealed_stays_sealed() {
    let (server, tab, desk) = begin();
    send(&desk, &["eins"]);
    fates(&server, &[Fate::Lost, Fate::Lost]);
    assert!(now(desk.flush()).is_err());
    assert!(now(desk.flush()).is_err());
    now(open(&server, &tab).flush()).unwrap();
    let asked = server.asked.borrow();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|message| *message == asked[0]));
}

#[test]
fn what_is_refused_waits_for_the_person_and_holds_up_nobody() {
    let (server, _, desk) = begin();
    let ids = send(&desk, &["eins", "zwei", "drei"]);
    let no = Refusal::WrongState;
    fates(&server, &[Fate::Arrives, Fate::Refused(no.clone())]);
    now(desk.flush()).unwrap();
    assert_eq!(arrived(&server), ["eins", "drei"]);
    let held = ("zwei".to_owned(), Delivery::Held(no));
    assert_eq!(shown(&desk).last(), Some(&held));
    // Nobody tries again by themselves.
    now(desk.flush()).unwrap();
    assert_eq!(server.asked.borrow().len(), 3);
    assert_eq!(desk.take_back(WHERE, ids[0]), None);
    desk.retry(WHERE);
    // On its way it may arrive: it cannot be taken back any more.
    assert_eq!(desk.take_back(WHERE, ids[1]), None);
    now(desk.flush()).unwrap();
    assert_eq!(arrived(&server), ["eins", "drei", "zwei"]);
}

#[test]
fn what_was_taken_back_is_not_sent() {
    let (server, tab, desk) = begin();
    let ids = send(&desk, &["eins"]);
    fates(&server, &[Fate::Refused(Refusal::NotAllowed)]);
    now(desk.flush()).unwrap();
    assert_eq!(desk.take_back(WHERE, ids[0]).as_deref(), Some("eins"));
    assert_eq!(desk.take_back(WHERE, ids[0]), None);
    assert!(tab.0.borrow().is_empty());
    send(&desk, &["zwei"]);
    now(desk.flush()).unwrap();
    assert_eq!(arrived(&server), ["zwei"]);
}

/// A tab that a browser duplicated has the same queue: whoever is first, it arrives once, and the
/// chains of both go on.
#[test]
fn a_duplicated_tab_doubles_nothing() {
    for copied_before_the_first_try in [true, false] {
        for original_first in [true, false] {
            let (server, tab, desk) = begin();
            send(&desk, &["eins"]);
            now(desk.flush()).unwrap();
            server.cut.set(true);
            send(&desk, &["zwei", "drei"]);
            let before = Rc::new((*tab).clone());
            assert!(now(desk.flush()).is_err());
            let after = Rc::new((*tab).clone());
            let copy = if copied_before_the_first_try {
                before
            } else {
                after
            };
            let other = open(&server, &copy);
            server.cut.set(false);
            let mut both = [&desk, &other];
            if !original_first {
                both.reverse();
            }
            for desk in both {
                now(desk.flush()).unwrap();
            }
            assert_eq!(arrived(&server), ["eins", "zwei", "drei"]);
            for desk in both {
                assert_eq!(shown(desk).len(), 3);
                send(desk, &["noch eins"]);
                now(desk.flush()).unwrap();
            }
            assert_eq!(arrived(&server).len(), 5);
            assert!(tab.0.borrow().is_empty() && copy.0.borrow().is_empty());
        }
    }
}

#[test]
fn two_tabs_write_in_turns() {
    let (server, _, first) = begin();
    let second = open(&server, &Rc::default());
    let third = open(&server, &Rc::default());
    for round in 0..3 {
        for desk in [&first, &second, &third] {
            send(desk, &[&format!("Runde {round}")]);
            // As the live channel says it.
            let told = server.stored.borrow().clone();
            desk.0.state.borrow_mut().put_messages(WHERE, told);
            now(desk.flush()).unwrap();
        }
    }
    assert_eq!(arrived(&server).len(), 9);
}

#[test]
fn what_does_not_fit_is_not_queued() {
    let (server, tab, desk) = begin();
    let long = "x".repeat(TEXT_MAX + 1);
    assert_eq!(desk.send(WHERE, &long), Err(Error::TooLong));
    let elsewhere = ConversationId::from_bytes([5; 16]);
    let refused = desk.send(elsewhere, "eins");
    assert_eq!(refused, Err(Refusal::NotFound.into()));
    assert!(tab.0.borrow().is_empty() && shown(&desk).is_empty());
    send(&desk, &[&long[1..]]);
    now(open(&server, &tab).flush()).unwrap();
    assert_eq!(arrived(&server), [&long[1..]]);
}

/// Two accounts in one tab, one after the other: the second finds nothing of the first.
#[test]
fn a_queue_is_of_one_account_and_one_conversation() {
    let (server, tab, desk) = begin();
    send(&desk, &["eins"]);
    assert_eq!(queue::load(desk.session(), WHERE).unwrap().len(), 1);
    let stranger = session(&server, &tab, 2);
    assert_eq!(queue::load(&stranger, WHERE).unwrap().len(), 0);
    // Moved to another conversation's name it does not open either.
    let elsewhere = ConversationId::from_bytes([5; 16]);
    let mut lines = tab.0.borrow_mut();
    let line = lines.values().next().cloned().unwrap();
    let name = lines.keys().next().unwrap();
    let name = name.replace(&WHERE.to_hex(), &elsewhere.to_hex());
    lines.insert(name, line);
    drop(lines);
    assert_eq!(queue::load(desk.session(), elsewhere).unwrap().len(), 0);
}
