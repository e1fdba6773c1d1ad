//! Drafts: one for each writing member, replaced only by who has seen it.

use crypto::draft::{Draft, DraftPlace};
use crypto::random::SystemRandom;
use domain::conversation::{LoadDraft, SaveDraft};
use domain::id::ConversationId;
use domain::{Blob, Refusal};

use crate::support::{Person, Scene, World, refused};

crate::on_both! {
    drafts_are_compared_and_swapped,
    everybody_has_a_draft_of_their_own,
    of_two_saves_at_once_one_counts,
    what_is_no_draft_is_refused,
    nobody_hears_of_a_draft,
}

fn draft(person: &Person, conversation: ConversationId, version: u64, text: &str) -> SaveDraft {
    let place = DraftPlace::of_account(&person.account_key, &person.account, &conversation);
    let draft = Draft::seal(&mut SystemRandom, &place.unwrap(), version, text.as_bytes());
    SaveDraft {
        conversation,
        draft: draft.unwrap().as_bytes().into(),
    }
}

async fn stored(world: &World, person: &Person, conversation: ConversationId) -> Option<Blob> {
    let conversations = world.backend.conversations();
    let loaded = conversations.load_draft(&person.actor, LoadDraft { conversation });
    loaded.await.unwrap().draft
}

async fn drafts_are_compared_and_swapped(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let save = |version| draft(&scene.seeker, case.id, version, "Ich wollte noch");
    assert_eq!(stored(world, &scene.seeker, case.id).await, None);
    for (version, fits) in [
        (0, false),
        (2, false),
        (1, true),
        (1, false),
        (3, false),
        (2, true),
        (1, false),
        (u64::MAX, false),
        (3, true),
    ] {
        let before = stored(world, &scene.seeker, case.id).await;
        let request = save(version);
        let saved = conversations.save_draft(&scene.seeker.actor, request.clone());
        let after = if fits {
            saved.await.unwrap();
            Some(request.draft)
        } else {
            assert_eq!(refused(saved.await), Refusal::VersionOutdated, "{version}");
            before
        };
        assert_eq!(stored(world, &scene.seeker, case.id).await, after);
    }
}

async fn everybody_has_a_draft_of_their_own(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let waiting = scene.waiting(world).await;
    let conversations = world.backend.conversations();
    for (person, id) in [
        (&scene.seeker, case.id),
        (&scene.first, case.id),
        // Also before anybody has accepted.
        (&scene.seeker, waiting.id),
    ] {
        assert_eq!(stored(world, person, id).await, None);
        let request = draft(person, id, 1, "Hallo");
        let saved = conversations.save_draft(&person.actor, request.clone());
        saved.await.unwrap();
        assert_eq!(stored(world, person, id).await, Some(request.draft));
    }
}

async fn of_two_saves_at_once_one_counts(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    for version in 1..4 {
        let (one, other) = tokio::join!(
            conversations.save_draft(
                &scene.seeker.actor,
                draft(&scene.seeker, case.id, version, "hier")
            ),
            conversations.save_draft(
                &scene.seeker.actor,
                draft(&scene.seeker, case.id, version, "dort")
            ),
        );
        assert!(one.is_ok() != other.is_ok());
        let late = if one.is_ok() { other } else { one };
        assert_eq!(refused(late), Refusal::VersionOutdated);
    }
}

async fn what_is_no_draft_is_refused(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let conversations = world.backend.conversations();
    let good = draft(&scene.seeker, case.id, 1, "Hallo").draft;
    let mut longer = good.clone();
    longer.0.push(0);
    let mut label = good.clone();
    label.0[0] = 0x12;
    for draft in [Blob::default(), longer, label] {
        let request = SaveDraft {
            conversation: case.id,
            draft,
        };
        let saved = conversations.save_draft(&scene.seeker.actor, request);
        assert_eq!(refused(saved.await), Refusal::Malformed);
    }
}

/// Not even the author's other connections: that somebody types is nobody's business.
async fn nobody_hears_of_a_draft(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let live = world.backend.live();
    let mut before = Vec::new();
    for person in [&scene.seeker, &scene.first] {
        let told = live.wait(&person.actor, person.question(None)).await;
        before.push(told.unwrap());
    }
    let request = draft(&scene.seeker, case.id, 1, "Hallo");
    let conversations = world.backend.conversations();
    conversations
        .save_draft(&scene.seeker.actor, request)
        .await
        .unwrap();
    for (person, before) in [&scene.seeker, &scene.first].into_iter().zip(before) {
        let told = live.wait(&person.actor, person.question(None)).await;
        assert_eq!(told.unwrap(), before);
    }
}
