//! The outbox and the live channel: everything, once, in order, without gap.

use std::time::Duration;

use backend::{Backend, Database};
use crypto::message::ContentType;
use domain::Refusal;
use domain::account::SignOut;
use domain::conversation::SendMessage;
use domain::live::{Event, ToClient};
use domain::time::DAY;

use crate::support::case::Case;
use crate::support::{Person, Scene, World, nobody, refused};

crate::on_both! {
    everybody_concerned_hears_of_an_enquiry_and_its_acceptance,
    a_connection_hears_what_it_missed_and_what_happens,
    places_have_no_gap_under_concurrency,
    a_slow_reader_reads_the_outbox,
    a_wait_that_is_given_up_loses_nothing,
    an_older_place_is_reset,
    a_connection_ends_with_its_session,
    nobody_listens_without_a_session,
    another_node_on_the_same_database_hears_of_it,
    who_writes_is_told_to_members_who_listen_and_kept_nowhere,
    who_does_not_belong_there_is_not_told_to_write,
}

fn text(world: &World, case: &Case, by: &Person) -> SendMessage {
    SendMessage::new(case.message(world, by, ContentType::TEXT, b"Hallo"))
}

async fn events(world: &World, person: &Person, after: u64) -> Vec<(u64, Event)> {
    let live = world.backend.live();
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(after, |(seq, _)| *seq);
        let request = person.question(Some(after));
        let mut frames = live.wait(&person.actor, request).await.unwrap();
        let ToClient::Hello { seq } = frames.remove(0) else {
            panic!("no hello")
        };
        all.extend(frames.into_iter().map(event));
        if all.last().is_none_or(|(last, _)| *last >= seq) {
            return all;
        }
    }
}

fn event(frame: ToClient) -> (u64, Event) {
    match frame {
        ToClient::Event { seq, event } => (seq, event),
        other => panic!("no event: {other:?}"),
    }
}

async fn everybody_concerned_hears_of_an_enquiry_and_its_acceptance(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let request = text(world, &case, &scene.first);
    world
        .backend
        .conversations()
        .send(&scene.first.actor, request)
        .await
        .unwrap();
    let seeker = events(world, &scene.seeker, 0).await;
    assert!(matches!(
        seeker.as_slice(),
        [
            (1, Event::Epoch { .. }),
            (2, Event::Epoch { .. }),
            (3, Event::Message { .. })
        ]
    ));
    let first = events(world, &scene.first, 0).await;
    assert!(matches!(
        first.as_slice(),
        [
            (1, Event::EnquiryArrived { .. }),
            (2, Event::Epoch { .. }),
            (3, Event::EnquiryTaken { .. }),
            (4, Event::Message { .. }),
        ]
    ));
    let second = events(world, &scene.second, 0).await;
    let by = scene.first.account;
    assert!(matches!(
        second.as_slice(),
        [(1, Event::EnquiryArrived { .. }), (2, Event::EnquiryTaken { by: who, .. })] if *who == by
    ));
    for outside in [&scene.deputy, &scene.admin] {
        assert!(events(world, outside, 0).await.is_empty());
    }
}

async fn a_connection_hears_what_it_missed_and_what_happens(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let live = world.backend.live();
    let mut from_now = live.subscribe(&scene.seeker.actor).unwrap();
    let hello = from_now.start(None, None, None).await.unwrap();
    assert_eq!(hello, (true, ToClient::Hello { seq: 2 }));
    let mut from_first = live.subscribe(&scene.seeker.actor).unwrap();
    from_first.start(Some(1), None, None).await.unwrap();
    let missed = from_first.next().await.unwrap();
    assert!(matches!(
        missed.as_slice(),
        [ToClient::Event { seq: 2, .. }]
    ));
    for seq in 3..6 {
        let request = text(world, &case, &scene.first);
        world
            .backend
            .conversations()
            .send(&scene.first.actor, request)
            .await
            .unwrap();
        for connection in [&mut from_now, &mut from_first] {
            let frames = within(connection.next()).await.unwrap();
            let [
                ToClient::Event {
                    seq: at,
                    event: Event::Message { stored, .. },
                },
            ] = frames.as_slice()
            else {
                panic!("one message: {frames:?}")
            };
            assert_eq!((*at, stored.position), (seq, u32::try_from(seq).unwrap()));
        }
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future)
        .await
        .expect("woken in time")
}

async fn places_have_no_gap_under_concurrency(world: &World) {
    let scene = Scene::new(world).await;
    let mut cases = Vec::new();
    for _ in 0..4 {
        cases.push(scene.accepted(world).await);
    }
    let mut connection = world.backend.live().subscribe(&scene.seeker.actor).unwrap();
    connection.start(Some(0), None, None).await.unwrap();
    let mut tasks = Vec::new();
    for round in 0..80 {
        let by = if round % 2 == 0 {
            &scene.seeker
        } else {
            &scene.first
        };
        let mut request = text(world, &cases[round % 4], by);
        if round % 5 == 0 {
            // Some are refused and must leave no gap.
            request.message.0.truncate(100);
        }
        let (backend, actor) = (world.backend.clone(), by.actor.clone());
        tasks.push(tokio::spawn(async move {
            backend.conversations().send(&actor, request).await.is_ok()
        }));
    }
    let mut stored = 0;
    for task in tasks {
        stored += u64::from(task.await.unwrap());
    }
    assert_eq!(stored, 64);
    for person in [&scene.seeker, &scene.first] {
        let places: Vec<_> = events(world, person, 0)
            .await
            .iter()
            .map(|(seq, _)| *seq)
            .collect();
        let count = u64::try_from(places.len()).unwrap();
        assert_eq!(places, (1..=count).collect::<Vec<_>>());
    }
    // Two events of each of four cases, then the messages: heard in order, each once.
    let mut heard = 0;
    while heard < 8 + stored {
        for frame in within(connection.next()).await.unwrap() {
            heard += 1;
            assert_eq!(event(frame).0, heard);
        }
    }
}

async fn a_slow_reader_reads_the_outbox(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let mut connection = world.backend.live().subscribe(&scene.seeker.actor).unwrap();
    connection.start(None, None, None).await.unwrap();
    for _ in 0..130 {
        let request = text(world, &case, &scene.first);
        world
            .backend
            .conversations()
            .send(&scene.first.actor, request)
            .await
            .unwrap();
    }
    let mut heard = 2;
    while heard < 132 {
        for frame in within(connection.next()).await.unwrap() {
            heard += 1;
            assert_eq!(event(frame).0, heard);
        }
    }
}

async fn a_wait_that_is_given_up_loses_nothing(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let mut connection = world.backend.live().subscribe(&scene.seeker.actor).unwrap();
    connection.start(Some(0), None, None).await.unwrap();
    let mut heard = 0;
    for _ in 0..60 {
        let request = text(world, &case, &scene.first);
        world
            .backend
            .conversations()
            .send(&scene.first.actor, request)
            .await
            .unwrap();
        let patience = Duration::from_micros(heard * 20);
        if let Ok(frames) = tokio::time::timeout(patience, connection.next()).await {
            for frame in frames.unwrap() {
                heard += 1;
                assert_eq!(event(frame).0, heard);
            }
        }
    }
    while heard < 62 {
        for frame in within(connection.next()).await.unwrap() {
            heard += 1;
            assert_eq!(event(frame).0, heard);
        }
    }
}

async fn an_older_place_is_reset(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    world
        .backend
        .run_due(world.now().plus(7 * DAY - 1))
        .await
        .unwrap();
    let seeker = &scene.seeker;
    let live = world.backend.live();
    let start = async |after| {
        let mut connection = live.subscribe(&seeker.actor).unwrap();
        connection.start(Some(after), None, None).await.unwrap().1
    };
    assert_eq!(start(0).await, ToClient::Hello { seq: 2 });
    assert_eq!(start(2).await, ToClient::Hello { seq: 2 });
    assert_eq!(
        start(3).await,
        ToClient::Reset { seq: 2 },
        "a place that never was"
    );
    assert_eq!(start(u64::MAX).await, ToClient::Reset { seq: 2 });
    world
        .backend
        .run_due(world.now().plus(7 * DAY + 1))
        .await
        .unwrap();
    assert_eq!(start(0).await, ToClient::Reset { seq: 2 });
    assert_eq!(start(2).await, ToClient::Hello { seq: 2 });
    // Places go on where they were.
    let request = text(world, &case, &scene.first);
    world
        .backend
        .conversations()
        .send(&scene.first.actor, request)
        .await
        .unwrap();
    let told = live.wait(&seeker.actor, seeker.question(Some(2))).await;
    let frames = told.unwrap();
    assert!(matches!(frames[1], ToClient::Event { seq: 3, .. }));
}

async fn a_connection_ends_with_its_session(world: &World) {
    let scene = Scene::new(world).await;
    let mut connection = world.backend.live().subscribe(&scene.seeker.actor).unwrap();
    connection.start(None, None, None).await.unwrap();
    let mut other = world.backend.live().subscribe(&scene.first.actor).unwrap();
    other.start(None, None, None).await.unwrap();
    let accounts = world.backend.accounts();
    accounts
        .sign_out(&scene.seeker.actor, SignOut::default())
        .await
        .unwrap();
    assert_eq!(
        refused(within(connection.next()).await),
        Refusal::NotSignedIn
    );
    let still = tokio::time::timeout(Duration::from_millis(50), other.next()).await;
    assert!(still.is_err(), "somebody else's goes on");
    world.pass(31 * 60_000);
    world.backend.run_due(world.now()).await.unwrap();
    assert_eq!(refused(within(other.next()).await), Refusal::NotSignedIn);
}

async fn nobody_listens_without_a_session(world: &World) {
    let scene = Scene::new(world).await;
    let live = world.backend.live();
    assert_eq!(refused(live.subscribe(&nobody())), Refusal::NotSignedIn);
    let question = scene.seeker.question(None);
    let result = live.wait(&nobody(), question.clone()).await;
    assert_eq!(refused(result), Refusal::NotSignedIn);
    // The cookie is another account's now: its events are not told to this tab.
    let result = live.wait(&scene.first.actor, question).await;
    assert_eq!(refused(result), Refusal::NotSignedIn);
    let mut connection = live.subscribe(&scene.first.actor).unwrap();
    let started = connection.start(None, Some(scene.seeker.account), None);
    assert_eq!(refused(started.await), Refusal::NotSignedIn);
}

async fn another_node_on_the_same_database_hears_of_it(world: &World) {
    if matches!(world.config.database, Database::Sqlite(_)) {
        return;
    }
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let mut config = world.config.clone();
    config.cluster = true;
    let writer = Backend::open(config.clone()).await.unwrap();
    config.wraps = world.place.folder().join("other.sqlite");
    let listener = Backend::open(config).await.unwrap();
    let mut connection = listener.live().subscribe(&scene.seeker.actor).unwrap();
    connection.start(None, None, None).await.unwrap();
    for seq in 3..6 {
        let request = text(world, &case, &scene.first);
        writer
            .conversations()
            .send(&scene.first.actor, request)
            .await
            .unwrap();
        for frame in within(connection.next()).await.unwrap() {
            assert_eq!(event(frame).0, seq);
        }
    }
    writer.close().await;
    listener.close().await;
}

async fn listening(world: &World, person: &Person) -> backend::live::Subscription {
    let mut connection = world.backend.live().subscribe(&person.actor).unwrap();
    connection.start(None, None, None).await.unwrap();
    connection
}

async fn hears_nothing(connection: &mut backend::live::Subscription) -> bool {
    let late = Duration::from_millis(200);
    tokio::time::timeout(late, connection.next()).await.is_err()
}

async fn who_writes_is_told_to_members_who_listen_and_kept_nowhere(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let mut seeker = listening(world, &scene.seeker).await;
    let mut first = listening(world, &scene.first).await;
    let mut second = listening(world, &scene.second).await;
    let before = [
        events(world, &scene.seeker, 0).await,
        events(world, &scene.first, 0).await,
    ];
    first.typing(case.id).await.unwrap();
    let told = ToClient::Typing {
        conversation: case.id,
        account: scene.first.account,
    };
    let heard = within(seeker.next()).await.unwrap();
    assert_eq!(heard, std::slice::from_ref(&told));
    // Too soon; and then again.
    first.typing(case.id).await.unwrap();
    assert!(hears_nothing(&mut seeker).await);
    world.pass(2_000);
    first.typing(case.id).await.unwrap();
    assert_eq!(within(seeker.next()).await.unwrap(), [told]);
    seeker.typing(case.id).await.unwrap();
    let frames = within(first.next()).await.unwrap();
    assert!(
        matches!(frames.as_slice(), [ToClient::Typing { account, .. }] if *account == scene.seeker.account)
    );
    // Neither oneself nor anybody else.
    for connection in [&mut seeker, &mut first, &mut second] {
        assert!(hears_nothing(connection).await);
    }
    // Who comes later hears nothing of it, and no outbox has grown.
    let mut late = listening(world, &scene.seeker).await;
    assert!(hears_nothing(&mut late).await);
    let after = [
        events(world, &scene.seeker, 0).await,
        events(world, &scene.first, 0).await,
    ];
    assert_eq!(after, before);
}

async fn who_does_not_belong_there_is_not_told_to_write(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let waiting = scene.waiting(world).await;
    let mut seeker = listening(world, &scene.seeker).await;
    let mut first = listening(world, &scene.first).await;
    for stranger in [&scene.second, &scene.deputy, &scene.admin, &scene.first] {
        let mut connection = listening(world, stranger).await;
        // The last one reads the enquiry in the inbox, but writes there only once it is accepted.
        let id = if stranger.account == scene.first.account {
            waiting.id
        } else {
            case.id
        };
        connection.typing(id).await.unwrap();
        assert!(hears_nothing(&mut seeker).await);
        assert!(hears_nothing(&mut first).await);
    }
    // A session that has ended says nothing more.
    let unknown = domain::id::ConversationId::from_bytes([9; 16]);
    first.typing(unknown).await.unwrap();
    assert!(hears_nothing(&mut seeker).await);
}
