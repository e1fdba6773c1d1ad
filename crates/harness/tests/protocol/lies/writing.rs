//! Drafts that are older, another's, or were never stored.

use crate::support::{Machine, NewSeeker, Served, agency_in, desk, run, second_draft, seeker};
use client::desk::{Desk, Seeker};
use client::registration;
use domain::conversation::{LoadDraft, SaveDraft, StoredDraft};
use domain::id::ConversationId;
use domain::wire::Empty;

async fn writing(person: &NewSeeker, id: ConversationId, text: &str) -> Desk<Machine, Seeker> {
    let own: Desk<Machine, Seeker> = desk(&person.session).await;
    own.show(id).await.unwrap();
    own.keep_draft(id, text).unwrap();
    own.save_drafts().await.unwrap();
    own
}

fn saved(person: &NewSeeker) -> Vec<SaveDraft> {
    person.client.world().net().asked::<SaveDraft>()
}

/// A version that was seen before, or the word that there is none.
#[test]
fn a_draft_is_not_taken_back() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let id = person.conversation;
        let own = writing(&person, id, "erst").await;
        own.keep_draft(id, "erst und dann").unwrap();
        own.save_drafts().await.unwrap();
        let net = person.client.world().net();
        let old = saved(&person)[0].draft.clone();
        for told in [Some(old), None] {
            net.about::<LoadDraft>(move |stored: &mut StoredDraft| stored.draft = told.clone());
            own.show(id).await.unwrap();
            let draft = own.thread(id).unwrap().draft;
            assert_eq!(draft.text, "erst und dann");
            assert!(draft.unverified);
            // Nothing is saved over what the server seems to have lost.
            let before = saved(&person).len();
            own.keep_draft(id, "erst und dann das").unwrap();
            own.save_drafts().await.unwrap();
            assert_eq!(saved(&person).len(), before);
            net.honest();
            own.show(id).await.unwrap();
            assert!(!own.thread(id).unwrap().draft.unverified);
            own.keep_draft(id, "erst und dann").unwrap();
            own.save_drafts().await.unwrap();
        }
    });
}

/// A draft of another conversation, of somebody else, or of nobody.
#[test]
fn a_draft_from_elsewhere_is_not_shown() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Die eine Sache.").await;
        let id = person.conversation;
        let freiburg = agency_in(&person.client, "79104", "Freiburg").await;
        let draft = second_draft(&person.session, freiburg, "Die andere Sache.").await;
        let other = registration::submit(&draft, &person.session).await.unwrap();
        writing(&person, other, "zur anderen Sache").await;
        let transplanted = saved(&person).pop().unwrap().draft;
        let stranger = seeker(&served, "Hallo.").await;
        writing(&stranger, stranger.conversation, "fremd").await;
        let foreign = saved(&stranger).pop().unwrap().draft;
        let mut broken = transplanted.clone();
        super::flip(&mut broken, 100);
        for told in [transplanted, foreign, broken] {
            let (client, session) = person.elsewhere(&served).await;
            let net = client.world().net();
            let there: Desk<Machine, Seeker> = desk(&session).await;
            net.about::<LoadDraft>(move |stored: &mut StoredDraft| {
                stored.draft = Some(told.clone());
            });
            there.show(id).await.unwrap();
            let draft = there.thread(id).unwrap().draft;
            assert_eq!((draft.text.as_str(), draft.elsewhere.as_str()), ("", ""));
            assert!(draft.unverified);
        }
    });
}

/// "Saved", said of what was not: noticed at the next look, and the text is still here.
#[test]
fn what_was_not_saved_is_noticed() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let id = person.conversation;
        let net = person.client.world().net();
        net.instead_of::<SaveDraft>(|_| Some(Ok(Empty {})));
        let own = writing(&person, id, "ein langer Text").await;
        own.show(id).await.unwrap();
        let draft = own.thread(id).unwrap().draft;
        assert_eq!(draft.text, "ein langer Text");
        assert!(draft.unverified);
    });
}
