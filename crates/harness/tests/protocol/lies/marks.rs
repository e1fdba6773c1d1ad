//! Read marks that are older, another's, or of another conversation.

use crate::marks::{accepted, read};
use crate::support::{Machine, NewSeeker, Served, desk, run, staff};
use client::desk::{Desk, Staff};
use domain::Blob;
use domain::conversation::{ListConversations, MemberMark, SaveMark};
use domain::live::{Event, ToClient};

/// The seeker reads everything; gives the mark.
async fn reads(person: &NewSeeker, own: &Desk<Machine, client::desk::Seeker>) -> MemberMark {
    let id = person.conversation;
    own.refresh().await.unwrap();
    own.show(id).await.unwrap();
    own.see(id, u32::MAX);
    let net = person.client.world().net();
    let before = net.asked::<SaveMark>().len();
    own.keep_up().await.unwrap();
    let marks = net.asked::<SaveMark>();
    assert_eq!(marks.len(), before + 1);
    MemberMark {
        account: person.session.account(),
        mark: marks.into_iter().next_back().unwrap().mark,
    }
}

/// What the server says of a conversation's marks is this from now on.
fn tell(client: &client::Client<Machine>, person: &NewSeeker, mark: MemberMark) {
    let id = person.conversation;
    client
        .world()
        .net()
        .about::<ListConversations>(move |rows| {
            for row in rows.iter_mut().filter(|row| row.conversation == id) {
                row.marks = vec![mark.clone()];
            }
        });
}

#[test]
fn an_older_mark_takes_nothing_back() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let clock = person.client.world().clock();
        let mut sent = Vec::new();
        let mut marks = Vec::new();
        for text in ["eins", "zwei"] {
            sent.push(hannah.send(id, text).unwrap());
            hannah.flush().await.unwrap();
            marks.push(reads(&person, &own).await);
            clock.set(Some(clock.now().plus(31_000)));
        }
        hannah.refresh().await.unwrap();
        assert_eq!(read(&hannah, id).unwrap().0, sent[1]);
        let client = hannah.session().client();
        tell(client, &person, marks[0].clone());
        hannah.refresh().await.unwrap();
        assert_eq!(read(&hannah, id).unwrap().0, sent[1]);
        // Nor with the version of a newer one on it: the signature covers it.
        let mut newer = marks[0].clone();
        newer.mark.0[31] = 9;
        tell(client, &person, newer);
        hannah.refresh().await.unwrap();
        assert_eq!(read(&hannah, id).unwrap().0, sent[1]);
    });
}

#[test]
fn a_mark_of_somebody_or_something_else_says_nothing() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let (other, other_own, _) = accepted(&served).await;
        let id = person.conversation;
        for conversation in [id, other.conversation] {
            let (_, session) = staff(&served, "hannah.brandt").await;
            let sending: Desk<Machine, Staff> = desk(&session).await;
            sending.show(conversation).await.unwrap();
            sending.send(conversation, "Guten Tag.").unwrap();
            sending.flush().await.unwrap();
        }
        let good = reads(&person, &own).await;
        let foreign = reads(&other, &other_own).await;
        let me = hannah.session().account();
        let mut moved = foreign.clone();
        moved.account = person.session.account();
        moved.mark.0[2..18].copy_from_slice(id.as_bytes());
        let mut flipped = good.clone();
        super::flip(&mut flipped.mark, 100);
        let lies = [
            (
                "another conversation's",
                MemberMark {
                    account: good.account,
                    mark: foreign.mark,
                },
            ),
            ("another conversation's, with this one's name", moved),
            (
                "said to be Hannah's own",
                MemberMark {
                    account: me,
                    mark: good.mark.clone(),
                },
            ),
            ("changed", flipped),
            (
                "nothing",
                MemberMark {
                    account: good.account,
                    mark: Blob::default(),
                },
            ),
        ];
        for (name, lie) in lies {
            let (client, session) = staff(&served, "hannah.brandt").await;
            tell(&client, &person, lie);
            let hannah: Desk<Machine, Staff> = desk(&session).await;
            hannah.show(id).await.unwrap();
            assert_eq!(read(&hannah, id), None, "{name}");
            // Honest again, and it is there.
            client.world().net().honest();
            hannah.refresh().await.unwrap();
            assert!(read(&hannah, id).is_some(), "{name}");
        }
    });
}

/// The same by the live channel: an event with an older mark.
#[test]
fn an_event_takes_nothing_back() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let clock = person.client.world().clock();
        let mut marks = Vec::new();
        for text in ["eins", "zwei"] {
            hannah.send(id, text).unwrap();
            hannah.flush().await.unwrap();
            marks.push(reads(&person, &own).await);
            clock.set(Some(clock.now().plus(31_000)));
        }
        hannah.refresh().await.unwrap();
        let (before, _) = read(&hannah, id).unwrap();
        let old = marks[0].clone();
        let net = hannah.session().client().world().net();
        net.about_events(move |told| match told {
            ToClient::Event {
                seq,
                event: Event::Mark { conversation, .. },
            } => ToClient::Event {
                seq,
                event: Event::Mark {
                    conversation,
                    mark: old.clone(),
                },
            },
            told => told,
        });
        crate::support::follow(&hannah);
        let third = hannah.send(id, "drei").unwrap();
        crate::support::until("it is there", || {
            let thread = hannah.thread(id).unwrap();
            thread
                .items
                .iter()
                .any(|item| item.id == third && item.position.is_some())
        })
        .await;
        reads(&person, &own).await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        assert_eq!(read(&hannah, id).unwrap().0, before);
    });
}
