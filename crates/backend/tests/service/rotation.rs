//! Epochs end, and the next one begins with those who are still listed.

use crypto::Signed;
use crypto::epoch::{EpochKey, EpochRecord, MemberRole, Reason};
use crypto::message::ContentType;
use crypto::random::SystemRandom;
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{
    EPOCH_TIME, ListConversations, LoadConversation, MemberId, RotateEpoch, SendMessage,
};

use crate::support::agency::COUNSELLOR;
use crate::support::case::{Case, inbox_member, member};
use crate::support::{Agency, Person, Scene, World, refused};

crate::on_both! {
    after_five_hundred_messages_an_epoch_is_over,
    after_ninety_days_an_epoch_is_over,
    a_rotation_is_stored_once,
    of_two_rotations_at_once_one_wins,
    whoever_has_left_is_left_out_and_loses_the_keys,
    rotations_that_break_the_rules_are_refused,
    a_waiting_enquiry_is_not_rotated,
}

/// The next epoch as an honest member makes it, unsigned.
fn next(case: &Case, by: &Person, agency: &Agency) -> EpochRecord {
    let (before, _) = case.epochs.last().unwrap();
    let (slot, _) = before.find(&MemberId::Account(by.account)).unwrap();
    EpochRecord {
        epoch: before.epoch + 1,
        prev_hash: before.digest(),
        manifest_hash: agency.manifest().digest(),
        author_slot: slot,
        reason: Reason::Rotate,
        ..(**before).clone()
    }
}

/// The request, and the conversation afterwards; a wrap for each of `people`.
fn rotation(
    world: &World,
    case: &Case,
    by: &Person,
    people: &[&Person],
    record: EpochRecord,
) -> (Case, RotateEpoch) {
    let key = EpochKey::make(&mut SystemRandom);
    let platform = &world.trust.platform_id;
    let record = Signed::author(record, &key, platform, &by.keys.sig).unwrap();
    let mut epochs: Vec<_> = case
        .epochs
        .iter()
        .map(|(record, key)| (record.clone(), EpochKey::from_bytes(*key.expose())))
        .collect();
    let at = epochs.len();
    let request = RotateEpoch {
        conversation: case.id,
        epoch: record.as_bytes().into(),
        wraps: Vec::new(),
    };
    epochs.push((record, key));
    let after = Case {
        id: case.id,
        epochs,
    };
    let wrap = |person: &&Person| {
        let to = MemberId::Account(person.account);
        after.wrap(world, at, to, &person.identity.kem_key)
    };
    let wraps = people.iter().map(wrap).collect();
    (after, RotateEpoch { wraps, ..request })
}

fn text(world: &World, case: &Case, by: &Person) -> SendMessage {
    SendMessage::new(case.message(world, by, ContentType::TEXT, b"Hallo"))
}

/// Nobody writes there any more; the seeker begins the next epoch, and both go on in it.
async fn must_rotate(world: &World, scene: &Scene, case: &Case) {
    let conversations = world.backend.conversations();
    for by in [&scene.seeker, &scene.first] {
        let over = conversations.send(&by.actor, text(world, case, by)).await;
        assert_eq!(refused(over), Refusal::EpochDue);
    }
    let both = [&scene.seeker, &scene.first];
    let record = next(case, &scene.seeker, &scene.agency);
    let (after, request) = rotation(world, case, &scene.seeker, &both, record);
    conversations
        .rotate(&scene.seeker.actor, request)
        .await
        .unwrap();
    let late = conversations
        .send(&scene.first.actor, text(world, case, &scene.first))
        .await;
    assert_eq!(refused(late), Refusal::EpochOutdated);
    for by in both {
        let sent = conversations.send(&by.actor, text(world, &after, by)).await;
        sent.unwrap();
    }
}

async fn after_five_hundred_messages_an_epoch_is_over(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    for _ in 0..500 {
        let request = text(world, &case, &scene.first);
        conversations
            .send(&scene.first.actor, request)
            .await
            .unwrap();
    }
    must_rotate(world, &scene, &case).await;
}

async fn after_ninety_days_an_epoch_is_over(world: &World) {
    // Sessions do not live as long: the actors stay those of before.
    let scene = Scene::new(world).await;
    world.pass(EPOCH_TIME / 2);
    let case = scene.accepted(world).await;
    world.pass(EPOCH_TIME - 1);
    let conversations = world.backend.conversations();
    let request = text(world, &case, &scene.seeker);
    conversations
        .send(&scene.seeker.actor, request)
        .await
        .unwrap();
    world.pass(1);
    must_rotate(world, &scene, &case).await;
}

async fn a_rotation_is_stored_once(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let both = [&scene.seeker, &scene.first];
    let record = next(&case, &scene.first, &scene.agency);
    let (after, request) = rotation(world, &case, &scene.first, &both, record.clone());
    let row = conversations
        .rotate(&scene.first.actor, request.clone())
        .await
        .unwrap();
    assert_eq!((row.epochs.len(), row.wraps.len()), (3, 3));
    let again = conversations.rotate(&scene.first.actor, request).await;
    assert_eq!(again.unwrap(), row);
    let request = LoadConversation {
        conversation: case.id,
    };
    let seekers = conversations
        .load(&scene.seeker.actor, request)
        .await
        .unwrap();
    let platform = &world.trust.platform_id;
    let newest = seekers.wraps.last().unwrap();
    let newest = crypto::wrap::EpochWrap::decode(newest.as_slice()).unwrap();
    let (record, key) = after.epochs.last().unwrap();
    let opened = newest.open(platform, record, &scene.seeker.keys.kem);
    assert_eq!(opened.unwrap().expose(), key.expose());
    // Another one in its place comes too late.
    let record = next(&case, &scene.seeker, &scene.agency);
    let (_, other) = rotation(world, &case, &scene.seeker, &both, record);
    let late = conversations.rotate(&scene.seeker.actor, other).await;
    assert_eq!(refused(late), Refusal::EpochOutdated);
}

async fn of_two_rotations_at_once_one_wins(world: &World) {
    let scene = Scene::new(world).await;
    let conversations = world.backend.conversations();
    for _ in 0..8 {
        let case = scene.accepted(world).await;
        let both = [&scene.seeker, &scene.first];
        let requests = both.map(|by| {
            let record = next(&case, by, &scene.agency);
            rotation(world, &case, by, &both, record).1
        });
        let [one, other] = requests;
        let (one, other) = tokio::join!(
            conversations.rotate(&scene.seeker.actor, one),
            conversations.rotate(&scene.first.actor, other),
        );
        let (won, lost) = if one.is_ok() {
            (one, other)
        } else {
            (other, one)
        };
        assert_eq!(refused(lost), Refusal::EpochOutdated);
        assert_eq!(won.unwrap().epochs.len(), 3);
        let request = LoadConversation {
            conversation: case.id,
        };
        let row = conversations.load(&scene.first.actor, request).await;
        let row = row.unwrap();
        // Two of the acceptance, and the winner's.
        assert_eq!((row.epochs.len(), row.wraps.len()), (3, 3));
    }
}

async fn whoever_has_left_is_left_out_and_loses_the_keys(world: &World) {
    let mut scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    let mut record = case.second_record(&scene.seeker, &scene.first, &scene.agency);
    record
        .members
        .push(member(&scene.deputy, MemberRole::Deputy));
    let staff = [&scene.first, &scene.deputy];
    let (case, request) = case.acceptance_with(world, &scene.seeker, &staff, record);
    let inbox = world.backend.inbox();
    inbox.accept(&scene.first.actor, request).await.unwrap();
    let other = scene.accepted(world).await;
    let team = &mut [
        (&mut scene.second, COUNSELLOR),
        (&mut scene.deputy, Roles::DEPUTY),
    ];
    scene.agency.staff(world, &scene.admin, team).await;

    let conversations = world.backend.conversations();
    let over = conversations
        .send(&scene.seeker.actor, text(world, &case, &scene.seeker))
        .await;
    assert_eq!(refused(over), Refusal::EpochDue);
    // The old members, as if nobody had left.
    let all = [&scene.seeker, &scene.first, &scene.deputy];
    let record = next(&case, &scene.seeker, &scene.agency);
    let (_, stale) = rotation(world, &case, &scene.seeker, &all, record);
    let stale = conversations.rotate(&scene.seeker.actor, stale).await;
    assert_eq!(refused(stale), Refusal::SignatureInvalid);

    let mut record = next(&case, &scene.seeker, &scene.agency);
    record.members.remove(1);
    record.reason = Reason::Leave;
    let stay = [&scene.seeker, &scene.deputy];
    let (after, request) = rotation(world, &case, &scene.seeker, &stay, record);
    conversations
        .rotate(&scene.seeker.actor, request)
        .await
        .unwrap();
    for by in stay {
        let sent = conversations.send(&by.actor, text(world, &after, by)).await;
        sent.unwrap();
    }
    let rows = conversations
        .list(&scene.first.actor, ListConversations {})
        .await
        .unwrap();
    assert_eq!(rows.len(), 1, "the conversation with a deputy is gone");
    // Alone with somebody who has left: there is nobody to write to.
    let mut record = next(&other, &scene.seeker, &scene.agency);
    record.members.truncate(1);
    record.reason = Reason::Leave;
    let (_, alone) = rotation(world, &other, &scene.seeker, &[&scene.seeker], record);
    let alone = conversations.rotate(&scene.seeker.actor, alone).await;
    assert_eq!(refused(alone), Refusal::WrongState);

    // The leaver's wraps are not merely unlisted: they have left the disk, at once, also those of the conversation
    // with which nobody has gone on.
    world.backend.close().await;
    let wraps = std::fs::read(&world.config.wraps).unwrap();
    let count = |person: &Person| {
        let key = person.identity.kem_key.digest();
        let needle = key.as_bytes();
        let found = wraps
            .windows(needle.len())
            .filter(|window| window == needle);
        found.count()
    };
    assert_eq!(count(&scene.first), 0);
    assert!(count(&scene.deputy) >= 3);
}

async fn rotations_that_break_the_rules_are_refused(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let other = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let both = [&scene.seeker, &scene.first];
    type Change<'a> = Box<dyn Fn(&mut EpochRecord) + Send + Sync + 'a>;
    let cases: Vec<(&str, Change<'_>)> = vec![
        (
            "another conversation's past",
            Box::new(|r| r.prev_hash = other.epochs[1].0.digest()),
        ),
        (
            "another conversation",
            Box::new(|r| r.conversation = other.id),
        ),
        ("a number left out", Box::new(|r| r.epoch += 1)),
        ("somebody joins", Box::new(|r| r.reason = Reason::Join)),
        ("somebody left", Box::new(|r| r.reason = Reason::Leave)),
        (
            "a colleague comes",
            Box::new(|r| {
                r.members
                    .push(member(&scene.second, MemberRole::Counsellor))
            }),
        ),
        (
            "the inbox comes back",
            Box::new(|r| r.members.push(inbox_member(&scene.agency))),
        ),
        ("the counsellor goes", Box::new(|r| r.members.truncate(1))),
        (
            "other places",
            Box::new(|r| {
                r.members.swap(0, 1);
                r.author_slot = 1;
            }),
        ),
        ("less history", Box::new(|r| r.members[1].history_from = 1)),
        (
            "the counsellor reads only",
            Box::new(|r| r.members[1].role = MemberRole::Reader),
        ),
        (
            "other keys",
            Box::new(|r| r.members[1].identity_hash = scene.second.identity.digest()),
        ),
    ];
    for (name, change) in cases {
        let mut record = next(&case, &scene.seeker, &scene.agency);
        change(&mut record);
        let (_, request) = rotation(world, &case, &scene.seeker, &[], record);
        let result = conversations.rotate(&scene.seeker.actor, request).await;
        assert_eq!(refused(result), Refusal::SignatureInvalid, "{name}");
    }
    let mut stale = next(&case, &scene.seeker, &scene.agency);
    stale.manifest_hash = crypto::Digest::of(b"unknown");
    let (_, stale) = rotation(world, &case, &scene.seeker, &both, stale);
    let result = conversations.rotate(&scene.seeker.actor, stale).await;
    assert_eq!(refused(result), Refusal::ManifestOutdated);
    // Somebody else's signature under one's own session.
    let record = next(&case, &scene.first, &scene.agency);
    let (_, theirs) = rotation(world, &case, &scene.first, &both, record);
    let result = conversations
        .rotate(&scene.seeker.actor, theirs.clone())
        .await;
    assert_eq!(refused(result), Refusal::SignatureInvalid);
    let result = conversations.rotate(&scene.second.actor, theirs).await;
    assert_eq!(refused(result), Refusal::NotFound);
    // A wrap too few, twice the same, of an older key, for somebody else.
    let record = next(&case, &scene.seeker, &scene.agency);
    let (after, good) = rotation(world, &case, &scene.seeker, &both, record);
    let older = |person: &Person| {
        let to = MemberId::Account(person.account);
        after.wrap(world, 1, to, &person.identity.kem_key)
    };
    let foreign = {
        let to = MemberId::Account(scene.first.account);
        after.wrap(world, 2, to, &scene.second.identity.kem_key)
    };
    for (wraps, expected) in [
        (vec![good.wraps[0].clone()], Refusal::Malformed),
        (vec![good.wraps[0].clone(); 2], Refusal::Malformed),
        (
            vec![good.wraps[0].clone(), older(&scene.first)],
            Refusal::Malformed,
        ),
        (
            vec![good.wraps[0].clone(), foreign],
            Refusal::SignatureInvalid,
        ),
    ] {
        let request = RotateEpoch {
            wraps,
            ..good.clone()
        };
        let result = conversations.rotate(&scene.seeker.actor, request).await;
        assert_eq!(refused(result), expected);
    }
    conversations
        .rotate(&scene.seeker.actor, good)
        .await
        .unwrap();
}

async fn a_waiting_enquiry_is_not_rotated(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    world.pass(EPOCH_TIME + 1);
    let conversations = world.backend.conversations();
    let more = text(world, &case, &scene.seeker);
    conversations.send(&scene.seeker.actor, more).await.unwrap();
    let record = next(&case, &scene.seeker, &scene.agency);
    let (_, request) = rotation(world, &case, &scene.seeker, &[], record);
    let result = conversations.rotate(&scene.seeker.actor, request).await;
    assert_eq!(refused(result), Refusal::WrongState);
}
