//! Epochs, messages, events.

use crate::support::{Machine, Served, demo_session, desk, device, follow, run, seeker, until};
use client::conversation::{Author, Body, Fault, Thread};
use client::desk::{Desk, Seeker};
use client::{Client, Session, Untrusted};
use domain::agency::AgencyChain;
use domain::conversation::{ConversationRow, ListConversations, LoadHistory, StoredMessage};
use domain::live::{Event, ToClient};

use super::{chain_of, flip};

/// Somebody of the demonstration with an accepted conversation.
pub(super) async fn with_history(served: &Served) -> (Client<Machine>, Session<Machine>) {
    let client = device(served);
    let session = demo_session(&client, "stiller-bach27").await.unwrap();
    (client, session)
}

async fn shown(session: &Session<Machine>) -> Thread {
    let desk: Desk<Machine, Seeker> = desk(session).await;
    let conversation = desk.list()[0].conversation;
    desk.show(conversation).await.unwrap();
    desk.thread(conversation).unwrap()
}

fn texts(thread: &Thread) -> usize {
    let items = thread.items.iter();
    items
        .filter(|item| matches!(item.body, Body::Text(_)))
        .count()
}

/// Changes rows wherever they come.
fn lie_about_rows(client: &Client<Machine>, lie: impl Fn(&mut ConversationRow) + Clone + 'static) {
    client
        .world()
        .net()
        .about::<ListConversations>(move |rows| rows.iter_mut().for_each(&lie));
}

#[test]
fn changed_epochs_keys_and_identities_are_refused() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        let honest = shown(&session).await;
        assert_eq!(honest.summary.untrusted, None);
        assert!(honest.can_write && texts(&honest) >= 5);
        type Lie = fn(&mut ConversationRow);
        let lies: &[(&str, Lie)] = &[
            ("no epochs", |row| row.epochs.clear()),
            ("epoch 0 twice", |row| row.epochs[1] = row.epochs[0].clone()),
            ("epochs swapped", |row| row.epochs.swap(0, 1)),
            ("epoch 1 alone", |row| {
                row.epochs.remove(0);
            }),
            ("epoch 1 changed", |row| flip(&mut row.epochs[1], 60)),
            ("epoch 1, member changed", |row| {
                flip(&mut row.epochs[1], 210)
            }),
            ("no wraps", |row| row.wraps.clear()),
            ("wraps changed", |row| {
                row.wraps.iter_mut().for_each(|wrap| flip(wrap, 700))
            }),
            ("no identities", |row| row.identities.clear()),
            ("identities changed", |row| {
                row.identities
                    .iter_mut()
                    .for_each(|identity| flip(identity, 20));
            }),
            ("another agency", |row| {
                row.agency = domain::id::AgencyId::from_bytes([9; 16]);
            }),
            ("another conversation", |row| {
                row.conversation = domain::id::ConversationId::from_bytes([9; 16]);
            }),
        ];
        for (name, lie) in lies {
            lie_about_rows(&client, *lie);
            let desk: Desk<Machine, Seeker> = desk(&session).await;
            let summary = &desk.list()[0];
            assert!(summary.untrusted.is_some(), "{name}");
            let thread = desk.thread(summary.conversation).unwrap();
            assert!(!thread.can_write, "{name}");
        }
        client.world().net().honest();
    });
}

/// Whichever byte of an accepting record is changed.
#[test]
fn no_byte_of_an_epoch_can_be_changed() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        for at in (0..400).step_by(19) {
            lie_about_rows(&client, move |row| flip(&mut row.epochs[1], at));
            let desk: Desk<Machine, Seeker> = desk(&session).await;
            assert!(desk.list()[0].untrusted.is_some(), "byte {at}");
        }
    });
}

/// The server hides the acceptance: nothing of the later epoch is shown, nothing goes astray.
#[test]
fn a_hidden_epoch_shows_nothing_of_it() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        lie_about_rows(&client, |row| row.epochs.truncate(1));
        let thread = shown(&session).await;
        assert_eq!(texts(&thread), 1);
        let hidden = thread.items.iter().skip(2);
        assert!(hidden.clone().count() > 0);
        for item in hidden {
            assert_eq!(item.body, Body::Unverified(Untrusted::Epoch));
        }
    });
}

type HistoryLie = (&'static str, fn(&mut Vec<StoredMessage>), Option<Fault>);

/// The opening comes with the row; these are the messages after it.
const HISTORY_LIES: &[HistoryLie] = &[
    (
        "two swapped",
        |all| {
            let (a, b) = (all[0].message.clone(), all[1].message.clone());
            (all[0].message, all[1].message) = (b, a);
        },
        None,
    ),
    (
        "one replaced by the one before",
        |all| all[1].message = all[0].message.clone(),
        Some(Fault::Double),
    ),
    (
        "one left out, the others moved up",
        |all| {
            all.remove(1);
            for (stored, position) in all.iter_mut().zip(3..) {
                stored.position = position;
            }
        },
        None,
    ),
];

#[test]
fn a_changed_history_is_noticed() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        let net = client.world().net();
        for (name, lie, fault) in HISTORY_LIES {
            net.about::<LoadHistory>(move |history| lie(&mut history.messages));
            let thread = shown(&session).await;
            let noticed = !thread.alerts.is_empty() || !thread.complete;
            assert!(noticed, "{name}");
            if let Some(fault) = fault {
                assert!(
                    thread.alerts.iter().any(|alert| alert.fault == *fault),
                    "{name}"
                );
            }
        }
        for at in (0..1100).step_by(211) {
            net.about::<LoadHistory>(move |history| flip(&mut history.messages[1].message, at));
            let thread = shown(&session).await;
            assert!(
                matches!(thread.items[3].body, Body::Unverified(_)),
                "byte {at}: {:?}",
                thread.items[3].author
            );
        }
    });
}

/// Another manifest for an epoch than the one that it names.
#[test]
fn a_forged_manifest_names_nobody() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        let other = chain_of(&client, ("50667", "Köln")).await;
        let net = client.world().net();
        let manifest = other.manifests[0].clone();
        net.raw(move |path, body| match path {
            "agency/load" => {
                let mut chain: AgencyChain = ciborium::from_reader(body.as_slice()).unwrap();
                chain.manifests = vec![manifest.clone()];
                chain.profile = other.profile.clone();
                let mut bytes = Vec::new();
                ciborium::into_writer(&chain, &mut bytes).unwrap();
                bytes
            }
            _ => body,
        });
        let desk: Desk<Machine, Seeker> = desk(&session).await;
        let summary = &desk.list()[0];
        assert!(summary.untrusted.is_some());
        assert_eq!(
            (summary.other.as_str(), summary.agency_name.as_str()),
            ("", "")
        );
    });
}

/// Somebody else's conversation among one's own.
#[test]
fn a_foreign_conversation_shows_nothing() {
    let served = Served::get();
    run(async {
        let other = device(&served);
        let session = demo_session(&other, "feldweg-41").await.unwrap();
        let heard = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let keep = std::rc::Rc::clone(&heard);
        let listen = move |rows: &mut Vec<ConversationRow>| {
            keep.replace(rows.clone());
        };
        other.world().net().about::<ListConversations>(listen);
        desk::<Seeker>(&session).await;
        let foreign = heard.take().remove(0);
        let which = foreign.conversation;
        let (client, session) = with_history(&served).await;
        let net = client.world().net();
        net.about::<ListConversations>(move |rows| rows.push(foreign.clone()));
        let own = desk::<Seeker>(&session).await;
        let thread = own.thread(which).unwrap();
        assert!(thread.summary.untrusted.is_some() && !thread.can_write);
        assert_eq!(
            (thread.summary.other.as_str(), thread.summary.preview),
            ("", None)
        );
        let unproved = |item: &client::conversation::Item| {
            matches!(item.body, Body::Unverified(_)) && item.author == Author::Unknown
        };
        assert!(thread.items.iter().all(unproved));
    });
}

/// Messages over the live channel: changed, moved, told again.
#[test]
fn changed_events_are_noticed() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Guten Abend.").await;
        let conversation = person.conversation;
        let own = desk::<Seeker>(&person.session).await;
        own.show(conversation).await.unwrap();
        person.client.world().net().about_events(|told| match told {
            ToClient::Event {
                seq,
                event:
                    Event::Message {
                        conversation,
                        state,
                        mut stored,
                    },
            } => {
                flip(&mut stored.message, 200);
                let event = Event::Message {
                    conversation,
                    state,
                    stored,
                };
                ToClient::Event { seq, event }
            }
            other => other,
        });
        follow(&own);
        let elsewhere = device(&served);
        let password = person.password.clone();
        let session = client::account::sign_in(&elsewhere, &person.user_name, password).await;
        let other = desk::<Seeker>(&session.unwrap()).await;
        until("live", || {
            own.connection() == client::desk::Connection::Live
        })
        .await;
        other.send(conversation, "vom anderen Gerät").unwrap();
        other.flush().await.unwrap();
        until("the event", || {
            own.thread(conversation).unwrap().items.len() == 3
        })
        .await;
        let items = own.thread(conversation).unwrap().items;
        assert!(matches!(
            items[2].body,
            Body::Unverified(Untrusted::Message)
        ));
        assert_eq!(items[2].author, Author::Unknown);
        // Loaded again without the lie it is there: nothing was repaired, nothing is lost.
        person.client.world().net().honest();
        let again = desk::<Seeker>(&person.session).await;
        again.show(conversation).await.unwrap();
        assert!(matches!(
            again.thread(conversation).unwrap().items[2].body,
            Body::Text(_)
        ));
    });
}
