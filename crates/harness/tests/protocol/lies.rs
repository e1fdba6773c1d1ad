//! A server that lies is refused, whatever it changes.

use client::agency;
use client::conversation::{Body, Fault, Thread};
use client::desk::{Desk, Seeker, Staff};
use client::{Client, Error, Session, Untrusted};
use domain::Blob;
use domain::account::{ResumeSession, SignInFinish};
use domain::agency::{AgencyChain, ListAgencies, LoadAgency, LoadManifest, TopicDirectory};
use domain::conversation::{
    ConversationRow, ListConversations, LoadConversation, LoadHistory, StoredMessage,
};
use domain::inbox::{ListInbox, WaitingEnquiry};
use domain::live::{Event, ToClient};

use crate::support::{
    Machine, Served, TOPIC, agency_in, demo_session, desk, device, follow, reloaded, run, seeker,
    until,
};

/// Changes one bit, a different byte each time.
fn flip(bytes: &mut Blob, at: usize) {
    let len = bytes.0.len();
    if let Some(byte) = bytes.0.get_mut(at % len.max(1)) {
        *byte ^= 1;
    }
}

type ChainLie = (&'static str, fn(&mut AgencyChain, &AgencyChain));

/// Each replaces something of a chain by something well formed, mostly another agency's.
const CHAIN_LIES: &[ChainLie] = &[
    ("no admin list", |chain, _| chain.admins.clear()),
    ("no head", |chain, _| chain.heads.clear()),
    ("no manifest", |chain, _| chain.manifests.clear()),
    ("another's everything", |chain, other| {
        *chain = other.clone()
    }),
    ("another's entry", |chain, other| {
        chain.entry = other.entry.clone()
    }),
    ("another's entry, proved", |chain, other| {
        chain.entry = other.entry.clone();
        chain.entry_proof = other.entry_proof.clone();
    }),
    ("another's proof", |chain, other| {
        chain.entry_proof = other.entry_proof.clone()
    }),
    ("another place in the tree", |chain, _| {
        chain.entry_proof.index ^= 1
    }),
    ("a shorter proof", |chain, _| {
        chain.entry_proof.hashes.pop();
    }),
    ("a longer proof", |chain, _| {
        let first = chain.entry_proof.hashes[0].clone();
        chain.entry_proof.hashes.push(first);
    }),
    ("an agency as association", |chain, _| {
        chain.association = chain.entry.clone()
    }),
    ("another's manifest", |chain, other| {
        chain.manifests = other.manifests.clone()
    }),
    ("another's manifest and profile", |chain, other| {
        chain.manifests = other.manifests.clone();
        chain.profile = other.profile.clone();
    }),
    ("another's profile", |chain, other| {
        chain.profile = other.profile.clone()
    }),
    ("another consent text", |chain, _| {
        let mut legal: domain::agency::Legal =
            serde_json::from_slice(chain.legal.as_slice()).unwrap();
        legal.consent.push_str(" Und alles andere auch.");
        chain.legal = Blob(serde_json::to_vec(&legal).unwrap());
    }),
    ("the same profile, written otherwise", |chain, _| {
        chain.profile.0.push(b' ')
    }),
    ("the manifest twice", |chain, _| {
        let first = chain.manifests[0].clone();
        chain.manifests.push(first);
    }),
    ("the head twice", |chain, _| {
        let first = chain.heads[0].clone();
        chain.heads.push(first);
    }),
];

/// Asks the honest server for a chain by listening to what it answers.
async fn chain_of(client: &Client<Machine>, place: (&str, &str)) -> AgencyChain {
    let id = agency_in(client, place.0, place.1).await;
    let heard = std::rc::Rc::new(std::cell::RefCell::new(None));
    let keep = std::rc::Rc::clone(&heard);
    client.world().net().about::<LoadAgency>(move |chain| {
        keep.replace(Some(chain.clone()));
    });
    agency::load(client, id).await.unwrap();
    client.world().net().honest();
    heard.take().unwrap()
}

#[test]
fn a_changed_chain_is_refused() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let id = agency_in(&client, "79104", "Freiburg").await;
        let other = chain_of(&client, ("50667", "Köln")).await;
        let net = client.world().net();
        for (name, lie) in CHAIN_LIES {
            let other = other.clone();
            net.about::<LoadAgency>(move |chain| lie(chain, &other));
            let answer = agency::load(&client, id).await;
            assert!(matches!(answer, Err(Error::Untrusted(_))), "{name}");
        }
        type Field = fn(&mut AgencyChain) -> &mut Blob;
        let fields: [(&str, Field); 7] = [
            ("admin list", |chain| &mut chain.admins[0]),
            ("head", |chain| &mut chain.heads[0]),
            ("entry", |chain| &mut chain.entry),
            ("association", |chain| &mut chain.association),
            ("legal", |chain| &mut chain.legal),
            ("manifest", |chain| &mut chain.manifests[0]),
            ("profile", |chain| &mut chain.profile),
        ];
        for (name, field) in fields {
            for at in (0..2000).step_by(37) {
                net.about::<LoadAgency>(move |chain| flip(field(chain), at));
                let answer = agency::load(&client, id).await;
                assert!(
                    matches!(answer, Err(Error::Untrusted(_))),
                    "{name}, byte {at}"
                );
            }
        }
        net.honest();
        assert!(agency::load(&client, id).await.is_ok());
    });
}

#[test]
fn a_changed_directory_shows_no_false_name() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let net = client.world().net();
        let honest = agency::find(&client, TOPIC, None, None).await.unwrap();
        assert_eq!(honest.refused, 0);
        for at in 0..400 {
            net.about::<ListAgencies>(move |directory: &mut TopicDirectory| {
                flip(&mut directory.rows[0].entry, at);
            });
            let found = agency::find(&client, TOPIC, None, None).await.unwrap();
            assert_eq!(found.refused, 1, "byte {at}");
        }
        type Field = fn(&mut TopicDirectory) -> &mut Blob;
        let fields: [Field; 2] = [|one| &mut one.admins, |one| &mut one.head];
        for field in fields {
            for at in 0..200 {
                net.about::<ListAgencies>(move |directory| flip(field(directory), at));
                let found = agency::find(&client, TOPIC, None, None).await;
                assert!(matches!(found, Err(Error::Untrusted(_))), "byte {at}");
            }
        }
    });
}

/// The hints of the directory say yes, the signed profile says no: nothing is sent.
#[test]
fn a_hint_that_the_profile_contradicts_is_refused() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let id = agency_in(&client, "50667", "Köln").await;
        let agency = agency::load(&client, id).await.unwrap();
        let today = client::World::now(client.world()).day();
        let freiburg = domain::postcode::Postcode::parse("79104").unwrap();
        let answer = agency.takes(TOPIC, Some(freiburg), false, today);
        assert_eq!(answer, Err(Untrusted::Hint));
        let later = domain::time::Day(today.0 + 91 + agency.heard().since(today));
        let cologne = domain::postcode::Postcode::parse("50667").unwrap();
        assert_eq!(agency.takes(TOPIC, Some(cologne), false, today), Ok(()));
        assert_eq!(
            agency.takes(TOPIC, Some(cologne), false, later),
            Err(Untrusted::Stale)
        );
    });
}

#[test]
fn a_changed_vault_or_key_wrap_opens_nothing() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let net = client.world().net();
        for at in (0..4140).step_by(97) {
            net.about::<SignInFinish>(move |answer| flip(&mut answer.vault, at));
            let refused = demo_session(&client, "stiller-bach27").await.err();
            assert_eq!(refused, Some(Error::Damaged), "vault, byte {at}");
            if at > 600 && at % 5 != 0 {
                continue;
            }
            net.about::<SignInFinish>(move |answer| flip(&mut answer.key_wrap, at));
            let refused = demo_session(&client, "stiller-bach27").await.err();
            assert_eq!(refused, Some(Error::Damaged), "key wrap, byte {at}");
        }
        net.honest();
        demo_session(&client, "stiller-bach27").await.unwrap();
        let tab = reloaded(&client);
        tab.world()
            .net()
            .about::<ResumeSession>(|answer| flip(&mut answer.share, 3));
        assert!(client::account::resume(&tab).await.unwrap().is_none());
    });
}

/// Somebody of the demonstration with an accepted conversation.
async fn with_history(served: &Served) -> (Client<Machine>, Session<Machine>) {
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

/// Each byte of an accepting record counts.
#[test]
fn no_byte_of_an_epoch_can_be_changed() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        for at in 0..400 {
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

const HISTORY_LIES: &[HistoryLie] = &[
    (
        "two swapped",
        |all| {
            let (a, b) = (all[2].message.clone(), all[4].message.clone());
            (all[2].message, all[4].message) = (b, a);
        },
        None,
    ),
    (
        "one replaced by one before",
        |all| {
            all[3].message = all[2].message.clone();
        },
        Some(Fault::Double),
    ),
    (
        "the fields as another message",
        |all| {
            all[3].message = all[0].message.clone();
        },
        Some(Fault::Double),
    ),
    (
        "the middle left out",
        |all| {
            all.remove(2);
            for (stored, position) in all.iter_mut().zip(1..) {
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
            // Rows tell the first and the newest message too: they are as honest as the rest.
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
        for at in (0..1200).step_by(61) {
            net.about::<LoadHistory>(move |history| flip(&mut history.messages[3].message, at));
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
        net.about::<LoadManifest>(|stored| flip(&mut stored.manifest, 99));
    });
}

/// What was seen once cannot be taken back: the vault holds the pins.
#[test]
fn a_rollback_against_a_pin_is_refused() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        let id = agency_in(&client, "79104", "Freiburg").await;
        agency::load_as(&session, id).await.unwrap();
        let net = client.world().net();
        type Lie = fn(&mut AgencyChain);
        let lies: [(&str, Lie); 3] = [
            ("no manifest any more", |chain| chain.manifests.clear()),
            ("no head any more", |chain| chain.heads.clear()),
            ("an older head only", |chain| chain.heads.truncate(0)),
        ];
        for (name, lie) in lies {
            net.about::<LoadAgency>(lie);
            let answer = agency::load_as(&session, id).await;
            assert_eq!(
                answer.err(),
                Some(Error::Untrusted(Untrusted::Rollback)),
                "{name}"
            );
        }
    });
}

#[test]
fn a_changed_inbox_is_refused() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let session = demo_session(&client, "hannah.brandt").await.unwrap();
        let net = client.world().net();
        let honest: Desk<Machine, Staff> = desk(&session).await;
        assert!(honest.waiting().len() >= 2);
        assert!(honest.waiting().iter().all(|one| one.untrusted.is_none()));
        type Lie = fn(&mut Vec<WaitingEnquiry>);
        let lies: &[(&str, Lie)] = &[
            ("seekers swapped", |all| {
                let other = all[1].seeker.clone();
                all[0].seeker = other;
            }),
            ("epochs swapped", |all| {
                let other = all[1].epoch.clone();
                all[0].epoch = other;
            }),
            ("wraps swapped", |all| {
                let other = all[1].wrap.clone();
                all[0].wrap = other;
            }),
            ("messages swapped", |all| {
                let other = all[1].messages.clone();
                all[0].messages = other;
            }),
            ("epoch changed", |all| flip(&mut all[0].epoch, 50)),
            ("wrap changed", |all| flip(&mut all[0].wrap, 900)),
            ("seeker changed", |all| flip(&mut all[0].seeker, 30)),
            ("message changed", |all| {
                flip(&mut all[0].messages[1].message, 300)
            }),
        ];
        for (name, lie) in lies {
            let which = honest.waiting()[0].conversation;
            net.about::<ListInbox>(move |all| {
                all.sort_by_key(|one| one.conversation != which);
                lie(all);
            });
            let desk: Desk<Machine, Staff> = desk(&session).await;
            let waiting = desk.waiting();
            let victim = waiting
                .iter()
                .find(|one| one.conversation == which)
                .unwrap();
            assert!(victim.untrusted.is_some() && !victim.may_accept, "{name}");
        }
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
        assert_eq!(items[2].author, client::conversation::Author::Unknown);
        // Loaded again without the lie it is there: nothing was repaired, nothing is lost.
        person.client.world().net().honest();
        let again = desk::<Seeker>(&person.session).await;
        again.show(conversation).await.unwrap();
        assert!(matches!(
            again.thread(conversation).unwrap().items[2].body,
            Body::Text(_)
        ));
        person
            .client
            .world()
            .net()
            .about::<LoadConversation>(|_| {});
    });
}
