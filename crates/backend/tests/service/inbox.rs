//! Accepting: one wins, named persons get the keys, the inbox loses its own.

use crypto::Digest;
use crypto::epoch::{EpochRecord, MemberRole, Reason};
use crypto::random::SystemRandom;
use crypto::wrap::EpochWrap;
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{ListConversations, State};
use domain::inbox::{AcceptEnquiry, ListInbox};

use crate::support::agency::COUNSELLOR;
use crate::support::case::{inbox_member, member};
use crate::support::{Scene, World, refused};

crate::on_both! {
    an_accepted_conversation_has_two_epochs_for_its_members,
    of_two_at_once_one_wins_and_the_other_is_told_who,
    accepted_again_by_the_same_person_is_answered_alike,
    a_named_deputy_gets_the_keys,
    records_that_break_the_rules_are_refused,
    missing_or_foreign_wraps_are_refused,
    who_has_left_cannot_accept,
}

async fn an_accepted_conversation_has_two_epochs_for_its_members(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    world.pass(5_000);
    let (case, request) = case.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
    let inbox = world.backend.inbox();
    let row = inbox.accept(&scene.first.actor, request).await.unwrap();
    assert_eq!(row.state, State::Active);
    assert_eq!(
        (row.epochs.len(), row.wraps.len(), row.identities.len()),
        (2, 2, 2)
    );
    assert_eq!(row.opening.len(), 2);
    let platform = &world.trust.platform_id;
    // The seeker has the first key twice: from oneself, and from who accepted.
    for (person, expected) in [(&scene.first, 2), (&scene.seeker, 3)] {
        let conversations = world.backend.conversations();
        let rows = conversations
            .list(&person.actor, ListConversations {})
            .await
            .unwrap();
        assert_eq!(rows[0].wraps.len(), expected);
        for wrap in &rows[0].wraps {
            let wrap = EpochWrap::decode(wrap.as_slice()).unwrap();
            let (record, _) = &case.epochs[wrap.epoch() as usize];
            wrap.open(platform, record, &person.keys.kem).unwrap();
        }
    }
    for reader in [&scene.first, &scene.second] {
        let waiting = inbox.list(&reader.actor, ListInbox {}).await.unwrap();
        assert!(waiting.is_empty());
    }
    let conversations = world.backend.conversations();
    let foreign = conversations
        .list(&scene.second.actor, ListConversations {})
        .await
        .unwrap();
    assert!(foreign.is_empty());
    // The inbox's wrap is not merely unlisted: it has left the disk.
    world.backend.close().await;
    let wraps = std::fs::read(&world.config.wraps).unwrap();
    let holds = |needle: &[u8]| wraps.windows(needle.len()).any(|window| window == needle);
    let inbox_key = scene.agency.inbox.public_key().unwrap().digest();
    assert!(!holds(inbox_key.as_bytes()));
    assert!(holds(scene.seeker.identity.kem_key.digest().as_bytes()));
}

async fn of_two_at_once_one_wins_and_the_other_is_told_who(world: &World) {
    let scene = Scene::new(world).await;
    let inbox = world.backend.inbox();
    for _ in 0..8 {
        let case = scene.waiting(world).await;
        let (_, first) = case.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
        let (_, second) = case.acceptance(world, &scene.seeker, &scene.second, &scene.agency);
        let (first, second) = tokio::join!(
            inbox.accept(&scene.first.actor, first),
            inbox.accept(&scene.second.actor, second),
        );
        let (winner, loser, row) = match (first, second) {
            (Ok(row), loser) => (&scene.first, loser, row),
            (loser, Ok(row)) => (&scene.second, loser, row),
            (Err(a), Err(b)) => panic!("nobody won: {a:?} {b:?}"),
        };
        let by = winner.account;
        assert_eq!(refused(loser), Refusal::AlreadyAccepted { by });
        assert_eq!(row.wraps.len(), 2, "exactly the winner's wraps");
        let conversations = world.backend.conversations();
        let seekers = conversations
            .list(&scene.seeker.actor, ListConversations {})
            .await
            .unwrap();
        let seekers = seekers
            .iter()
            .find(|row| row.conversation == case.id)
            .unwrap();
        let record = crypto::Unverified::<EpochRecord>::decode(seekers.epochs[1].as_slice());
        assert_eq!(record.unwrap().claimed_author(), Some(by));
        let wraps = seekers.wraps.iter();
        let wraps: Vec<_> = wraps
            .map(|wrap| EpochWrap::decode(wrap.as_slice()).unwrap())
            .collect();
        let epochs: Vec<_> = wraps.iter().map(EpochWrap::epoch).collect();
        // The first key twice: from oneself, and from the winner.
        assert_eq!(epochs, [0, 0, 1]);
        let (platform, kem) = (&world.trust.platform_id, &scene.seeker.keys.kem);
        for wrap in &wraps[..2] {
            wrap.open(platform, &case.epochs[0].0, kem).unwrap();
        }
    }
}

async fn accepted_again_by_the_same_person_is_answered_alike(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    let (_, request) = case.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
    let inbox = world.backend.inbox();
    let first = inbox
        .accept(&scene.first.actor, request.clone())
        .await
        .unwrap();
    let again = inbox.accept(&scene.first.actor, request).await.unwrap();
    assert_eq!(first, again);
    let (_, late) = case.acceptance(world, &scene.seeker, &scene.second, &scene.agency);
    let late = inbox.accept(&scene.second.actor, late).await;
    let by = scene.first.account;
    assert_eq!(refused(late), Refusal::AlreadyAccepted { by });
}

async fn a_named_deputy_gets_the_keys(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    let mut record = case.second_record(&scene.seeker, &scene.first, &scene.agency);
    record
        .members
        .push(member(&scene.deputy, MemberRole::Deputy));
    let staff = [&scene.first, &scene.deputy];
    let (case, request) = case.acceptance_with(world, &scene.seeker, &staff, record);
    world
        .backend
        .inbox()
        .accept(&scene.first.actor, request)
        .await
        .unwrap();
    let conversations = world.backend.conversations();
    let rows = conversations
        .list(&scene.deputy.actor, ListConversations {})
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    let platform = &world.trust.platform_id;
    for (wrap, (record, _)) in rows[0].wraps.iter().zip(&case.epochs) {
        let wrap = EpochWrap::decode(wrap.as_slice()).unwrap();
        wrap.open(platform, record, &scene.deputy.keys.kem).unwrap();
    }
}

async fn records_that_break_the_rules_are_refused(world: &World) {
    let scene = Scene::new(world).await;
    let outsider = world.staff().await;
    let inbox = world.backend.inbox();
    let case = scene.waiting(world).await;
    let other = scene.waiting(world).await;
    type Change<'a> = Box<dyn Fn(&mut EpochRecord) + Send + Sync + 'a>;
    let cases: Vec<(&str, Change<'_>)> = vec![
        (
            "another conversation's past",
            Box::new(|r| r.prev_hash = other.epochs[0].0.digest()),
        ),
        ("another reason", Box::new(|r| r.reason = Reason::Join)),
        (
            "the inbox stays",
            Box::new(|r| r.members.push(inbox_member(&scene.agency))),
        ),
        (
            "the seeker gone",
            Box::new(|r| {
                r.members.remove(0);
                r.author_slot = 0;
            }),
        ),
        (
            "the seeker elsewhere",
            Box::new(|r| {
                r.members.swap(0, 1);
                r.author_slot = 0;
            }),
        ),
        (
            "the seeker's history cut",
            Box::new(|r| r.members[0].history_from = 1),
        ),
        (
            "an outsider",
            Box::new(|r| r.members.push(member(&outsider, MemberRole::Reader))),
        ),
        (
            "a deputy as counsellor",
            Box::new(|r| {
                r.members
                    .push(member(&scene.deputy, MemberRole::CoCounsellor));
            }),
        ),
        (
            "a reader as author",
            Box::new(|r| r.members[1].role = MemberRole::Reader),
        ),
        (
            "a second counsellor",
            Box::new(|r| {
                r.members
                    .push(member(&scene.second, MemberRole::Counsellor))
            }),
        ),
        (
            "a reader whom no rule names",
            Box::new(|r| r.members.push(member(&scene.second, MemberRole::Reader))),
        ),
        (
            "two deputies",
            Box::new(|r| {
                let both = [&scene.second, &scene.deputy];
                r.members
                    .extend(both.map(|one| member(one, MemberRole::Deputy)));
            }),
        ),
        ("a consent", Box::new(|r| r.consent_hash = Digest::of(b"x"))),
    ];
    for (name, change) in cases {
        let mut record = case.second_record(&scene.seeker, &scene.first, &scene.agency);
        change(&mut record);
        let key = crypto::epoch::EpochKey::make(&mut SystemRandom);
        let platform = &world.trust.platform_id;
        let Ok(record) = crypto::Signed::author(record, &key, platform, &scene.first.keys.sig)
        else {
            continue;
        };
        let (_, good) = case.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
        let request = AcceptEnquiry {
            epoch: record.as_bytes().into(),
            ..good
        };
        let result = inbox.accept(&scene.first.actor, request).await;
        assert_eq!(refused(result), Refusal::SignatureInvalid, "{name}");
    }
    let mut stale = case.second_record(&scene.seeker, &scene.first, &scene.agency);
    stale.manifest_hash = Digest::of(b"unknown");
    let (_, stale) = case.acceptance_with(world, &scene.seeker, &[&scene.first], stale);
    let result = inbox.accept(&scene.first.actor, stale).await;
    assert_eq!(refused(result), Refusal::ManifestOutdated);
    let (_, theirs) = case.acceptance(world, &scene.seeker, &scene.second, &scene.agency);
    let result = inbox.accept(&scene.first.actor, theirs).await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "signed by a colleague"
    );
    // It still waits.
    let waiting = inbox.list(&scene.first.actor, ListInbox {}).await.unwrap();
    assert_eq!(waiting.len(), 2);
}

async fn missing_or_foreign_wraps_are_refused(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    let (_, good) = case.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
    let inbox = world.backend.inbox();
    // For the counsellor 0 and 1, then for the seeker 0 and 1.
    for (missing, expected) in [
        (0, Some(Refusal::Malformed)),
        (1, Some(Refusal::Malformed)),
        (3, Some(Refusal::Malformed)),
    ] {
        let mut request = good.clone();
        request.wraps.remove(missing);
        let result = inbox.accept(&scene.first.actor, request).await;
        assert_eq!(Some(refused(result)), expected, "without wrap {missing}");
    }
    let mut twice = good.clone();
    twice.wraps.push(good.wraps[0].clone());
    assert_eq!(
        refused(inbox.accept(&scene.first.actor, twice).await),
        Refusal::Malformed
    );
    let mut exchanged = good.clone();
    exchanged.wraps[0].wrap = good.wraps[2].wrap.clone();
    let result = inbox.accept(&scene.first.actor, exchanged).await;
    assert_eq!(refused(result), Refusal::SignatureInvalid);
    // The seeker has a wrap of the first key already.
    let mut enough = good.clone();
    enough.wraps.remove(2);
    let row = inbox.accept(&scene.first.actor, enough).await.unwrap();
    assert_eq!(row.wraps.len(), 2);
    let conversations = world.backend.conversations();
    let seekers = conversations
        .list(&scene.seeker.actor, ListConversations {})
        .await
        .unwrap();
    assert_eq!(seekers[0].wraps.len(), 2);
}

async fn who_has_left_cannot_accept(world: &World) {
    let mut scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    let (_, request) = case.acceptance(world, &scene.seeker, &scene.second, &scene.agency);
    let team = &mut [(&mut scene.first, COUNSELLOR.and(Roles::LEAD))];
    scene.agency.staff(world, &scene.admin, team).await;
    let inbox = world.backend.inbox();
    // With the rights of before, as if the departure came in between.
    let result = inbox.accept(&scene.second.actor, request.clone()).await;
    assert_eq!(refused(result), Refusal::ManifestOutdated);
    scene.second.again(world).await;
    // The session ended with the listing.
    let result = inbox.accept(&scene.second.actor, request).await;
    assert_eq!(refused(result), Refusal::NotSignedIn);
}
