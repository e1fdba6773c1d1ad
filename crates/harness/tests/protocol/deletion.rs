//! A conversation, or the whole account, is deleted by its seeker: at once, for everybody.

use client::desk::{Connection, Desk, Staff};
use client::{Error, account};
use domain::Refusal;
use domain::account::Secretive;
use domain::conversation::DeleteConversation;

use crate::marks::accepted;
use crate::support::{Served, desk, device, follow, run, seeker, staff, until};

fn wrong() -> Secretive {
    Secretive("ganz ein anderes wort".to_owned())
}

#[test]
fn a_deleted_conversation_leaves_every_desk() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        follow(&own);
        follow(&hannah);
        let live = || hannah.connection() == Connection::Live;
        until("both hear", || {
            live() && own.connection() == Connection::Live
        })
        .await;
        let refused = own.delete(id, wrong()).await;
        assert_eq!(refused, Err(Error::Refused(Refusal::WrongCredentials)));
        assert!(own.thread(id).is_some());
        let by_staff = hannah.delete(id, wrong()).await;
        assert!(by_staff.is_err());
        own.keep_draft(id, "Was noch im Feld stand").unwrap();
        own.delete(id, person.password.clone()).await.unwrap();
        assert!(own.thread(id).is_none() && own.list().is_empty());
        until("the counsellor's desk is empty of it", || {
            hannah.thread(id).is_none()
        })
        .await;
        let kept = person.client.world().tab_entries();
        assert!(kept.iter().all(|(name, _)| !name.contains(&id.to_hex())));
        // A device that was not there finds nothing either.
        let (_, session) = staff(&served, "hannah.brandt").await;
        let again: Desk<_, Staff> = desk(&session).await;
        assert!(again.thread(id).is_none());
    });
}

/// Whose answer is lost asks again, and hears that it is gone.
#[test]
fn a_deletion_whose_answer_was_lost_is_done() {
    let served = Served::get();
    run(async {
        let (person, own, _) = accepted(&served).await;
        let id = person.conversation;
        person.client.world().net().lose::<DeleteConversation>(1);
        let lost = own.delete(id, person.password.clone()).await;
        assert_eq!(lost, Err(Error::Unreachable));
        own.delete(id, person.password.clone()).await.unwrap();
        assert!(own.thread(id).is_none());
    });
}

#[test]
fn a_deleted_account_opens_nothing_any_more() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Das soll wieder weg.").await;
        let (_, session) = staff(&served, "hannah.brandt").await;
        let hannah: Desk<_, Staff> = desk(&session).await;
        let waits = || {
            let waiting = hannah.waiting();
            waiting
                .iter()
                .any(|one| one.conversation == person.conversation)
        };
        assert!(waits());
        let refused = account::delete(&person.session, wrong()).await;
        assert_eq!(refused, Err(Error::Refused(Refusal::WrongCredentials)));
        account::delete(&person.session, person.password.clone())
            .await
            .unwrap();
        assert_eq!(person.client.world().tab_entries(), []);
        hannah.refresh().await.unwrap();
        assert!(!waits());
        let again = device(&served);
        let signed_in = account::sign_in(&again, &person.user_name, person.password.clone()).await;
        assert_eq!(
            signed_in.err(),
            Some(Error::Refused(Refusal::WrongCredentials))
        );
        let resumed = account::resume(&person.client).await.unwrap();
        assert!(resumed.is_none());
    });
}
