//! A seeker and counsellors talk.

use client::account;
use client::conversation::{Author, Body, Delivery};
use client::desk::{Connection, Desk, Seeker, Side, Staff};
use client::inbox::Accepted;
use domain::Refusal;
use domain::id::ConversationId;

use crate::support::{
    Machine, Served, demo_session, desk, device, follow, reloaded, run, seeker, until,
};

/// The texts of a thread, own ones marked.
fn texts<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> Vec<(bool, String)> {
    let thread = desk.thread(conversation).unwrap();
    assert_eq!(thread.alerts, []);
    let items = thread.items.into_iter().filter_map(|item| match item.body {
        Body::Text(text) => Some((item.author == Author::Own, text)),
        Body::Enquiry(_) => None,
        other => panic!("{other:?}"),
    });
    items.collect()
}

/// Two accept at once, one wins; both sides talk live; a reload and a new device show it all.
#[test]
fn an_enquiry_becomes_a_conversation() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Guten Tag,\nkann mir jemand helfen?").await;
        let conversation = person.conversation;
        let mut desks = Vec::new();
        for name in ["hannah.brandt", "jonas.reuter"] {
            let session = demo_session(&device(&served), name).await.unwrap();
            let desk = desk::<Staff>(&session).await;
            let waiting = desk.waiting();
            let waiting = waiting
                .iter()
                .find(|one| one.conversation == conversation)
                .unwrap();
            assert_eq!(waiting.untrusted, None);
            assert_eq!(waiting.text, "Guten Tag,\nkann mir jemand helfen?");
            assert_eq!(waiting.fields.as_ref().unwrap().pseudonym, "Probe");
            desks.push(desk);
        }
        let (first, second) = tokio::join!(
            desks[0].accept(conversation, None),
            desks[1].accept(conversation, None)
        );
        let (winner, loser) = match (first.unwrap(), second.unwrap()) {
            (Accepted::Mine, Accepted::Taken { by }) => {
                assert_eq!(by.as_deref(), Some("Hannah Brandt"));
                (&desks[0], &desks[1])
            }
            (Accepted::Taken { by }, Accepted::Mine) => {
                assert_eq!(by.as_deref(), Some("Jonas Reuter"));
                (&desks[1], &desks[0])
            }
            both => panic!("{both:?}"),
        };
        assert!(
            loser
                .waiting()
                .iter()
                .all(|one| one.conversation != conversation)
        );
        let own = desk::<Seeker>(&person.session).await;
        follow(&own);
        follow(winner);
        own.show(conversation).await.unwrap();
        winner.show(conversation).await.unwrap();
        let members = own.thread(conversation).unwrap().members;
        let names: Vec<_> = members.iter().map(|one| one.name.as_str()).collect();
        assert!(names.contains(&"Hannah Brandt") || names.contains(&"Jonas Reuter"));
        assert_eq!(own.list()[0].other, names[1]);
        let mut expected = vec![(true, "Guten Tag,\nkann mir jemand helfen?".to_owned())];
        for number in 0..10 {
            let (question, answer) = (format!("Frage {number}"), format!("Antwort {number}"));
            own.send(conversation, &question).unwrap();
            until("the question arrives", || {
                texts(winner, conversation).len() == 2 + 2 * number
            })
            .await;
            winner.send(conversation, &answer).unwrap();
            until("the answer arrives", || {
                texts(&own, conversation).len() == 3 + 2 * number
            })
            .await;
            expected.push((true, question));
            expected.push((false, answer));
        }
        assert_eq!(texts(&own, conversation), expected);
        assert_eq!(own.list()[0].unread, 1);
        own.mark_read(conversation).await.unwrap();
        assert_eq!(own.list()[0].unread, 0);
        // A reload asks for nothing.
        own.close();
        let tab = reloaded(&person.client);
        let session = account::resume(&tab).await.unwrap().unwrap();
        let again = desk::<Seeker>(&session).await;
        again.show(conversation).await.unwrap();
        assert_eq!(texts(&again, conversation), expected);
        // After signing out the tab opens nothing; a new device with the password does.
        account::sign_out(&tab).await.unwrap();
        assert_eq!(tab.world().tab_entries(), []);
        assert!(account::resume(&tab).await.unwrap().is_none());
        let elsewhere = device(&served);
        let session = account::sign_in(&elsewhere, &person.user_name, person.password.clone());
        let there = desk::<Seeker>(&session.await.unwrap()).await;
        there.show(conversation).await.unwrap();
        assert_eq!(texts(&there, conversation), expected);
        assert_eq!(there.list()[0].unread, 0);
    });
}

/// What is written while the connection is gone waits, survives a reload, and is sent once.
#[test]
fn a_cut_loses_nothing_and_doubles_nothing() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo?").await;
        let conversation = person.conversation;
        let own = desk::<Seeker>(&person.session).await;
        own.show(conversation).await.unwrap();
        let net = person.client.world().net();
        net.inner().cut(true);
        own.send(conversation, "erste").unwrap();
        own.send(conversation, "zweite").unwrap();
        assert_eq!(own.flush().await, Err(client::Error::Unreachable));
        let items = own.thread(conversation).unwrap().items;
        let waiting = items
            .iter()
            .filter(|item| item.delivery == Delivery::BeingSent);
        assert_eq!(waiting.count(), 2);
        own.keep_draft(conversation, "dritte, noch nicht fertig")
            .unwrap();
        let kept = person.client.world().tab_entries();
        assert!(kept.iter().all(|(_, value)| !value.contains("zweite")));
        let tab = reloaded(&person.client);
        let session = account::resume(&tab).await.unwrap().unwrap();
        // The answer to the first send is lost: the server has it, the tab does not know.
        let lost = std::rc::Rc::new(std::cell::Cell::new(1));
        let left = std::rc::Rc::clone(&lost);
        tab.world().net().raw(move |path, body| {
            if path == "conversation/send" && left.get() > 0 {
                left.set(left.get() - 1);
                return Vec::new();
            }
            body
        });
        let after = desk::<Seeker>(&session).await;
        assert_eq!(after.draft(conversation), "dritte, noch nicht fertig");
        assert!(after.flush().await.is_err());
        assert_eq!(lost.get(), 0);
        // Another reload, so that nothing but the tab's storage knows of it.
        let tab = reloaded(&tab);
        let session = account::resume(&tab).await.unwrap().unwrap();
        let last = desk::<Seeker>(&session).await;
        last.flush().await.unwrap();
        last.show(conversation).await.unwrap();
        let sent: Vec<_> = texts(&last, conversation)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(sent, ["Hallo?", "erste", "zweite"]);
        let elsewhere = device(&served);
        let session = account::sign_in(&elsewhere, &person.user_name, person.password).await;
        let there = desk::<Seeker>(&session.unwrap()).await;
        there.show(conversation).await.unwrap();
        assert_eq!(texts(&there, conversation).len(), 3);
    });
}

/// The live channel comes back by itself, and brings what was missed.
#[test]
fn the_live_channel_resumes() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Ich bin da.").await;
        let conversation = person.conversation;
        let own = desk::<Seeker>(&person.session).await;
        follow(&own);
        until("live", || own.connection() == Connection::Live).await;
        let elsewhere = device(&served);
        let session = account::sign_in(&elsewhere, &person.user_name, person.password);
        let other = desk::<Seeker>(&session.await.unwrap()).await;
        own.show(conversation).await.unwrap();
        own.close();
        until("closed", || own.connection() == Connection::Closed).await;
        other.send(conversation, "Vom anderen Gerät.").unwrap();
        other.flush().await.unwrap();
        assert_eq!(texts(&own, conversation).len(), 1);
        follow(&own);
        until("what was missed", || texts(&own, conversation).len() == 2).await;
        // A session that ends elsewhere ends here.
        account::sign_out(&reloaded(&person.client)).await.unwrap();
        until("signed out", || own.connection() == Connection::SignedOut).await;
    });
}

#[test]
fn wrong_password_and_taken_name_are_told() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo").await;
        let client = device(&served);
        let wrong = domain::account::Secretive("ein ganz anderes wort".to_owned());
        let refused = account::sign_in(&client, &person.user_name, wrong).await;
        assert_eq!(refused.err(), Some(Refusal::WrongCredentials.into()));
        let nobody = domain::account::UserName::parse("gibt-es-nicht-00").unwrap();
        let refused = account::sign_in(&client, &nobody, person.password.clone()).await;
        assert_eq!(refused.err(), Some(Refusal::WrongCredentials.into()));
        let again = account::NewAccount {
            user_name: person.user_name,
            password: person.password,
            consent: None,
            invitation: None,
            reference: None,
            code: client::recovery::make(&client),
            pins: client::trust::Pins::default(),
        };
        let refused = account::register(&client, again).await;
        assert_eq!(refused.err(), Some(Refusal::UserNameTaken.into()));
    });
}
