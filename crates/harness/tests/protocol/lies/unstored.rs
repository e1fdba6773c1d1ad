//! The server says that it has stored something, and has not, or elsewhere.

use crate::support::{
    Machine, NewSeeker, Served, desk, device, new_draft, register, reloaded, run, seeker, staff,
};
use client::conversation::{Body, Delivery, Fault, Thread};
use client::desk::{Desk, Seeker, Side, Staff};
use client::registration::{self, Draft};
use client::{Error, Session};
use domain::Refusal;
use domain::conversation::{SendMessage, Sent};
use domain::enquiry::{EnquiryReceipt, SubmitEnquiry};
use domain::id::ConversationId;
use domain::time::Timestamp;

/// The texts of a conversation, afresh.
async fn texts<S: Side>(session: &Session<Machine>, conversation: ConversationId) -> Vec<String> {
    let desk: Desk<Machine, S> = desk(session).await;
    desk.show(conversation).await.unwrap();
    let thread = desk.thread(conversation).unwrap();
    assert_eq!(thread.alerts, []);
    let items = thread.items.into_iter();
    let sent = items.filter(|item| item.delivery == Delivery::Sent);
    let texts = sent.filter_map(|item| match item.body {
        Body::Text(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

fn waits(thread: &Thread) -> bool {
    let mut items = thread.items.iter();
    items.any(|item| item.delivery == Delivery::BeingSent)
}

/// The draft is only forgotten once the enquiry is there.
#[test]
fn an_enquiry_that_was_not_stored_is_not_forgotten() {
    let served = Served::get();
    run(async {
        let draft = new_draft(&device(&served), None, "Darf nicht verloren gehen.").await;
        let session = register(&draft).await.unwrap();
        let form = draft.form();
        let net = session.client().world().net();
        net.instead_of::<SubmitEnquiry>(|_| {
            let received = Timestamp(0);
            Some(Ok(EnquiryReceipt { received }))
        });
        let lost = registration::submit(&draft, &session).await;
        assert_eq!(lost, Err(Error::Damaged));
        assert_eq!(draft.form(), form);
        let tab = reloaded(session.client());
        let draft = Draft::open(&tab).await.unwrap();
        assert_eq!((draft.form(), draft.lost()), (form.clone(), false));
        net.honest();
        let conversation = registration::submit(&draft, &session).await.unwrap();
        assert_eq!(draft.form().text, "");
        let there = texts::<Seeker>(&session, conversation).await;
        assert_eq!(there, ["Darf nicht verloren gehen."]);
    });
}

/// Another message comes to stand in its place: that is told here, and there the hole before it.
#[test]
fn a_message_that_was_not_stored_is_noticed_at_the_next() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let conversation = person.conversation;
        let (_, hannah) = staff(&served, "hannah.brandt").await;
        let staff: Desk<Machine, Staff> = desk(&hannah).await;
        staff.accept(conversation, None).await.unwrap();
        let own: Desk<Machine, Seeker> = desk(&person.session).await;
        let net = person.client.world().net();
        own.send(conversation, "Die erste.").unwrap();
        own.flush().await.unwrap();
        net.instead_of::<SendMessage>(|_| {
            let (position, received) = (4, Timestamp(0));
            Some(Ok(Sent { position, received }))
        });
        own.send(conversation, "Die verschluckte.").unwrap();
        own.flush().await.unwrap();
        net.honest();
        // The next one gets the same place: that is not believed here, and the reader sees that
        // one is missing.
        own.send(conversation, "Die dritte.").unwrap();
        assert_eq!(own.flush().await, Err(Error::Damaged));
        let thread = own.thread(conversation).unwrap();
        let replaced = |alert: &client::conversation::Alert| {
            (alert.position, alert.fault) == (4, Fault::Replaced)
        };
        assert!(thread.alerts.iter().any(replaced), "{:?}", thread.alerts);
        staff.refresh().await.unwrap();
        staff.show(conversation).await.unwrap();
        let thread = staff.thread(conversation).unwrap();
        let gap =
            |alert: &client::conversation::Alert| (alert.position, alert.fault) == (4, Fault::Gap);
        assert!(thread.alerts.iter().any(gap), "{:?}", thread.alerts);
    });
}

/// Whatever place the server names for a message: it is sent once, and a place that cannot be is
/// not believed.
#[test]
fn a_message_at_an_impossible_place_arrives_once() {
    let served = Served::get();
    run(async {
        for place in [0, 1, 2, 8, u32::MAX] {
            let person = seeker(&served, "Hallo.").await;
            let conversation = person.conversation;
            let own: Desk<Machine, Seeker> = desk(&person.session).await;
            let net = person.client.world().net();
            net.about::<SendMessage>(move |sent| sent.position = place);
            own.send(conversation, "Einmal.").unwrap();
            own.flush().await.ok();
            assert!(net.asked::<SendMessage>().len() <= 2, "{place}");
            let thread = own.thread(conversation).unwrap();
            let noticed = waits(&thread) || !thread.alerts.is_empty() || !thread.complete;
            assert!(noticed, "{place}");
            net.honest();
            own.flush().await.ok();
            assert!(!waits(&own.thread(conversation).unwrap()), "{place}");
            let there = texts::<Seeker>(&person.session, conversation).await;
            assert_eq!(there, ["Hallo.", "Einmal."], "{place}");
        }
    });
}

/// A message that was tried before is only done with once it is in the history.
#[test]
fn a_message_that_is_said_to_have_arrived_before_is_looked_for() {
    let served = Served::get();
    run(async {
        let person: NewSeeker = seeker(&served, "Hallo.").await;
        let conversation = person.conversation;
        let own: Desk<Machine, Seeker> = desk(&person.session).await;
        let net = person.client.world().net();
        net.instead_of::<SendMessage>(|_| Some(Err(Refusal::TooMany { retry_after: 1 })));
        own.send(conversation, "Einmal.").unwrap();
        let refused = own.flush().await;
        assert_eq!(refused, Err(Refusal::TooMany { retry_after: 1 }.into()));
        net.instead_of::<SendMessage>(|_| {
            let (position, received) = (3, Timestamp(0));
            Some(Ok(Sent { position, received }))
        });
        assert_eq!(own.flush().await, Err(Error::Damaged));
        assert!(waits(&own.thread(conversation).unwrap()));
        net.honest();
        own.flush().await.unwrap();
        assert!(!waits(&own.thread(conversation).unwrap()));
        let there = texts::<Seeker>(&person.session, conversation).await;
        assert_eq!(there, ["Hallo.", "Einmal."]);
    });
}
