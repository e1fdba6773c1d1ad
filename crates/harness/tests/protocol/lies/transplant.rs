//! What is another's, put among one's own.

use crate::support::{
    Machine, NewSeeker, Served, agency_in, demo_session, desk, device, last, listen, run,
    second_draft, seeker, staff,
};
use client::conversation::{Author, Body, Item};
use client::desk::{Desk, Seeker, Staff};
use client::{Error, Untrusted, registration};
use domain::Refusal;
use domain::agency::ListMine;
use domain::conversation::{ConversationRow, ListConversations, LoadHistory, SendMessage, State};
use domain::inbox::{AcceptEnquiry, ListInbox, WaitingEnquiry};

/// A waiting enquiry, told as if it were a conversation of the asker's.
fn as_row(waiting: &WaitingEnquiry) -> ConversationRow {
    ConversationRow {
        conversation: waiting.conversation,
        agency: waiting.agency,
        topic: waiting.topic,
        state: State::Waiting,
        created: waiting.received,
        epochs: waiting.epochs.clone(),
        wraps: waiting.wraps.clone(),
        identities: waiting.identities.clone(),
        opening: waiting.messages.clone(),
        newest: waiting.messages.last().cloned(),
        count: u32::try_from(waiting.messages.len()).unwrap(),
        label: None,
        marks: Vec::new(),
        closed: None,
        consents: Vec::new(),
    }
}

/// What the inbox says of somebody's enquiry.
async fn waiting_of(served: &Served, person: &NewSeeker) -> WaitingEnquiry {
    let (client, session) = staff(served, "hannah.brandt").await;
    let heard = listen::<ListInbox>(&client);
    desk::<Staff>(&session).await;
    let mut inbox = last(&heard).into_iter();
    let which = person.conversation;
    inbox.find(|one| one.conversation == which).unwrap()
}

/// Somebody else's enquiry in a seeker's list, as itself or under the name of the own one.
#[test]
fn a_foreign_enquiry_in_a_seekers_list_shows_nothing() {
    let served = Served::get();
    run(async {
        let other = seeker(&served, "Das ist nur für die Stelle.").await;
        let foreign = as_row(&waiting_of(&served, &other).await);
        let person = seeker(&served, "Meins.").await;
        type Lie = fn(&mut Vec<ConversationRow>, &ConversationRow);
        let lies: &[(&str, Lie)] = &[
            ("beside the own one", |rows, foreign| {
                rows.push(foreign.clone())
            }),
            ("in its place", |rows, foreign| {
                let conversation = rows[0].conversation;
                rows[0] = foreign.clone();
                rows[0].conversation = conversation;
            }),
            ("with the own identity and wraps", |rows, foreign| {
                let own = rows[0].clone();
                rows[0] = foreign.clone();
                rows[0].conversation = own.conversation;
                rows[0].identities.extend(own.identities);
                rows[0].wraps.extend(own.wraps);
            }),
            ("after the own first epoch", |rows, foreign| {
                rows[0].epochs.extend(foreign.epochs.clone());
                rows[0].wraps.extend(foreign.wraps.clone());
                rows[0].identities.extend(foreign.identities.clone());
            }),
        ];
        for (name, lie) in lies {
            let (client, session) = person.elsewhere(&served).await;
            let net = client.world().net();
            let foreign = foreign.clone();
            let messages = foreign.opening.clone();
            net.about::<ListConversations>(move |rows| lie(rows, &foreign));
            net.about::<LoadHistory>(move |history| history.messages = messages.clone());
            let own: Desk<Machine, Seeker> = desk(&session).await;
            let mut untrusted = 0;
            for summary in own.list() {
                let conversation = summary.conversation;
                own.show(conversation).await.unwrap();
                let thread = own.thread(conversation).unwrap();
                for item in &thread.items {
                    let meant = matches!(&item.body, Body::Text(text) if text == "Meins.");
                    let fields =
                        matches!(item.body, Body::Enquiry(_)) && item.author == Author::Own;
                    let unproved = matches!(item.body, Body::Unverified(_));
                    assert!(meant || fields || unproved, "{name}: {:?}", item.body);
                }
                if summary.untrusted.is_some() {
                    untrusted += 1;
                    assert!(!thread.can_write, "{name}");
                    own.send(conversation, "An wen?").unwrap();
                    own.flush().await.ok();
                }
            }
            assert_eq!(untrusted, 1, "{name}");
            assert!(net.asked::<SendMessage>().is_empty(), "{name}");
        }
    });
}

/// Two conversations of one person: keys fit, signatures hold, and still neither is the other.
#[test]
fn two_own_conversations_are_not_exchanged() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Die eine Sache.").await;
        let freiburg = agency_in(&person.client, "79104", "Freiburg").await;
        let draft = second_draft(&person.session, freiburg, "Die andere Sache.").await;
        let other = registration::submit(&draft, &person.session).await.unwrap();
        let own: Desk<Machine, Seeker> = desk(&person.session).await;
        own.mark_read(other).await.unwrap();
        type Lie = fn(&mut ConversationRow, &mut ConversationRow);
        let lies: [(&str, Lie); 2] = [
            ("exchanged", |one, other| {
                std::mem::swap(&mut one.conversation, &mut other.conversation)
            }),
            ("exchanged, but for the messages", |one, other| {
                std::mem::swap(&mut one.epochs, &mut other.epochs);
                std::mem::swap(&mut one.wraps, &mut other.wraps);
                std::mem::swap(&mut one.label, &mut other.label);
            }),
        ];
        for (name, lie) in lies {
            let (client, session) = person.elsewhere(&served).await;
            let net = client.world().net();
            net.about::<ListConversations>(move |rows| {
                let (one, others) = rows.split_at_mut(1);
                lie(&mut one[0], &mut others[0]);
            });
            let own: Desk<Machine, Seeker> = desk(&session).await;
            for conversation in [person.conversation, other] {
                let thread = own.thread(conversation).unwrap();
                assert_eq!(thread.summary.untrusted, Some(Untrusted::Epoch), "{name}");
                assert!(!thread.can_write, "{name}");
                let unproved = |item: &Item| matches!(item.body, Body::Unverified(_));
                assert!(thread.items.iter().all(unproved), "{name}");
                own.send(conversation, "Wohin?").unwrap();
                own.flush().await.ok();
            }
            assert!(net.asked::<SendMessage>().is_empty(), "{name}");
        }
    });
}

/// Somebody else's messages in the own conversation.
#[test]
fn foreign_messages_in_the_own_conversation_are_not_shown() {
    let served = Served::get();
    run(async {
        let other = seeker(&served, "Das ist nur für die Stelle.").await;
        let foreign = waiting_of(&served, &other).await.messages;
        let person = seeker(&served, "Meins.").await;
        let (client, session) = person.elsewhere(&served).await;
        let net = client.world().net();
        net.about::<ListConversations>(move |rows| {
            rows[0].opening = foreign.clone();
            rows[0].newest = foreign.last().cloned();
        });
        let own: Desk<Machine, Seeker> = desk(&session).await;
        assert_eq!(own.list()[0].preview, None);
        let thread = own.thread(person.conversation).unwrap();
        assert_eq!((thread.items.len(), thread.fields), (2, None));
        for item in thread.items {
            assert_eq!(item.body, Body::Unverified(Untrusted::Message));
            assert_eq!(item.author, Author::Unknown);
        }
    });
}

/// An enquiry to one agency in the inbox of somebody who works at another.
#[test]
fn another_agencys_enquiry_cannot_be_read_or_accepted() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "An Freiburg.").await;
        let enquiry = waiting_of(&served, &person).await;
        let (freiburg, hannah) = staff(&served, "hannah.brandt").await;
        let heard = listen::<ListMine>(&freiburg);
        desk::<Staff>(&hannah).await;
        let mut mine = last(&heard);
        // Without the wraps: those are for Hannah's key, and with them it is the same.
        mine.iter_mut().for_each(|own| own.inbox_wraps.clear());
        for with_chain in [false, true] {
            let client = device(&served);
            let leo = demo_session(&client, "leo.falk").await.unwrap();
            let net = client.world().net();
            let (told, mine) = (enquiry.clone(), mine.clone());
            net.about::<ListMine>(move |own| {
                if with_chain {
                    own.extend(mine.clone());
                }
            });
            net.about::<ListInbox>(move |all| all.push(told.clone()));
            let staff: Desk<Machine, Staff> = desk(&leo).await;
            let waiting = staff.waiting();
            let shown = waiting
                .iter()
                .find(|one| one.conversation == person.conversation)
                .unwrap();
            let why = if with_chain {
                Untrusted::Key
            } else {
                Untrusted::Agency
            };
            assert_eq!(shown.untrusted, Some(why));
            assert_eq!((shown.text.as_str(), &shown.fields), ("", &None));
            assert!(!shown.may_accept);
            let refused = staff.accept(person.conversation, None).await;
            assert_eq!(refused, Err(Error::Untrusted(why)));
            assert!(net.asked::<AcceptEnquiry>().is_empty());
        }
    });
}

/// "Somebody has taken it", said of what waits: it is shown again, and can be accepted.
#[test]
fn an_enquiry_that_is_said_to_be_taken_is_not_lost() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let (client, session) = staff(&served, "hannah.brandt").await;
        let net = client.world().net();
        let by = person.session.account();
        net.instead_of::<AcceptEnquiry>(move |_| Some(Err(Refusal::AlreadyAccepted { by })));
        let staff: Desk<Machine, Staff> = desk(&session).await;
        let taken = staff.accept(person.conversation, None).await;
        // Who is not listed has no name.
        assert_eq!(taken, Ok(client::inbox::Accepted::Taken { by: None }));
        net.honest();
        staff.refresh().await.unwrap();
        let accepted = staff.accept(person.conversation, None).await;
        assert_eq!(accepted, Ok(client::inbox::Accepted::Mine));
    });
}
