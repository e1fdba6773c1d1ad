//! The live channel where networks are bad, and in several tabs of one person.

use client::account;
use client::conversation::Body;
use client::desk::{Connection, Desk, Seeker, Side};
use client::world::World as _;
use domain::conversation::{SaveMark, State};
use domain::id::ConversationId;
use domain::live::WaitLive;
use domain::time::MINUTE;
use std::time::Duration;

use crate::marks::accepted;
use crate::support::{Machine, NewSeeker, Served, desk, follow, reloaded, run, seeker, until};

/// Texts in order; nothing is wrong with them.
fn texts<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> Vec<String> {
    let thread = desk.thread(conversation).unwrap();
    assert_eq!(thread.alerts, []);
    let items = thread.items.into_iter().filter_map(|item| match item.body {
        Body::Text(text) => Some(text),
        _ => None,
    });
    items.collect()
}

async fn live<S: Side>(desk: &Desk<Machine, S>) {
    follow(desk);
    until("it is live", || desk.connection() == Connection::Live).await;
}

fn block<S: Side>(desk: &Desk<Machine, S>, blocked: bool) {
    let net = desk.session().client().world().net().inner();
    net.block_sockets(blocked);
}

fn asked<S: Side>(desk: &Desk<Machine, S>) -> usize {
    let asked = desk.session().client().world().net().asked::<WaitLive>();
    asked.iter().filter(|question| question.wait).count()
}

#[test]
fn where_sockets_do_not_get_through_both_talk_all_the_same() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        block(&own, true);
        block(&hannah, true);
        live(&own).await;
        live(&hannah).await;
        let mut expected = vec!["Hallo.".to_owned()];
        for number in 0..5 {
            let (answer, question) = (format!("Antwort {number}"), format!("Frage {number}"));
            hannah.send(id, &answer).unwrap();
            until("the answer arrives", || texts(&own, id).contains(&answer)).await;
            own.send(id, &question).unwrap();
            until("the question arrives", || {
                texts(&hannah, id).contains(&question)
            })
            .await;
            expected.extend([answer, question]);
        }
        for texts in [texts(&own, id), texts(&hannah, id)] {
            assert_eq!(texts[texts.len() - 10..], expected[1..]);
        }
        // That somebody writes is told as well, and interrupts nothing.
        until("it is shown", || {
            // Said every few seconds; between two questions nobody hears it.
            hannah.keep_draft(id, "Ich").unwrap();
            own.thread(id).unwrap().typing.is_some()
        })
        .await;
        own.send(id, "Noch etwas").unwrap();
        until("it arrives", || {
            texts(&hannah, id).contains(&"Noch etwas".to_owned())
        })
        .await;
        assert_eq!(own.connection(), Connection::Live);
        for net in [
            &own.session().client().world().net(),
            &hannah.session().client().world().net(),
        ] {
            assert_eq!(net.inner().sockets_opened(), 0);
        }
        // A conversation that is put away is no message, and comes as well.
        hannah.archive(id, true).await.unwrap();
        until("it is told", || own.list()[0].state == State::Archived).await;
    });
}

/// From the socket to the twin and back, three times, while the other side goes on writing.
#[test]
fn changing_the_way_in_the_middle_loses_and_doubles_nothing() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        live(&own).await;
        let world = own.session().client().world();
        let (net, clock) = (world.net(), world.clock());
        let mut sent = Vec::new();
        let mut say = || {
            let text = format!("Satz {}", sent.len());
            hannah.send(id, &text).unwrap();
            sent.push(text);
        };
        for round in 1..=3 {
            let before = asked(&own);
            block(&own, true);
            while asked(&own) < before + 2 {
                say();
                hannah.flush().await.unwrap();
                tokio::time::sleep(Duration::from_millis(60)).await;
            }
            block(&own, false);
            // Later: a socket is tried again as soon as the question is answered.
            clock.set(Some(world.now().plus(41 * MINUTE)));
            while net.inner().sockets_opened() <= round {
                say();
                hannah.flush().await.unwrap();
                tokio::time::sleep(Duration::from_millis(60)).await;
            }
            // Nothing was to be seen of that.
            assert_eq!(own.connection(), Connection::Live);
        }
        until("everything is here", || texts(&own, id).len() > sent.len()).await;
        let all = texts(&own, id);
        assert_eq!(all[all.len() - sent.len()..], sent);
        assert_eq!(all.len(), sent.len() + usize::from(all[0] == "Hallo."));
    });
}

/// The other tab of the same browser: the same session, the same storage at first.
async fn second_tab(person: &NewSeeker) -> Desk<Machine, Seeker> {
    let tab = reloaded(&person.client);
    let session = account::resume(&tab).await.unwrap().unwrap();
    let desk = desk::<Seeker>(&session).await;
    desk.show(person.conversation).await.unwrap();
    desk
}

#[test]
fn two_tabs_of_one_person_go_together() {
    let served = Served::get();
    run(async {
        let (person, first, hannah) = accepted(&served).await;
        let id = person.conversation;
        let second = second_tab(&person).await;
        // One of them in whatever way.
        block(&second, true);
        for desk in [&first, &second] {
            live(desk).await;
        }
        live(&hannah).await;
        for (number, desk) in [&first, &second, &first, &second].into_iter().enumerate() {
            let text = format!("Aus einem von beiden {number}");
            desk.send(id, &text).unwrap();
            for place in [
                texts_in(&first, id),
                texts_in(&second, id),
                texts_in(&hannah, id),
            ] {
                until("it is everywhere", || place() == number + 1).await;
            }
        }
        // Both see what is new at the same moment: nobody is refused, and the other side is told.
        hannah.send(id, "Gut.").unwrap();
        until("it is here", || {
            first.list()[0].unread + second.list()[0].unread == 2
        })
        .await;
        let (one, other) = tokio::join!(first.mark_read(id), second.mark_read(id));
        assert_eq!((one, other), (Ok(()), Ok(())));
        until("it is told", || hannah.thread(id).unwrap().read.is_some()).await;
        let marks = |desk: &Desk<Machine, Seeker>| {
            desk.session()
                .client()
                .world()
                .net()
                .asked::<SaveMark>()
                .len()
        };
        assert!(marks(&first) + marks(&second) >= 1);
        // Signing out in one ends the other at once.
        account::sign_out(first.session().client()).await.unwrap();
        for desk in [&first, &second] {
            until("signed out", || desk.connection() == Connection::SignedOut).await;
        }
        assert_eq!(hannah.connection(), Connection::Live);
    });
}

/// How many of the texts that both tabs wrote are shown in a desk.
fn texts_in<S: Side>(desk: &Desk<Machine, S>, id: ConversationId) -> Box<dyn Fn() -> usize> {
    let desk = desk.clone();
    Box::new(move || {
        let all = texts(&desk, id);
        all.iter()
            .filter(|text| text.starts_with("Aus einem"))
            .count()
    })
}

/// A sign-in as the same person in another tab gives the browser another session: the first tab
/// goes on with it. As somebody else it ends the first tab, which hears nothing of theirs.
#[test]
fn a_sign_in_in_another_tab_ends_this_one_only_for_somebody_else() {
    let served = Served::get();
    run(async {
        let stranger = seeker(&served, "Jemand anderes.").await;
        for blocked in [false, true] {
            let (person, first, hannah) = accepted(&served).await;
            let id = person.conversation;
            block(&first, blocked);
            live(&first).await;
            let again = reloaded(&person.client);
            let session = account::sign_in(&again, &person.user_name, person.password.clone());
            session.await.unwrap();
            let text = "Noch da?".to_owned();
            hannah.send(id, &text).unwrap();
            hannah.flush().await.unwrap();
            until("it goes on", || texts(&first, id).contains(&text)).await;
            until("it is live", || first.connection() == Connection::Live).await;
            let other = reloaded(&person.client);
            let session = account::sign_in(&other, &stranger.user_name, stranger.password.clone());
            session.await.unwrap();
            until("it ends", || first.connection() == Connection::SignedOut).await;
            assert_eq!(first.list().len(), 1);
        }
    });
}
