//! Reading and writing in conversations.

use crypto::message::ContentType;
use crypto::private_label::PrivateLabel;
use crypto::random::SystemRandom;
use domain::Refusal;
use domain::conversation::{
    ArchiveConversation, LoadConversation, LoadHistory, SaveLabel, SendMessage, State,
};
use domain::id::MessageId;
use domain::time::{DAY, HOUR};

use crate::support::case::Case;
use crate::support::{Person, Scene, World, random, refused};

crate::on_both! {
    messages_stand_in_order_without_gap,
    a_message_is_stored_once,
    a_message_id_belongs_to_its_author,
    old_epochs_and_foreign_slots_are_refused,
    a_seeker_may_add_to_a_waiting_enquiry,
    labels_only_rise,
    times_are_rounded_after_a_day,
    history_comes_in_portions,
    messages_written_at_once_all_have_a_place,
    what_was_put_away_comes_back,
}

fn text(world: &World, case: &Case, by: &Person, body: &str) -> SendMessage {
    SendMessage::new(case.message(world, by, ContentType::TEXT, body.as_bytes()))
}

async fn messages_stand_in_order_without_gap(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    for (expected, by) in (3..).zip([&scene.first, &scene.seeker, &scene.first]) {
        world.pass(1_000);
        let sent = conversations
            .send(&by.actor, text(world, &case, by, "Hallo"))
            .await
            .unwrap();
        assert_eq!((sent.position, sent.received), (expected, world.now()));
    }
    for reader in [&scene.seeker, &scene.first] {
        let request = LoadConversation {
            conversation: case.id,
        };
        let row = conversations.load(&reader.actor, request).await.unwrap();
        assert_eq!(row.count, 5);
        assert_eq!(row.newest.unwrap().position, 5);
        assert_eq!(row.opening.len(), 2);
    }
    let foreign = text(world, &case, &scene.first, "Hallo");
    let result = conversations.send(&scene.second.actor, foreign).await;
    assert_eq!(refused(result), Refusal::NotFound);
}

async fn a_message_is_stored_once(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let request = text(world, &case, &scene.seeker, "Hallo");
    let first = conversations
        .send(&scene.seeker.actor, request.clone())
        .await
        .unwrap();
    world.pass(1_000);
    let again = conversations
        .send(&scene.seeker.actor, request.clone())
        .await
        .unwrap();
    assert_eq!(first, again);
    let (a, b) = tokio::join!(
        conversations.send(&scene.seeker.actor, request.clone()),
        conversations.send(&scene.seeker.actor, request.clone()),
    );
    assert_eq!((a.unwrap(), b.unwrap()), (first, first));
    let row = conversations.load(
        &scene.seeker.actor,
        LoadConversation {
            conversation: case.id,
        },
    );
    assert_eq!(row.await.unwrap().count, 3);
}

async fn a_message_id_belongs_to_its_author(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let id = MessageId::from_bytes(random());
    let sealed = |by: &Person| {
        SendMessage::new(case.message_with(world, by, ContentType::TEXT, b"Hallo", id))
    };
    let first = conversations
        .send(&scene.seeker.actor, sealed(&scene.seeker))
        .await
        .unwrap();
    let resealed = conversations
        .send(&scene.seeker.actor, sealed(&scene.seeker))
        .await
        .unwrap();
    assert_eq!(first, resealed);
    let other = conversations
        .send(&scene.first.actor, sealed(&scene.first))
        .await;
    assert_eq!(refused(other), Refusal::IdTaken);
}

async fn old_epochs_and_foreign_slots_are_refused(world: &World) {
    let scene = Scene::new(world).await;
    let before = scene.waiting(world).await;
    let (case, accept) = before.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
    world
        .backend
        .inbox()
        .accept(&scene.first.actor, accept)
        .await
        .unwrap();
    let conversations = world.backend.conversations();
    let old = text(world, &before, &scene.seeker, "Hallo");
    let result = conversations.send(&scene.seeker.actor, old).await;
    assert_eq!(refused(result), Refusal::EpochOutdated);

    let theirs = text(world, &case, &scene.seeker, "Hallo");
    let result = conversations.send(&scene.first.actor, theirs).await;
    assert_eq!(refused(result), Refusal::Malformed, "another one's slot");
    let mut cut = text(world, &case, &scene.seeker, "Hallo");
    cut.message.0.pop();
    let result = conversations.send(&scene.seeker.actor, cut).await;
    assert_eq!(refused(result), Refusal::Malformed);
}

async fn a_seeker_may_add_to_a_waiting_enquiry(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    let conversations = world.backend.conversations();
    let more = text(world, &case, &scene.seeker, "Noch etwas");
    assert_eq!(
        conversations
            .send(&scene.seeker.actor, more)
            .await
            .unwrap()
            .position,
        3
    );
    let inbox = world.backend.inbox();
    let waiting = inbox
        .list(&scene.first.actor, domain::inbox::ListInbox {})
        .await
        .unwrap();
    assert_eq!(waiting[0].messages.len(), 3);
    // Reading the inbox is no membership.
    let request = LoadConversation {
        conversation: case.id,
    };
    let result = conversations.load(&scene.first.actor, request).await;
    assert_eq!(refused(result), Refusal::NotFound);
}

async fn labels_only_rise(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let label = |person: &Person, version| {
        let (rng, key) = (&mut SystemRandom, &person.account_key);
        let label = PrivateLabel::seal(rng, key, &person.account, &case.id, version, b"Titel");
        SaveLabel {
            conversation: case.id,
            label: label.unwrap().as_bytes().into(),
        }
    };
    let newest = label(&scene.seeker, 5);
    conversations
        .save_label(&scene.seeker.actor, label(&scene.seeker, 1))
        .await
        .unwrap();
    conversations
        .save_label(&scene.seeker.actor, newest.clone())
        .await
        .unwrap();
    for version in [0, 1, 5] {
        let result = conversations.save_label(&scene.seeker.actor, label(&scene.seeker, version));
        // Not stored; the answer says what is.
        assert_eq!(result.await.unwrap().newer.as_ref(), Some(&newest.label));
    }
    let beyond = label(&scene.first, u64::MAX);
    let result = conversations.save_label(&scene.first.actor, beyond).await;
    assert_eq!(refused(result), Refusal::VersionOutdated);
    conversations
        .save_label(&scene.first.actor, label(&scene.first, 1))
        .await
        .unwrap();
    let load = async |person: &Person| {
        let request = LoadConversation {
            conversation: case.id,
        };
        conversations
            .load(&person.actor, request)
            .await
            .unwrap()
            .label
    };
    assert_eq!(load(&scene.seeker).await, Some(newest.label.clone()));
    assert_ne!(load(&scene.first).await, Some(newest.label));
    let foreign = conversations
        .save_label(&scene.second.actor, label(&scene.second, 1))
        .await;
    assert_eq!(refused(foreign), Refusal::NotFound);
    let other = scene.waiting(world).await;
    let mut elsewhere = label(&scene.seeker, 9);
    elsewhere.conversation = other.id;
    let result = conversations
        .save_label(&scene.seeker.actor, elsewhere)
        .await;
    assert_eq!(
        refused(result),
        Refusal::Malformed,
        "a label of another conversation"
    );
}

async fn times_are_rounded_after_a_day(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    let exact = world.now();
    assert_ne!(exact.0 % HOUR, 0);
    let load = async || {
        let conversations = world.backend.conversations();
        let request = LoadHistory {
            conversation: case.id,
            after: 0,
            limit: 10,
        };
        let history = conversations
            .load_history(&scene.seeker.actor, request)
            .await
            .unwrap();
        history.messages[0].received
    };
    world.backend.run_due(exact.plus(DAY - 1)).await.unwrap();
    assert_eq!(load().await, exact);
    world.backend.run_due(exact.plus(DAY + 1)).await.unwrap();
    assert_eq!(load().await.0, exact.0 - exact.0 % HOUR);
}

async fn history_comes_in_portions(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let large = "ä".repeat(16_000);
    for _ in 0..20 {
        let request = text(world, &case, &scene.seeker, &large);
        conversations
            .send(&scene.seeker.actor, request)
            .await
            .unwrap();
    }
    let mut after = 0;
    let mut portions = 0;
    loop {
        let request = LoadHistory {
            conversation: case.id,
            after,
            limit: u32::MAX,
        };
        let history = conversations
            .load_history(&scene.first.actor, request)
            .await
            .unwrap();
        for message in &history.messages {
            after += 1;
            assert_eq!(message.position, after);
        }
        portions += 1;
        if !history.more {
            break;
        }
    }
    assert_eq!((after, portions), (22, 2));
    let request = LoadHistory {
        conversation: case.id,
        after: u32::MAX,
        limit: 0,
    };
    let none = conversations
        .load_history(&scene.first.actor, request)
        .await
        .unwrap();
    assert!(none.messages.is_empty() && !none.more);
}

async fn messages_written_at_once_all_have_a_place(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let mut tasks = Vec::new();
    for round in 0..40 {
        let by = if round % 2 == 0 {
            &scene.seeker
        } else {
            &scene.first
        };
        let request = text(world, &case, by, "Hallo");
        let (backend, actor) = (world.backend.clone(), by.actor.clone());
        tasks.push(tokio::spawn(async move {
            backend
                .conversations()
                .send(&actor, request)
                .await
                .unwrap()
                .position
        }));
    }
    let mut places = Vec::new();
    for task in tasks {
        places.push(task.await.unwrap());
    }
    places.sort_unstable();
    assert_eq!(places, (3..43).collect::<Vec<_>>());
}

async fn what_was_put_away_comes_back(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let archive = async |by: &Person, archived, count| {
        let request = ArchiveConversation {
            conversation: case.id,
            archived,
            count,
        };
        conversations.archive(&by.actor, request).await
    };
    let state = async |by: &Person| {
        let request = LoadConversation {
            conversation: case.id,
        };
        let row = conversations.load(&by.actor, request).await;
        row.unwrap().state
    };
    let unseen = archive(&scene.first, true, 1).await;
    assert_eq!(refused(unseen), Refusal::VersionOutdated);
    assert_eq!(state(&scene.first).await, State::Active);
    archive(&scene.first, true, 2).await.unwrap();
    archive(&scene.first, true, 2).await.unwrap();
    assert_eq!(state(&scene.seeker).await, State::Archived);
    archive(&scene.first, false, 0).await.unwrap();
    assert_eq!(state(&scene.seeker).await, State::Active);
    archive(&scene.first, true, 2).await.unwrap();
    conversations
        .send(
            &scene.seeker.actor,
            text(world, &case, &scene.seeker, "Noch eine Frage"),
        )
        .await
        .unwrap();
    assert_eq!(state(&scene.first).await, State::Active);
    let waiting = scene.waiting(world).await;
    let request = ArchiveConversation {
        conversation: waiting.id,
        archived: true,
        count: 9,
    };
    let result = conversations.archive(&scene.first.actor, request).await;
    assert_eq!(refused(result), Refusal::NotFound);
}
