//! Where somebody is signed in, ending it elsewhere, and what keeps a session.

use std::time::Duration;

use backend::live::Subscription;
use backend::{Actor, Backend, Begun, Database, SessionToken};
use domain::Refusal;
use domain::account::{
    Consent, EndSessions, ListSessions, ListedSession, ResumeSession, SignOut, SignedIn,
    StaySignedIn, Stays,
};
use domain::conversation::ListConversations;
use domain::id::SessionHandle;
use domain::time::{DAY, HOUR, MINUTE, SECOND};

use crate::support::person::{New, sign_in, stretch};
use crate::support::{Agency, Person, Publisher, Scene, World, nobody, random, refused};

crate::on_both! {
    sessions_are_listed_by_days,
    one_session_is_ended_and_closed_at_once,
    all_other_sessions_are_ended,
    foreign_sessions_are_neither_seen_nor_ended,
    only_what_a_person_does_keeps_a_session,
    nothing_keeps_a_session_beyond_its_age,
    sessions_of_admins_end_sooner,
    the_sign_in_before_is_told,
    a_session_ended_on_another_node_is_closed_here,
}

const NAME: &str = "stiller-bach27";
const PASSWORD: &str = "apfel birne kirsche dattel";

/// Somebody with an account to which one can sign in.
async fn register(world: &World) -> Person {
    let mut publisher = Publisher::new(world).await;
    let admin = world.staff().await;
    let agency = Agency::publish(world, &mut publisher, &admin).await;
    let (record, export_key) = stretch(world, NAME, PASSWORD).await.unwrap();
    let mut new = New::make(world, NAME);
    let consent = Some(Consent {
        association: agency.association,
        version: 1,
    });
    let request = new.finish(&record, export_key.expose(), consent, None);
    new.begin(world, &nobody(), request).await.unwrap()
}

async fn resolve(world: &World, token: &SessionToken) -> Actor {
    let token = Some(token.as_str());
    world.backend.sessions().resolve(token).await.unwrap()
}

async fn again(world: &World) -> Begun<SignedIn> {
    sign_in(world, NAME, PASSWORD).await.unwrap()
}

async fn lives(world: &World, token: &SessionToken) -> bool {
    resolve(world, token).await.subject().account().is_some()
}

async fn list(world: &World, actor: &Actor) -> Vec<ListedSession> {
    let accounts = world.backend.accounts();
    accounts
        .list_sessions(actor, ListSessions {})
        .await
        .unwrap()
}

async fn end(
    world: &World,
    actor: &Actor,
    session: Option<SessionHandle>,
) -> Result<(), backend::Error> {
    let accounts = world.backend.accounts();
    accounts.end_sessions(actor, EndSessions { session }).await
}

/// The person did something so many seconds ago.
async fn stay(world: &World, actor: &Actor, idle: u32) -> Stays {
    let accounts = world.backend.accounts();
    accounts.stay(actor, StaySignedIn { idle }).await.unwrap()
}

async fn listening(backend: &Backend, actor: &Actor) -> Subscription {
    let mut connection = backend.live().subscribe(actor).unwrap();
    connection.start(None, None, None).await.unwrap();
    connection
}

async fn is_closed(connection: &mut Subscription) -> bool {
    match tokio::time::timeout(Duration::from_secs(5), connection.next()).await {
        Ok(result) => refused(result) == Refusal::NotSignedIn,
        Err(_) => false,
    }
}

async fn is_open(connection: &mut Subscription) -> bool {
    let next = tokio::time::timeout(Duration::from_millis(50), connection.next()).await;
    next.is_err()
}

async fn sessions_are_listed_by_days(world: &World) {
    // The clock of the tests starts at 00:26.
    world.pass(23 * HOUR);
    let person = register(world).await;
    let evening = world.now().day();
    let [alone] = list(world, &person.actor).await[..] else {
        panic!("one session")
    };
    assert!(alone.own);
    assert_eq!((alone.started, alone.used), (evening, evening));

    world.pass(15 * MINUTE);
    let other = again(world).await;
    let other_actor = resolve(world, &other.token).await;
    world.pass(19 * MINUTE);
    stay(world, &other_actor, 0).await;
    stay(world, &person.actor, 19 * 60).await;
    let next = world.now().day();
    assert_eq!(next.since(evening), 1);
    let all = list(world, &other_actor).await;
    let days: Vec<_> = all
        .iter()
        .map(|one| (one.own, one.started, one.used))
        .collect();
    assert_eq!(days, [(true, evening, next), (false, evening, evening)]);
    assert_eq!(all[1].session, alone.session);
    assert_ne!(all[0].session, alone.session);
    let seen = list(world, &person.actor).await;
    assert_eq!((seen[0].session, seen[0].own), (alone.session, true));
    assert_eq!((seen[1].session, seen[1].own), (all[0].session, false));

    // What is over is not listed, whether or not it was forgotten already.
    world.pass(2 * MINUTE);
    assert_eq!(list(world, &other_actor).await.len(), 1);
    let accounts = world.backend.accounts();
    accounts
        .sign_out(&other_actor, SignOut::default())
        .await
        .unwrap();
    let third = again(world).await;
    let third = resolve(world, &third.token).await;
    assert_eq!(list(world, &third).await.len(), 1);
}

async fn one_session_is_ended_and_closed_at_once(world: &World) {
    let person = register(world).await;
    let [second, third] = [again(world).await.token, again(world).await.token];
    let actor = resolve(world, &second).await;
    let mut own = listening(&world.backend, &person.actor).await;
    let mut there = listening(&world.backend, &actor).await;
    let all = list(world, &actor).await;
    let handle = all.iter().find(|one| one.own).unwrap().session;
    end(world, &person.actor, Some(handle)).await.unwrap();
    assert!(is_closed(&mut there).await, "its connection is closed");
    assert!(!lives(world, &second).await);
    let accounts = world.backend.accounts();
    let resumed = accounts.resume(&actor, ResumeSession {}).await;
    assert_eq!(refused(resumed), Refusal::NotSignedIn, "its share is gone");
    let stay = accounts.stay(&actor, StaySignedIn { idle: 0 }).await;
    assert_eq!(refused(stay), Refusal::NotSignedIn);
    assert!(is_open(&mut own).await, "the others go on");
    assert!(lives(world, &third).await);
    let twice = end(world, &person.actor, Some(handle)).await;
    assert_eq!(refused(twice), Refusal::NotFound);
}

async fn all_other_sessions_are_ended(world: &World) {
    let person = register(world).await;
    let [second, third] = [again(world).await.token, again(world).await.token];
    let actor = resolve(world, &second).await;
    let mut own = listening(&world.backend, &actor).await;
    let mut there = listening(&world.backend, &person.actor).await;
    end(world, &actor, None).await.unwrap();
    assert!(is_closed(&mut there).await);
    assert!(is_open(&mut own).await);
    assert!(lives(world, &second).await);
    assert!(!lives(world, &person.token).await && !lives(world, &third).await);
    assert_eq!(list(world, &actor).await.len(), 1);
    // Nothing to end is no error.
    end(world, &actor, None).await.unwrap();
}

async fn foreign_sessions_are_neither_seen_nor_ended(world: &World) {
    let person = register(world).await;
    let stranger = world.staff().await;
    let foreign = list(world, &person.actor).await[0].session;
    let seen = list(world, &stranger.actor).await;
    assert!(seen.len() == 1 && seen[0].session != foreign);
    for unknown in [foreign, SessionHandle::from_bytes(random())] {
        let ended = end(world, &stranger.actor, Some(unknown)).await;
        assert_eq!(refused(ended), Refusal::NotFound);
    }
    end(world, &stranger.actor, None).await.unwrap();
    assert!(lives(world, &person.token).await);
    for ended in [
        end(world, &nobody(), Some(foreign)).await,
        end(world, &nobody(), None).await,
    ] {
        assert_eq!(refused(ended), Refusal::NotSignedIn);
    }
}

async fn only_what_a_person_does_keeps_a_session(world: &World) {
    let person = register(world).await;
    let conversations = world.backend.conversations();
    let accounts = world.backend.accounts();
    // What pages do by themselves: fetch, come back, look how long it lasts.
    for minute in 1..=20 {
        world.pass(MINUTE);
        let actor = resolve(world, &person.token).await;
        conversations
            .list(&actor, ListConversations {})
            .await
            .unwrap();
        accounts.resume(&actor, ResumeSession {}).await.unwrap();
        let stays = stay(world, &actor, minute * 60).await;
        assert_eq!(stays.left, (20 - minute) * 60);
        assert_eq!(stays.at_most, 8 * 3_600 - minute * 60);
    }
    world.pass(SECOND);
    assert!(!lives(world, &person.token).await, "nobody was there");

    let token = again(world).await.token;
    let actor = resolve(world, &token).await;
    world.pass(10 * MINUTE);
    assert_eq!(stay(world, &actor, 0).await.left, 20 * 60);
    world.pass(5 * MINUTE);
    // Something was done three minutes ago; what is said later of earlier takes nothing back.
    assert_eq!(stay(world, &actor, 3 * 60).await.left, 17 * 60);
    assert_eq!(stay(world, &actor, u32::MAX).await.left, 17 * 60);
    assert_eq!(stay(world, &actor, 9 * 60).await.left, 17 * 60);
    world.pass(16 * MINUTE + 59 * SECOND);
    assert!(lives(world, &token).await);
    world.pass(2 * SECOND);
    assert!(!lives(world, &token).await);
    // Too late.
    let late = resolve(world, &token).await;
    let late = accounts.stay(&late, StaySignedIn { idle: 0 }).await;
    assert_eq!(refused(late), Refusal::NotSignedIn);
}

async fn nothing_keeps_a_session_beyond_its_age(world: &World) {
    let person = register(world).await;
    for _ in 0..31 {
        world.pass(15 * MINUTE);
        stay(world, &person.actor, 0).await;
    }
    let stays = stay(world, &person.actor, 0).await;
    assert_eq!((stays.left, stays.at_most), (15 * 60, 15 * 60));
    world.pass(15 * MINUTE);
    assert!(lives(world, &person.token).await);
    world.pass(SECOND);
    assert!(!lives(world, &person.token).await);
}

async fn sessions_of_admins_end_sooner(world: &World) {
    let scene = Scene::new(world).await;
    let admins = [&scene.publisher.admin, &scene.admin];
    for person in admins {
        assert_eq!(stay(world, &person.actor, 0).await.left, 15 * 60);
    }
    let mut staff = listening(&world.backend, &scene.first.actor).await;
    world.pass(15 * MINUTE + SECOND);
    for person in admins {
        assert!(!lives(world, &person.token).await);
    }
    world.backend.run_due(world.now()).await.unwrap();
    assert!(is_open(&mut staff).await && lives(world, &scene.first.token).await);
    world.pass(15 * MINUTE);
    assert!(!lives(world, &scene.first.token).await);
    world.backend.run_due(world.now()).await.unwrap();
    assert!(is_closed(&mut staff).await);
}

async fn the_sign_in_before_is_told(world: &World) {
    let person = register(world).await;
    let accounts = world.backend.accounts();
    let resumed = async |actor: &Actor| {
        let resumed = accounts.resume(actor, ResumeSession {}).await;
        resumed.unwrap().previous
    };
    assert_eq!(resumed(&person.actor).await, None);
    let mut before = world.now().day();
    for days in [0, 3, 1] {
        world.pass(days * DAY);
        let begun = again(world).await;
        assert_eq!(begun.reply.previous, Some(before));
        let actor = resolve(world, &begun.token).await;
        assert_eq!(resumed(&actor).await, Some(before));
        before = world.now().day();
    }
}

async fn a_session_ended_on_another_node_is_closed_here(world: &World) {
    if matches!(world.config.database, Database::Sqlite(_)) {
        return;
    }
    let person = register(world).await;
    let other = again(world).await.token;
    let actor = resolve(world, &other).await;
    let mut config = world.config.clone();
    config.cluster = true;
    let here = Backend::open(config.clone()).await.unwrap();
    config.wraps = world.place.folder().join("other.sqlite");
    let there = Backend::open(config).await.unwrap();
    let mut ends = listening(&here, &actor).await;
    let mut stays = listening(&here, &person.actor).await;
    let accounts = there.accounts();
    accounts
        .end_sessions(&person.actor, EndSessions { session: None })
        .await
        .unwrap();
    assert!(is_closed(&mut ends).await);
    assert!(is_open(&mut stays).await);
    here.close().await;
    there.close().await;
}
