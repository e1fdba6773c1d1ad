//! What is being written follows its author, and nobody else.

use client::conversation::Draft;
use client::desk::{Choice, Desk, Seeker, Staff};
use domain::conversation::SaveDraft;
use domain::id::ConversationId;

use crate::support::{Machine, Served, desk, follow, run, seeker, staff, until};

fn draft(desk: &Desk<Machine, Seeker>, conversation: ConversationId) -> Draft {
    desk.thread(conversation).unwrap().draft
}

/// Typed, saved after a pause, there on another device; sent, and empty everywhere.
#[test]
fn a_draft_is_there_on_another_device_until_it_is_sent() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let id = person.conversation;
        let own = desk::<Seeker>(&person.session).await;
        own.show(id).await.unwrap();
        follow(&own);
        own.keep_draft(id, "Ich wollte noch sagen").unwrap();
        let net = person.client.world().net();
        until("it is saved", || !net.asked::<SaveDraft>().is_empty()).await;
        let (client, session) = person.elsewhere(&served).await;
        let there = desk::<Seeker>(&session).await;
        there.show(id).await.unwrap();
        assert_eq!(there.draft(id), "Ich wollte noch sagen");
        // Neither the tab nor the server has it in clear.
        let tab = client.world().tab_entries();
        assert!(tab.iter().all(|(_, value)| !value.contains("wollte")));
        for saved in net.asked::<SaveDraft>() {
            let bytes = saved.draft.as_slice();
            assert!(!bytes.windows(6).any(|some| some == b"wollte"));
        }
        there.send(id, &there.draft(id)).unwrap();
        // As long as the message waits the draft stays saved.
        there.save_drafts().await.unwrap();
        assert!(client.world().net().asked::<SaveDraft>().is_empty());
        there.flush().await.unwrap();
        there.save_drafts().await.unwrap();
        // Back at the first device.
        own.nudge();
        until("it is empty here, too", || own.draft(id).is_empty()).await;
        assert_eq!(draft(&own, id).elsewhere, "");
        own.leave().await;
    });
}

/// Two devices write at once: both texts are on both, until one of them has chosen.
#[test]
fn a_conflict_shows_both_texts() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let id = person.conversation;
        let own = desk::<Seeker>(&person.session).await;
        let (_, session) = person.elsewhere(&served).await;
        let there = desk::<Seeker>(&session).await;
        for desk in [&own, &there] {
            desk.show(id).await.unwrap();
        }
        own.keep_draft(id, "Mir geht es besser.").unwrap();
        there.keep_draft(id, "Es ist schlimmer.").unwrap();
        own.save_drafts().await.unwrap();
        there.save_drafts().await.unwrap();
        let both = draft(&there, id);
        assert_eq!(both.text, "Es ist schlimmer.");
        assert_eq!(both.elsewhere, "Mir geht es besser.");
        // Nothing is lost if this tab is closed now.
        let (_, session) = person.elsewhere(&served).await;
        let third = desk::<Seeker>(&session).await;
        third.show(id).await.unwrap();
        assert_eq!(draft(&third, id).elsewhere, "Mir geht es besser.");
        there.settle_draft(id, Choice::Both).unwrap();
        there.save_drafts().await.unwrap();
        own.show(id).await.unwrap();
        let settled = draft(&own, id);
        assert_eq!(settled.text, "Es ist schlimmer.\n\nMir geht es besser.");
        assert_eq!(settled.elsewhere, "");
    });
}

/// Without a connection it stays, and is saved when there is one.
#[test]
fn without_a_connection_it_is_saved_later() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let id = person.conversation;
        let own = desk::<Seeker>(&person.session).await;
        own.show(id).await.unwrap();
        let net = person.client.world().net();
        net.inner().cut(true);
        follow(&own);
        own.keep_draft(id, "Im Zug geschrieben").unwrap();
        until("it was tried", || !net.asked::<SaveDraft>().is_empty()).await;
        net.inner().cut(false);
        own.nudge();
        until("it was tried again", || net.asked::<SaveDraft>().len() > 1).await;
        own.leave().await;
        let (_, session) = person.elsewhere(&served).await;
        let there = desk::<Seeker>(&session).await;
        there.show(id).await.unwrap();
        assert_eq!(there.draft(id), "Im Zug geschrieben");
    });
}

/// The other side has a draft of its own.
#[test]
fn each_side_writes_for_itself() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let id = person.conversation;
        let own = desk::<Seeker>(&person.session).await;
        own.show(id).await.unwrap();
        own.keep_draft(id, "von mir").unwrap();
        own.save_drafts().await.unwrap();
        let (_, session) = staff(&served, "hannah.brandt").await;
        let other: Desk<Machine, Staff> = desk(&session).await;
        other.accept(id, None).await.unwrap();
        other.show(id).await.unwrap();
        assert_eq!(other.draft(id), "");
        other.keep_draft(id, "von Hannah").unwrap();
        other.save_drafts().await.unwrap();
        own.show(id).await.unwrap();
        assert_eq!(own.draft(id), "von mir");
        assert_eq!(draft(&own, id).elsewhere, "");
    });
}
