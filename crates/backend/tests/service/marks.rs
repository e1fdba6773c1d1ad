//! Read marks: one for each member, only ever rising, for the members alone.

use domain::conversation::{LoadConversation, MemberMark, SaveMark};
use domain::id::ConversationId;
use domain::live::{Event, ToClient};
use domain::{Blob, Refusal};

use crate::support::{Person, Scene, World, refused};

crate::on_both! {
    marks_only_rise,
    each_member_has_one_that_all_members_see,
    a_mark_is_of_its_own_slot_and_of_the_newest_epoch,
    what_is_no_mark_is_refused,
    all_members_hear_of_a_mark,
}

async fn save(world: &World, by: &Person, mark: Blob) -> Result<(), backend::Error> {
    let conversations = world.backend.conversations();
    conversations.save_mark(&by.actor, SaveMark { mark }).await
}

async fn marks(world: &World, of: &Person, conversation: ConversationId) -> Vec<MemberMark> {
    let conversations = world.backend.conversations();
    let row = conversations.load(&of.actor, LoadConversation { conversation });
    row.await.unwrap().marks
}

async fn marks_only_rise(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    for (version, rises) in [
        (4, true),
        (4, false),
        (3, false),
        (0, false),
        (u64::MAX, false),
        (9, true),
    ] {
        let mark = case.mark(world, &scene.seeker, version);
        let before = marks(world, &scene.first, case.id).await;
        let saved = save(world, &scene.seeker, mark.clone()).await;
        if !rises {
            assert_eq!(refused(saved), Refusal::VersionOutdated, "{version}");
            assert_eq!(marks(world, &scene.first, case.id).await, before);
            continue;
        }
        saved.unwrap();
        let account = scene.seeker.account;
        let now = marks(world, &scene.first, case.id).await;
        assert_eq!(now, [MemberMark { account, mark }]);
    }
}

async fn each_member_has_one_that_all_members_see(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let mut all = Vec::new();
    for member in [&scene.seeker, &scene.first] {
        let mark = case.mark(world, member, 1);
        save(world, member, mark.clone()).await.unwrap();
        let account = member.account;
        all.push(MemberMark { account, mark });
    }
    all.sort_by_key(|one| one.account);
    for member in [&scene.seeker, &scene.first] {
        assert_eq!(marks(world, member, case.id).await, all);
    }
    let foreign = save(world, &scene.second, case.mark(world, &scene.seeker, 7)).await;
    assert_eq!(refused(foreign), Refusal::NotFound);
}

async fn a_mark_is_of_its_own_slot_and_of_the_newest_epoch(world: &World) {
    let scene = Scene::new(world).await;
    let waiting = scene.waiting(world).await;
    let early = waiting.mark(world, &scene.seeker, 1);
    save(world, &scene.seeker, early).await.unwrap();
    let case = scene.accepted(world).await;
    let mut other_slot = case.mark(world, &scene.seeker, 2);
    other_slot.0[23] ^= 1;
    let refusal = refused(save(world, &scene.seeker, other_slot).await);
    assert_eq!(refusal, Refusal::Malformed);
    let mut old = case.mark(world, &scene.seeker, 2);
    old.0[21] = 0;
    let refusal = refused(save(world, &scene.seeker, old).await);
    assert_eq!(refusal, Refusal::EpochOutdated);
    assert!(marks(world, &scene.first, case.id).await.is_empty());
}

async fn what_is_no_mark_is_refused(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let good = case.mark(world, &scene.seeker, 1);
    let mut longer = good.clone();
    longer.0.push(0);
    let mut message = good.clone();
    message.0[0] = 0x10;
    for mark in [Blob::default(), longer, message] {
        let refusal = refused(save(world, &scene.seeker, mark).await);
        assert_eq!(refusal, Refusal::Malformed);
    }
}

async fn all_members_hear_of_a_mark(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let live = world.backend.live();
    let mut heard = Vec::new();
    for member in [&scene.seeker, &scene.first, &scene.second] {
        let mut connection = live.subscribe(&member.actor).unwrap();
        connection.start(None, None, None).await.unwrap();
        heard.push(connection);
    }
    let mark = case.mark(world, &scene.seeker, 1);
    save(world, &scene.seeker, mark.clone()).await.unwrap();
    let account = scene.seeker.account;
    let expected = Event::Mark {
        conversation: case.id,
        mark: MemberMark { account, mark },
    };
    for connection in &mut heard[..2] {
        let frames = connection.next().await.unwrap();
        assert!(matches!(frames.as_slice(), [ToClient::Event { event, .. }] if *event == expected));
    }
    let late = std::time::Duration::from_millis(200);
    assert!(tokio::time::timeout(late, heard[2].next()).await.is_err());
}
