//! Limits, with small numbers and a clock that the test moves; and once on the defaults.

use backend::limits::{AddressKey, Table};
use backend::{Actor, Error};
use domain::account::{RegisterStart, Secretive, SignInStart};
use domain::keys::OpenTab;
use domain::time::{DAY, HOUR, MINUTE, SECOND};
use domain::work::Purpose;
use domain::{Blob, Refusal};

use crate::support::database::Kind;
use crate::support::{Scene, World, nobody, refused, solved};

async fn world(limits: &str) -> World {
    let limits = serde_json::from_str(limits).unwrap();
    World::limited(Kind::Sqlite, limits).await.unwrap()
}

fn address(world: &World, last: u8) -> AddressKey {
    world.backend.limits().address([192, 0, 2, last].into())
}

fn at(world: &World, last: u8) -> Actor {
    nobody().at(Some(address(world, last)))
}

/// The work that is asked before something is done: 0 if it is done without.
fn price<T>(result: &Result<T, Error>) -> u32 {
    match result {
        Ok(_) => 0,
        Err(Error::Refused(Refusal::WorkNeeded { challenge })) => {
            u32::from_be_bytes(challenge.as_slice()[3..7].try_into().unwrap())
        }
        Err(other) => panic!("{other:?}"),
    }
}

async fn try_sign_in(
    world: &World,
    by: &Actor,
    name: &str,
    work: Option<Blob>,
) -> Result<(), Error> {
    let rng = &mut crypto::random::SystemRandom;
    let (_, request) = crypto::opaque::client::Login::start(rng, "wrong").unwrap();
    let request = SignInStart {
        user_name: Secretive(name.to_owned()),
        request: request.to_vec().into(),
        work,
    };
    world
        .backend
        .accounts()
        .sign_in_start(by, request)
        .await
        .map(drop)
}

/// The same, doing the work that is asked; gives its price.
async fn sign_in(world: &World, by: &Actor, name: &str) -> Result<u32, Refusal> {
    match try_sign_in(world, by, name, None).await {
        Ok(()) => Ok(0),
        Err(Error::Refused(Refusal::WorkNeeded { challenge })) => {
            let price = u32::from_be_bytes(challenge.as_slice()[3..7].try_into().unwrap());
            let again = try_sign_in(world, by, name, Some(solved(&challenge))).await;
            assert!(again.is_ok(), "{again:?}");
            Ok(price)
        }
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(error) => panic!("{error:?}"),
    }
}

fn too_many(retry_after: u32) -> Refusal {
    Refusal::TooMany { retry_after }
}

#[tokio::test]
async fn an_account_waits_longer_and_longer_and_is_never_locked() {
    let world = world(
        r#"{"sign_in_free": 2, "sign_in_longest_wait": 10, "sign_in_fades": 3600,
            "sign_in_address": "1000/s", "work": 4, "work_most": 16}"#,
    )
    .await;
    let thief = at(&world, 1);
    for _ in 0..2 {
        assert_eq!(sign_in(&world, &thief, "stiller-bach27").await, Ok(0));
    }
    for wait in [2, 4, 8, 10, 10] {
        let early = sign_in(&world, &thief, "stiller-bach27").await;
        assert_eq!(early, Err(too_many(wait)));
        world.pass(i64::from(wait) * SECOND - 1);
        assert_eq!(
            sign_in(&world, &thief, "stiller-bach27").await,
            Err(too_many(1))
        );
        world.pass(1);
        assert_eq!(
            sign_in(&world, &thief, "stiller-bach27").await,
            Ok(8),
            "work twice"
        );
    }
    assert_eq!(
        sign_in(&world, &thief, "andere-wolke11").await,
        Ok(0),
        "another account"
    );
    // Whose account it is comes from elsewhere, and gets in, for the most work.
    let owner = at(&world, 2);
    assert_eq!(sign_in(&world, &owner, "stiller-bach27").await, Ok(16));
    assert!(
        sign_in(&world, &owner, "stiller-bach27").await.is_err(),
        "once an hour"
    );
    world.pass(2 * HOUR);
    assert_eq!(
        sign_in(&world, &thief, "stiller-bach27").await,
        Ok(0),
        "it has faded"
    );
    world.end().await;
}

#[tokio::test]
async fn who_knows_the_password_signs_in_as_often_as_needed() {
    use crate::support::person::{New, stretch};
    let world = world(
        r#"{"sign_in_free": 1, "sign_in_address": "1000/s", "register_most": "1000/s",
            "work": 1, "work_most": 1}"#,
    )
    .await;
    let (record, key) = stretch(&world, "stiller-bach27", "kirsche wolke")
        .await
        .unwrap();
    let mut new = New::make(&world, "stiller-bach27");
    let invitation = backend::platform::create_invitation(&world.backend, None).await;
    let request = new.finish(&record, key.expose(), None, Some(invitation.unwrap()));
    new.begin(&world, &nobody(), request).await.unwrap();
    for _ in 0..4 {
        let begun =
            crate::support::person::sign_in(&world, "stiller-bach27", "kirsche wolke").await;
        begun.unwrap();
    }
    world.end().await;
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_works_for_it_until_midnight() {
    let world = world(
        r#"{"sign_in_address": "3/10min, 5/day", "sign_in_all": "1000/s", "work": 4, "work_most": 64}"#,
    )
    .await;
    let by = at(&world, 1);
    let mut prices = Vec::new();
    for name in 0..7 {
        prices.push(
            sign_in(&world, &by, &format!("name-{name:03}"))
                .await
                .unwrap(),
        );
    }
    assert_eq!(prices, [0, 0, 0, 4, 4, 8, 8]);
    assert_eq!(
        sign_in(&world, &at(&world, 2), "name-100").await,
        Ok(0),
        "another address"
    );
    assert_eq!(
        sign_in(&world, &nobody(), "name-101").await,
        Ok(4),
        "an address not known"
    );
    world.pass(DAY);
    assert_eq!(
        sign_in(&world, &at(&world, 1), "name-102").await,
        Ok(0),
        "another day"
    );
    world.end().await;
}

#[tokio::test]
async fn when_everybody_signs_in_at_once_everybody_works() {
    let world = world(r#"{"sign_in_all": "2/s", "work": 4, "work_most": 16}"#).await;
    let prices = [
        sign_in(&world, &at(&world, 1), "name-001").await,
        sign_in(&world, &at(&world, 2), "name-002").await,
        sign_in(&world, &at(&world, 3), "name-003").await,
    ];
    assert_eq!(prices, [Ok(0), Ok(0), Ok(4)]);
    world.pass(SECOND);
    assert_eq!(sign_in(&world, &at(&world, 4), "name-004").await, Ok(0));
    world.end().await;
}

async fn register(world: &World, by: &Actor, name: &str, work: Option<Blob>) -> Result<(), Error> {
    let rng = &mut crypto::random::SystemRandom;
    let (_, request) = crypto::opaque::client::Registration::start(rng, "any").unwrap();
    let request = RegisterStart {
        user_name: Secretive(name.to_owned()),
        request: request.to_vec().into(),
        work,
    };
    world
        .backend
        .accounts()
        .register_start(by, request)
        .await
        .map(drop)
}

#[tokio::test]
async fn an_account_always_costs_work_and_many_cost_more() {
    let world = world(
        r#"{"register_address": "2/h, 3/day", "register_all": "4/h", "register_most": "5/h",
            "work": 4, "work_most": 64}"#,
    )
    .await;
    let mut prices = Vec::new();
    for (number, from) in [1, 1, 1, 1, 2].into_iter().enumerate() {
        let (by, name) = (at(&world, from), format!("name-{number:03}"));
        let first = register(&world, &by, &name, None).await;
        prices.push(price(&first));
        let Err(Error::Refused(Refusal::WorkNeeded { challenge })) = first else {
            panic!("without work")
        };
        register(&world, &by, &name, Some(solved(&challenge)))
            .await
            .unwrap();
    }
    // Over the hour, over the day as well, then everybody over theirs.
    assert_eq!(prices, [4, 4, 8, 16, 16]);
    let closed = register(&world, &at(&world, 3), "name-100", None).await;
    assert_eq!(refused(closed), too_many(720), "an hour for five");
    world.end().await;
}

#[tokio::test]
async fn enquiries_cost_more_work_and_then_a_wait() {
    let world = world(
        r#"{"register_most": "1000/s", "enquiry_account": "1/h", "work": 4, "work_most": 16}"#,
    )
    .await;
    let scene = Scene::new(&world).await;
    let by = scene.seeker.actor.clone().at(Some(address(&world, 1)));
    let enquiries = world.backend.enquiries();
    let mut prices = Vec::new();
    for _ in 0..4 {
        let (_, mut request) = scene.enquiry(&world);
        request.work = None;
        let first = enquiries.submit(&by, request.clone()).await;
        prices.push(price(&first));
        let Err(Error::Refused(Refusal::WorkNeeded { challenge })) = first else {
            panic!("without work")
        };
        request.work = Some(solved(&challenge));
        let receipt = enquiries.submit(&by, request.clone()).await.unwrap();
        let again = enquiries.submit(&by, request).await.unwrap();
        assert_eq!(
            receipt, again,
            "sent twice, it is answered alike and costs nothing"
        );
    }
    assert_eq!(prices, [4, 8, 16, 16]);
    let (_, request) = scene.enquiry(&world);
    assert_eq!(
        refused(enquiries.submit(&by, request).await),
        too_many(3_600)
    );
    world.end().await;
}

#[tokio::test]
async fn messages_wait_their_turn() {
    use domain::conversation::SendMessage;
    let world = world(
        r#"{"register_most": "1000/s", "messages": "2/s, 3/min", "work": 1, "work_most": 1}"#,
    )
    .await;
    let scene = Scene::new(&world).await;
    let case = scene.accepted(&world).await;
    let conversations = world.backend.conversations();
    let send = async || {
        let kind = crypto::message::ContentType::TEXT;
        let message = case.message(&world, &scene.seeker, kind, b"Hallo");
        let request = SendMessage::new(message);
        match conversations.send(&scene.seeker.actor, request).await {
            Ok(_) => Ok(()),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{error:?}"),
        }
    };
    assert_eq!((send().await, send().await), (Ok(()), Ok(())));
    assert_eq!(send().await, Err(too_many(1)));
    world.pass(SECOND);
    assert_eq!(send().await, Ok(()));
    assert_eq!(send().await, Err(too_many(19)), "three a minute");
    world.pass(19 * SECOND);
    assert_eq!(send().await, Ok(()));
    world.end().await;
}

#[tokio::test]
async fn a_session_calls_and_listens_so_often() {
    let world =
        world(r#"{"register_most": "1000/s", "api": "3/s", "sockets": 2, "work": 1}"#).await;
    let person = world.staff().await;
    let other = world.staff().await;
    let limits = world.backend.limits();
    for _ in 0..3 {
        limits.call(&person.actor).unwrap();
    }
    assert_eq!(refused(limits.call(&person.actor)), too_many(1));
    limits.call(&other.actor).unwrap();
    for _ in 0..9 {
        limits.call(&nobody()).unwrap();
    }
    world.pass(SECOND);
    limits.call(&person.actor).unwrap();

    let live = world.backend.live();
    let listen = async |by: &crate::support::Person| {
        let mut channel = live.subscribe(&by.actor)?;
        let (admitted, _) = channel.start(None, None, None).await?;
        Ok::<_, Error>((channel, admitted))
    };
    let (first, admitted) = listen(&person).await.unwrap();
    assert!(admitted);
    let (_second, admitted) = listen(&person).await.unwrap();
    assert!(admitted);
    let (third, admitted) = listen(&person).await.unwrap();
    assert!(!admitted, "two listen");
    let (_others, admitted) = listen(&other).await.unwrap();
    assert!(admitted);
    drop(first);
    let (_again, admitted) = listen(&person).await.unwrap();
    assert!(admitted);
    // Nor can many be opened that say nothing.
    let _mute = live.subscribe(&person.actor).unwrap();
    let fifth = live.subscribe(&person.actor).map(|_| ());
    assert!(matches!(refused(fifth), Refusal::TooMany { .. }));
    drop(third);
    live.subscribe(&person.actor).unwrap();
    world.end().await;
}

#[tokio::test]
async fn tab_keys_are_free_until_there_are_many() {
    let world = world(r#"{"tab": "2/h", "work": 4}"#).await;
    let keys = world.backend.keys();
    for expected in [0, 0, 4] {
        let opened = keys.open_tab(&at(&world, 1), OpenTab::default()).await;
        assert_eq!(price(&opened), expected);
    }
    let work = world.work(Purpose::Tab);
    keys.open_tab(&at(&world, 1), OpenTab { work })
        .await
        .unwrap();
    world.end().await;
}

#[tokio::test]
async fn reports_over_the_limit_are_dropped() {
    let world = world(r#"{"reports": "2/min"}"#).await;
    let limits = world.backend.limits();
    let from = Some(address(&world, 1));
    assert!(limits.takes_report(from) && limits.takes_report(from));
    assert!(!limits.takes_report(from));
    assert!(limits.takes_report(Some(address(&world, 2))));
    world.pass(MINUTE);
    assert!(limits.takes_report(from));
    world.end().await;
}

#[tokio::test]
async fn the_defaults_are_the_designs() {
    let table = Table::default();
    let written: Table = serde_json::from_str(
        r#"{"sign_in_free": 5, "sign_in_longest_wait": 300, "sign_in_fades": 3600,
            "sign_in_address": "20/10min, 100/day", "sign_in_all": "50/s",
            "register_address": "3/h, 10/day", "register_all": "300/h", "register_most": "3000/h",
            "enquiry_account": "3/day", "enquiry_address": "5/h", "enquiry_inbox": "60/h",
            "messages": "5/s, 20/min, 300/day", "api": "40/4s", "sockets": 4,
            "tab": "30/h", "reports": "10/min", "work": 16, "work_most": 64, "work_time": 300}"#,
    )
    .unwrap();
    assert_eq!(table, written);
    let world = World::limited(Kind::Sqlite, table).await.unwrap();
    let by = at(&world, 1);
    for _ in 0..5 {
        assert_eq!(sign_in(&world, &by, "stiller-bach27").await, Ok(0));
    }
    assert_eq!(
        sign_in(&world, &by, "stiller-bach27").await,
        Err(too_many(2))
    );
    world.pass(2 * SECOND);
    assert_eq!(sign_in(&world, &by, "stiller-bach27").await, Ok(32));
    for name in 0..14 {
        assert_eq!(
            sign_in(&world, &by, &format!("name-{name:03}")).await,
            Ok(0)
        );
    }
    assert_eq!(sign_in(&world, &by, "name-100").await, Ok(16));
    assert_eq!(price(&register(&world, &by, "name-101", None).await), 16);
    world.end().await;
}
