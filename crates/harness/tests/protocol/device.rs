//! An own device: it opens without a server, forgets when it is told to, and lets nobody set it back.

use client::conversation::Body;
use client::desk::{Connection, Desk, Seeker};
use client::device::{self, Marked};
use client::settings::{self, Switch};
use client::{Client, Error, Untrusted, account};
use domain::Refusal;
use domain::account::{AccountKind, Secretive, SignInFinish, SignOut};
use domain::conversation::{ListConversations, LoadHistory};
use domain::id::ConversationId;
use domain::time::DAY;
use harness::lying::Lying;
use harness::net::Net;

use crate::marks::accepted;
use crate::support::{
    Machine, NewSeeker, Served, desk, device as new_device, follow, last, listen, run, until,
};

const WRONG: Error = Error::Refused(Refusal::WrongCredentials);

/// The same device after its browser was closed.
pub(crate) fn reopened(served: &Served, client: &Client<Machine>) -> Client<Machine> {
    let net = Lying::new(Net::new(&served.authority));
    Client::new(client.world().reopened(net), *client.platform())
}

pub(crate) fn texts(desk: &Desk<Machine, Seeker>, id: ConversationId) -> Vec<String> {
    let Some(thread) = desk.thread(id) else {
        return Vec::new();
    };
    let items = thread.items.into_iter().filter_map(|item| match item.body {
        Body::Text(text) => Some(text),
        _ => None,
    });
    items.collect()
}

/// A seeker's own device that knows two messages, closed.
async fn own_device(served: &Served) -> (NewSeeker, Client<Machine>) {
    let (person, own, hannah) = accepted(served).await;
    hannah.send(person.conversation, "Guten Tag.").unwrap();
    hannah.flush().await.unwrap();
    own.refresh().await.unwrap();
    let wrong = own.own_device(Secretive("ein anderes langes wort".into()));
    assert_eq!(wrong.await, Err(WRONG));
    assert!(person.client.world().disk().entries().is_empty());
    own.own_device(person.password.clone()).await.unwrap();
    let client = reopened(served, &person.client);
    (person, client)
}

/// Opens it where there is no connection.
async fn unlocked(person: &NewSeeker, client: &Client<Machine>) -> Desk<Machine, Seeker> {
    client.world().net().inner().cut(true);
    let session = device::unlock(client, person.password.clone()).await;
    let desk = Desk::open(session.unwrap(), |_| {});
    follow(&desk);
    until("it is open", || desk.loaded()).await;
    desk
}

fn away(connection: Connection) -> bool {
    matches!(connection, Connection::Waiting { .. })
}

#[test]
fn it_opens_without_a_server_and_sends_later_once() {
    let served = Served::get();
    run(async {
        let (person, client) = own_device(&served).await;
        let id = person.conversation;
        let marked = device::find(&client).await;
        let kind = AccountKind::Seeker;
        assert_eq!(marked, Some(Marked { kind, opens: true }));
        let wrong = device::unlock(&client, Secretive("ein anderes langes wort".into())).await;
        assert_eq!(wrong.err(), Some(WRONG));

        let own = unlocked(&person, &client).await;
        assert_eq!(texts(&own, id), ["Hallo.", "Guten Tag."]);
        assert!(own.list()[0].agency_name.contains("Freiburg"));
        assert_eq!(own.thread(id).unwrap().alerts, []);
        own.send(id, "Ohne Netz geschrieben.").unwrap();
        own.keep_draft(id, "und noch nicht fertig").unwrap();
        own.kept().await.unwrap();
        until("it waits", || away(own.connection())).await;
        assert!(own.session().is_away());
        own.close();

        // The battery was empty. The text is still there, and sent when there is a connection.
        let client = reopened(&served, &client);
        let own = unlocked(&person, &client).await;
        assert_eq!(own.list()[0].being_sent, 1);
        assert_eq!(own.draft(id), "und noch nicht fertig");
        client.world().net().inner().cut(false);
        // The first sign-in seems to fail.
        client.world().net().lose::<SignInFinish>(1);
        own.nudge();
        until("it was tried", || {
            !client.world().net().asked::<SignInFinish>().is_empty()
        })
        .await;
        own.nudge();
        until("it is live", || own.connection() == Connection::Live).await;
        until("it is sent", || own.list()[0].being_sent == 0).await;
        assert!(!own.session().is_away());
        own.kept().await.unwrap();
        own.close();

        // Nothing of it is left to be sent, and elsewhere it stands once.
        let client = reopened(&served, &client);
        let own = unlocked(&person, &client).await;
        assert_eq!(own.list()[0].being_sent, 0);
        let (_, session) = person.elsewhere(&served).await;
        let there = desk::<Seeker>(&session).await;
        there.show(id).await.unwrap();
        let expected = ["Hallo.", "Guten Tag.", "Ohne Netz geschrieben."];
        assert_eq!(texts(&there, id), expected);
        assert_eq!(texts(&own, id), expected);
    });
}

#[test]
fn nothing_on_it_can_be_read() {
    let served = Served::get();
    run(async {
        let (person, client) = own_device(&served).await;
        let own = unlocked(&person, &client).await;
        own.send(person.conversation, "Kennwort Seerose.").unwrap();
        own.kept().await.unwrap();
        let words = [
            "Guten Tag",
            "Seerose",
            "Hannah",
            "Freiburg",
            "Probe",
            person.user_name.as_str(),
            &person.password.0,
        ];
        let entries = client.world().disk().entries();
        assert!(entries.len() > 4);
        for (name, value) in entries {
            for word in words {
                let found = value
                    .windows(word.len())
                    .any(|some| some == word.as_bytes());
                assert!(!found && !name.contains(word), "{word} in {name}");
            }
        }
    });
}

#[test]
fn it_forgets_when_it_is_told_to_and_locks_otherwise() {
    let served = Served::get();
    run(async {
        // A session that ends by itself locks it.
        let (person, client) = own_device(&served).await;
        let own = unlocked(&person, &client).await;
        let clock = client.world().clock();
        clock.set(Some(clock.now().plus(31 * DAY)));
        own.close();
        // 30 days unopened: nobody finds anything.
        let client = reopened(&served, &client);
        assert_eq!(device::find(&client).await, None);
        assert!(client.world().disk().entries().is_empty());

        // Asked for: everything goes, and the browser is not told to empty what it is not.
        let (person, client) = own_device(&served).await;
        client.world().net().inner().cut(false);
        let session = account::sign_in(&client, &person.user_name, person.password.clone());
        let session = session.await.unwrap();
        assert!(session.is_own_device() && !session.is_away());
        let open = desk::<Seeker>(&session).await;
        account::sign_out(&client).await.unwrap();
        assert_eq!(device::find(&client).await, None);
        assert!(client.world().disk().entries().is_empty());
        let asked = client.world().net().asked::<SignOut>();
        assert!(asked.iter().all(|asked| asked.keep));
        // A tab that was open still writes nothing.
        open.send(person.conversation, "Zu spät.").unwrap();
        assert!(open.kept().await.is_err());
        assert!(client.world().disk().entries().is_empty());

        // Somebody else who signs in there leaves it alone.
        let (person, client) = own_device(&served).await;
        let stranger = crate::support::seeker(&served, "Ich auch.").await;
        let session = account::sign_in(&client, &stranger.user_name, stranger.password.clone());
        assert!(!session.await.unwrap().is_own_device());
        account::sign_out(&client).await.unwrap();
        let client = reopened(&served, &client);
        let own = unlocked(&person, &client).await;
        assert_eq!(texts(&own, person.conversation).len(), 2);
    });
}

/// The password before opens nothing as soon as the device hears of it; what waits is sent after a
/// sign-in with the new one.
#[test]
fn another_password_locks_it_and_loses_nothing() {
    let served = Served::get();
    run(async {
        let (person, client) = own_device(&served).await;
        let id = person.conversation;
        let (_, elsewhere) = person.elsewhere(&served).await;
        let new = Secretive("noch ein langes wort und zwei".into());
        let before = person.password.clone();
        account::change_password(&elsewhere, before, new.clone(), false)
            .await
            .unwrap();
        let own = unlocked(&person, &client).await;
        own.send(id, "Vom gesperrten Gerät.").unwrap();
        own.kept().await.unwrap();
        client.world().net().inner().cut(false);
        own.nudge();
        until("it locks", || own.connection() == Connection::SignedOut).await;
        assert_eq!(own.refused(), Some(WRONG));
        let client = reopened(&served, &client);
        let kind = AccountKind::Seeker;
        let locked = Some(Marked { kind, opens: false });
        assert_eq!(device::find(&client).await, locked);
        let session = account::sign_in(&client, &person.user_name, new.clone()).await;
        let own = Desk::<_, Seeker>::open(session.unwrap(), |_| {});
        follow(&own);
        until("it is sent", || {
            own.loaded() && own.list()[0].being_sent == 0 && texts(&own, id).len() == 3
        })
        .await;
        own.kept().await.unwrap();
        own.close();
        // From now on the new one opens it, and only that.
        let client = reopened(&served, &client);
        let wrong = device::unlock(&client, person.password.clone()).await;
        assert_eq!(wrong.err(), Some(WRONG));
        assert!(device::unlock(&client, new).await.is_ok());
    });
}

/// A server that was set back, or sets somebody back, is found out at once.
#[test]
fn what_it_has_seen_cannot_be_taken_back() {
    let served = Served::get();
    run(async {
        let (person, client) = own_device(&served).await;
        let id = person.conversation;
        let own = unlocked(&person, &client).await;
        let net = client.world().net();
        net.about::<ListConversations>(|rows| {
            for row in rows {
                row.count = 2;
                row.newest = row.opening.last().cloned();
            }
        });
        net.about::<LoadHistory>(|history| history.messages.truncate(2));
        net.inner().cut(false);
        own.nudge();
        until("it is live", || own.connection() == Connection::Live).await;
        assert_eq!(own.list()[0].untrusted, Some(Untrusted::Rollback));
        assert!(!own.thread(id).unwrap().can_write);
        // What was here is not taken away, and nothing is sent to such a server.
        assert_eq!(texts(&own, id), ["Hallo.", "Guten Tag."]);
        own.send(id, "Nein.").unwrap();
        own.flush().await.ok();
        assert_eq!(own.list()[0].being_sent, 1);
        own.close();

        // The vault of before.
        let (person, client) = own_device(&served).await;
        let there = new_device(&served);
        let heard = listen::<SignInFinish>(&there);
        let session = account::sign_in(&there, &person.user_name, person.password.clone());
        let session = session.await.unwrap();
        let old = last(&heard).vault;
        settings::turn(&session, Switch::Typing, true)
            .await
            .unwrap();
        let own = unlocked(&person, &client).await;
        client.world().net().inner().cut(false);
        own.nudge();
        until("it is live", || own.connection() == Connection::Live).await;
        assert!(settings::is_on(own.session(), Switch::Typing));
        own.kept().await.unwrap();
        own.close();
        let client = reopened(&served, &client);
        let own = unlocked(&person, &client).await;
        let net = client.world().net();
        net.about::<SignInFinish>(move |reply| reply.vault = old.clone());
        net.inner().cut(false);
        own.nudge();
        let rollback = Some(Error::Untrusted(Untrusted::Rollback));
        until("it is refused", || own.refused() == rollback).await;
        assert!(own.session().is_away());
    });
}
