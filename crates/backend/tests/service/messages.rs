//! Taking messages back, and changing them in what was put away.

use crypto::Digest;
use crypto::message::{ContentType, Message};
use domain::conversation::{
    ArchiveConversation, DELETES_MAX, LoadConversation, LoadHistory, SendMessage, Sent, State,
    StoredMessage,
};
use domain::id::MessageId;
use domain::inbox::ListInbox;
use domain::live::Event;
use domain::{Blob, Refusal};

use crate::deletion::{is_sqlite, stored, told};
use crate::support::case::Case;
use crate::support::{Person, Scene, World, random, refused};

crate::on_both! {
    a_message_taken_back_leaves_its_hash_alone,
    a_deletion_sent_again_is_answered_alike,
    only_ones_own_messages_are_taken_back,
    what_only_changes_brings_nothing_back,
    a_waiting_message_is_taken_back_in_the_inbox_too,
}

fn text(world: &World, case: &Case, by: &Person) -> Blob {
    case.message(world, by, ContentType::TEXT, b"Hallo")
}

fn id(message: &Blob) -> MessageId {
    Message::decode(message.as_slice()).unwrap().id()
}

/// A deletion as the server sees it: it cannot read what stands inside.
fn deletion(world: &World, case: &Case, by: &Person, of: &[MessageId]) -> SendMessage {
    SendMessage {
        deletes: of.to_vec(),
        ..SendMessage::new(case.message(world, by, ContentType::DELETE, b"{}"))
    }
}

async fn send(world: &World, by: &Person, request: SendMessage) -> Result<Sent, backend::Error> {
    world.backend.conversations().send(&by.actor, request).await
}

async fn history(world: &World, by: &Person, case: &Case) -> Vec<StoredMessage> {
    let request = LoadHistory {
        conversation: case.id,
        after: 0,
        limit: 50,
    };
    let conversations = world.backend.conversations();
    let history = conversations.load_history(&by.actor, request).await;
    history.unwrap().messages
}

fn stone(message: &Blob) -> Blob {
    Blob::from(Digest::of(message.as_slice()).as_bytes().to_vec())
}

async fn a_message_taken_back_leaves_its_hash_alone(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let all = [0; 3].map(|_| text(world, &case, &scene.seeker));
    for message in &all {
        send(world, &scene.seeker, SendMessage::new(message.clone()))
            .await
            .unwrap();
    }
    let request = deletion(world, &case, &scene.seeker, &[id(&all[0]), id(&all[2])]);
    let sent = send(world, &scene.seeker, request.clone()).await.unwrap();
    let kept = history(world, &scene.first, &case).await;
    let bodies: Vec<_> = kept.iter().map(|stored| stored.message.clone()).collect();
    let expected = [
        stone(&all[0]),
        all[1].clone(),
        stone(&all[2]),
        request.message.clone(),
    ];
    assert_eq!(bodies[2..], expected);
    assert!(
        kept.iter()
            .zip(1..)
            .all(|(stored, at)| stored.position == at)
    );
    // Nobody is told of it any more, whoever comes later; everybody is told that it is gone.
    for person in [&scene.seeker, &scene.first] {
        let told: Vec<_> = told(world, person)
            .await
            .into_iter()
            .filter_map(|event| match event {
                Event::Message { stored, .. } => Some((stored.position, stored.message)),
                _ => None,
            })
            .collect();
        assert!(
            told.iter()
                .all(|(_, message)| *message != all[0] && *message != all[2])
        );
        let news = told.len() - 3;
        let last = [
            (sent.position, request.message.clone()),
            (3, stone(&all[0])),
            (5, stone(&all[2])),
        ];
        assert_eq!(told[news..], last);
        assert!(told.contains(&(4, all[1].clone())));
    }
    // The opening stands in rows: there, too.
    let request = deletion(world, &case, &scene.seeker, &[id(&kept[1].message)]);
    send(world, &scene.seeker, request).await.unwrap();
    let request = LoadConversation {
        conversation: case.id,
    };
    let conversations = world.backend.conversations();
    let row = conversations
        .load(&scene.first.actor, request)
        .await
        .unwrap();
    assert_eq!(row.opening[1].message, stone(&kept[1].message));
    assert_eq!(row.count, 7);
    world.backend.close().await;
    if is_sqlite(world) {
        for gone in [&all[0], &all[2]] {
            assert_eq!(stored(world, gone.as_slice()), 0);
            assert_eq!(stored(world, &gone.as_slice()[100..200]), 0);
        }
        assert!(stored(world, &all[1].as_slice()[100..200]) > 0);
    }
}

async fn a_deletion_sent_again_is_answered_alike(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let message = text(world, &case, &scene.seeker);
    let request = SendMessage::new(message.clone());
    let first = send(world, &scene.seeker, request.clone()).await.unwrap();
    let deletion = deletion(world, &case, &scene.seeker, &[id(&message)]);
    let done = send(world, &scene.seeker, deletion.clone()).await.unwrap();
    let before = told(world, &scene.first).await;
    assert_eq!(
        send(world, &scene.seeker, deletion.clone()).await.unwrap(),
        done
    );
    // From another tab, as another message: nothing more is to be done.
    let request = SendMessage {
        deletes: deletion.deletes,
        ..SendMessage::new(text(world, &case, &scene.seeker))
    };
    send(world, &scene.seeker, request).await.unwrap();
    assert_eq!(told(world, &scene.first).await.len(), before.len() + 1);
    // Sent again by a tab that lost the answer, it does not come back.
    let again = SendMessage::new(message.clone());
    assert_eq!(send(world, &scene.seeker, again).await.unwrap(), first);
    let kept = history(world, &scene.first, &case).await;
    assert_eq!(kept[2].message, stone(&message));
}

async fn only_ones_own_messages_are_taken_back(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let elsewhere = scene.accepted(world).await;
    let (own, other) = (
        text(world, &case, &scene.seeker),
        text(world, &elsewhere, &scene.seeker),
    );
    for message in [&own, &other] {
        send(world, &scene.seeker, SendMessage::new(message.clone()))
            .await
            .unwrap();
    }
    let none = MessageId::from_bytes(random());
    for (by, of, refusal) in [
        (&scene.first, vec![id(&own)], Refusal::NotAllowed),
        (&scene.second, vec![id(&own)], Refusal::NotFound),
        (&scene.seeker, vec![id(&other)], Refusal::NotFound),
        (&scene.seeker, vec![id(&own), none], Refusal::NotFound),
        (
            &scene.seeker,
            vec![id(&own); DELETES_MAX + 1],
            Refusal::Malformed,
        ),
    ] {
        // Sealed by a member, asked by whoever it is.
        let author = if by.account == scene.second.account {
            &scene.first
        } else {
            by
        };
        let request = deletion(world, &case, author, &of);
        assert_eq!(refused(send(world, by, request).await), refusal);
    }
    // Nothing was done by halves.
    let kept = history(world, &scene.first, &case).await;
    assert_eq!((kept.len(), &kept[2].message), (3, &own));
    assert_eq!(
        history(world, &scene.seeker, &elsewhere).await[2].message,
        other
    );
}

async fn what_only_changes_brings_nothing_back(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let message = text(world, &case, &scene.first);
    send(world, &scene.first, SendMessage::new(message.clone()))
        .await
        .unwrap();
    let request = ArchiveConversation {
        conversation: case.id,
        archived: true,
        count: 3,
    };
    conversations
        .archive(&scene.first.actor, request)
        .await
        .unwrap();
    let row = async || {
        let request = LoadConversation {
            conversation: case.id,
        };
        conversations
            .load(&scene.seeker.actor, request)
            .await
            .unwrap()
    };
    let before = row().await;
    assert!(before.closed.is_some());
    let edit = SendMessage {
        quiet: true,
        ..SendMessage::new(text(world, &case, &scene.first))
    };
    let delete = deletion(world, &case, &scene.first, &[id(&message)]);
    for (request, count) in [(edit, 4), (delete, 5)] {
        send(world, &scene.first, request).await.unwrap();
        let after = row().await;
        assert_eq!(
            (after.state, after.closed),
            (State::Archived, before.closed)
        );
        assert_eq!(
            (after.count, after.newest.unwrap().position),
            (count, count)
        );
    }
    let told = told(world, &scene.seeker).await;
    let states = told.iter().rev().take(3).filter_map(|event| match event {
        Event::Message { state, .. } => Some(*state),
        _ => None,
    });
    assert_eq!(states.collect::<Vec<_>>(), [State::Archived; 3]);
    let news = SendMessage::new(text(world, &case, &scene.first));
    send(world, &scene.first, news).await.unwrap();
    assert_eq!(row().await.state, State::Active);
}

async fn a_waiting_message_is_taken_back_in_the_inbox_too(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    let message = text(world, &case, &scene.seeker);
    send(world, &scene.seeker, SendMessage::new(message.clone()))
        .await
        .unwrap();
    let request = deletion(world, &case, &scene.seeker, &[id(&message)]);
    send(world, &scene.seeker, request).await.unwrap();
    let inbox = world.backend.inbox();
    let waiting = inbox.list(&scene.first.actor, ListInbox {}).await.unwrap();
    assert_eq!(waiting[0].messages[2].message, stone(&message));
    assert_eq!(waiting[0].messages.len(), 4);
    let told = told(world, &scene.first).await;
    let last = told.last().unwrap();
    assert!(
        matches!(last, Event::Message { stored, state: State::Waiting, .. }
        if stored.message == stone(&message))
    );
}
