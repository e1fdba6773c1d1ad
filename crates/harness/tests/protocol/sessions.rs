//! A session ends: by itself, after a warning, or because somebody ends it elsewhere.

use client::account;
use client::desk::{Connection, Desk, Seeker, Warning};
use client::world::tab_keys;
use domain::account::{SignOut, StaySignedIn, Stays};

use crate::support::{Machine, NewSeeker, Served, desk, follow, listen, run, seeker, until};

/// Somebody whose desk is live, and what they have typed.
async fn writing(served: &Served) -> (NewSeeker, Desk<Machine, Seeker>) {
    let person = seeker(served, "Hallo.").await;
    let own = desk::<Seeker>(&person.session).await;
    own.show(person.conversation).await.unwrap();
    let heard = listen::<StaySignedIn>(&person.client);
    follow(&own);
    until("it is live", || own.connection() == Connection::Live).await;
    until("it knows its time", || !heard.borrow().is_empty()).await;
    own.keep_draft(person.conversation, "Noch nicht").unwrap();
    (person, own)
}

fn kept(person: &NewSeeker, prefix: &str) -> usize {
    let entries = person.client.world().tab_entries();
    let these = entries.iter().filter(|(key, _)| key.starts_with(prefix));
    these.count()
}

/// From now on the server says that so many seconds are left.
fn left(person: &NewSeeker, seconds: u32) {
    let net = person.client.world().net();
    net.about::<StaySignedIn>(move |stays: &mut Stays| stays.left = seconds);
}

#[test]
fn ended_from_elsewhere_the_tab_forgets_everything() {
    let served = Served::get();
    run(async {
        let (person, own) = writing(&served).await;
        let (there, _) = person.elsewhere(&served).await;
        let all = account::list_sessions(&there).await.unwrap();
        let other = all.iter().find(|one| !one.own).unwrap();
        assert_eq!(all.len(), 2);
        account::end_sessions(&there, Some(other.session))
            .await
            .unwrap();
        until("it is signed out", || {
            own.connection() == Connection::SignedOut
        })
        .await;
        assert!(own.ended_elsewhere());
        assert_eq!(person.client.world().tab_entries(), []);
        assert!(account::resume(&person.client).await.unwrap().is_none());
        // Twice is once.
        account::end_sessions(&there, Some(other.session))
            .await
            .unwrap();
        assert_eq!(account::list_sessions(&there).await.unwrap().len(), 1);
    });
}

#[test]
fn before_the_end_the_desk_warns_and_the_button_keeps_it() {
    let served = Served::get();
    run(async {
        let (person, own) = writing(&served).await;
        left(&person, 90);
        own.stay();
        until("it warns", || own.warning().is_some()).await;
        let warning = Warning {
            seconds: 120,
            last: false,
        };
        assert_eq!(own.warning(), Some(warning));
        let net = person.client.world().net();
        net.honest();
        own.stay();
        until("it stays", || own.warning().is_none()).await;
        let asked = net.asked::<StaySignedIn>();
        assert_eq!(asked.last().unwrap().idle, 0);
        assert_eq!(own.connection(), Connection::Live);
    });
}

#[test]
fn a_session_that_ran_out_keeps_what_was_typed_and_no_key() {
    let served = Served::get();
    run(async {
        let (person, own) = writing(&served).await;
        left(&person, 0);
        own.stay();
        until("it is signed out", || {
            own.connection() == Connection::SignedOut
        })
        .await;
        assert!(!own.ended_elsewhere());
        assert_eq!(kept(&person, tab_keys::COMPOSER), 1);
        assert_eq!(kept(&person, tab_keys::UNLOCK), 0);
        let net = person.client.world().net();
        assert!(net.asked::<SignOut>().is_empty());
        let again = account::sign_in(&person.client, &person.user_name, person.password.clone());
        let again = desk::<Seeker>(&again.await.unwrap()).await;
        assert_eq!(again.draft(person.conversation), "Noch nicht");
    });
}
