//! The live channel's twin: what a connection says, in answers to a question that waits. And
//! several tabs of one person.

use std::time::Duration;

use backend::live::Subscription;
use crypto::message::ContentType;
use domain::Refusal;
use domain::account::{SignOut, StaySignedIn};
use domain::conversation::SendMessage;
use domain::id::ChannelId;
use domain::live::{Event, ToClient, WaitLive};
use domain::time::{DAY, MINUTE};

use crate::support::case::Case;
use crate::support::{Person, Scene, World, random, refused};

crate::on_both! {
    both_ways_say_the_same_in_whatever_turns,
    a_question_waits_for_what_happens,
    a_large_answer_comes_in_parts,
    a_question_ends_with_its_session_and_does_not_prolong_it,
    a_newer_channel_of_the_same_tab_takes_the_place,
    with_too_many_tabs_the_last_looks_without_waiting,
    who_types_is_told_by_the_twin_as_well,
}

async fn say(world: &World, case: &Case, by: &Person) {
    let message = case.message(world, by, ContentType::TEXT, b"Hallo");
    let conversations = world.backend.conversations();
    let sent = conversations.send(&by.actor, SendMessage::new(message));
    sent.await.unwrap();
}

async fn ask(world: &World, person: &Person, request: WaitLive) -> Vec<ToClient> {
    let live = world.backend.live();
    let asked = live.wait(&person.actor, request);
    let told = tokio::time::timeout(Duration::from_secs(30), asked).await;
    told.expect("answered in time").unwrap()
}

async fn open(world: &World, person: &Person, after: u64) -> Subscription {
    let mut connection = world.backend.live().subscribe(&person.actor).unwrap();
    let started = connection.start(Some(after), None, None).await.unwrap();
    assert!(started.0, "admitted");
    connection
}

fn note(frames: &[ToClient], heard: &mut Vec<(u64, Event)>) {
    for frame in frames {
        if let ToClient::Event { seq, event } = frame {
            heard.push((*seq, event.clone()));
        }
    }
}

/// One person, now by this way, now by that, each time for a while, while two write: everything,
/// once, in order; the same as a connection hears that was never cut.
async fn both_ways_say_the_same_in_whatever_turns(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let mut whole = open(world, &scene.seeker, 0).await;
    let channel = ChannelId::from_bytes(random());
    let writing = async {
        for round in 0..60_u64 {
            let by = if round % 3 == 0 {
                &scene.seeker
            } else {
                &scene.first
            };
            say(world, &case, by).await;
            tokio::time::sleep(Duration::from_micros(round * 97 % 1_500)).await;
        }
    };
    let total = 2 + 60;
    let hearing = async {
        let mut heard = Vec::new();
        while heard.len() < total {
            let [turn, times] = random::<2>();
            let after = heard.last().map_or(0, |(seq, _)| *seq);
            if turn % 2 == 0 {
                let mut connection = open(world, &scene.seeker, after).await;
                for _ in 0..times % 4 {
                    // Perhaps given up in the middle; perhaps there is nothing more to come.
                    let patience = Duration::from_micros(u64::from(times) * 20);
                    let next = tokio::time::timeout(patience, connection.next()).await;
                    note(
                        &next.unwrap_or_else(|_| Ok(Vec::new())).unwrap(),
                        &mut heard,
                    );
                }
            } else {
                let request = WaitLive {
                    channel,
                    wait: times % 2 == 0,
                    ..scene.seeker.question(Some(after))
                };
                let patience = Duration::from_micros(u64::from(times) * 40);
                let live = world.backend.live();
                let asked = live.wait(&scene.seeker.actor, request);
                // An answer that is lost on the way is given again.
                if let Ok(told) = tokio::time::timeout(patience, asked).await {
                    note(&told.unwrap(), &mut heard);
                }
            }
        }
        heard
    };
    let ((), heard) = tokio::join!(writing, hearing);
    let mut expected = Vec::new();
    while expected.len() < total {
        note(&whole.next().await.unwrap(), &mut expected);
    }
    assert_eq!(heard, expected);
    let places: Vec<_> = heard.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(places, (1..=62).collect::<Vec<_>>());
}

async fn a_question_waits_for_what_happens(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let request = WaitLive {
        wait: true,
        ..scene.seeker.question(Some(2))
    };
    let asked = ask(world, &scene.seeker, request.clone());
    let waiting = tokio::time::timeout(Duration::from_millis(100), asked).await;
    assert!(waiting.is_err(), "nothing has happened");
    let asked = ask(world, &scene.seeker, request);
    let (told, ()) = tokio::join!(asked, async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        say(world, &case, &scene.first).await;
    });
    assert!(matches!(
        told.as_slice(),
        [ToClient::Hello { seq: 2 }, ToClient::Event { seq: 3, .. }]
    ));
    // Without waiting: what was missed, or that nothing was.
    let told = ask(world, &scene.seeker, scene.seeker.question(Some(1))).await;
    let [ToClient::Hello { seq: 3 }, missed @ ..] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(missed.len(), 2);
    for after in [None, Some(3)] {
        let told = ask(world, &scene.seeker, scene.seeker.question(after)).await;
        assert_eq!(told, [ToClient::Hello { seq: 3 }]);
    }
    // A place that is too old, or never was.
    world
        .backend
        .run_due(world.now().plus(7 * DAY + 1))
        .await
        .unwrap();
    for after in [1, 9] {
        let told = ask(world, &scene.second, scene.second.question(Some(after))).await;
        assert_eq!(told, [ToClient::Reset { seq: 2 }], "{after}");
    }
}

async fn a_large_answer_comes_in_parts(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    for _ in 0..60 {
        say(world, &case, &scene.first).await;
    }
    let (mut heard, mut sizes) = (Vec::new(), Vec::new());
    while heard.len() < 62 {
        let after = heard.last().map_or(0, |(seq, _)| *seq);
        let told = ask(world, &scene.seeker, scene.seeker.question(Some(after))).await;
        assert_eq!(told[0], ToClient::Hello { seq: 62 });
        note(&told[1..], &mut heard);
        sizes.push(told.len() - 1);
    }
    assert_eq!(sizes, [25, 25, 12]);
    let places: Vec<_> = heard.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(places, (1..=62).collect::<Vec<_>>());
}

async fn a_question_ends_with_its_session_and_does_not_prolong_it(world: &World) {
    let scene = Scene::new(world).await;
    let accounts = world.backend.accounts();
    let live = world.backend.live();
    let request = WaitLive {
        wait: true,
        ..scene.seeker.question(None)
    };
    let (ended, ()) = tokio::join!(live.wait(&scene.seeker.actor, request), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        accounts
            .sign_out(&scene.seeker.actor, SignOut::default())
            .await
            .unwrap();
    });
    assert_eq!(refused(ended), Refusal::NotSignedIn);
    // Whoever only listens for half an hour is signed out, and whoever does something is not.
    let sessions = world.backend.sessions();
    let resolve = async |person: &Person, uses: bool| {
        let actor = sessions.resolve(Some(person.token.as_str())).await.unwrap();
        if uses {
            accounts
                .stay(&actor, StaySignedIn { idle: 0 })
                .await
                .unwrap();
        }
        live.wait(&actor, person.question(None)).await.is_ok()
    };
    for is_over in [false, false, true] {
        world.pass(11 * MINUTE);
        assert!(resolve(&scene.second, true).await);
        assert_eq!(resolve(&scene.first, false).await, !is_over);
    }
}

async fn is_over(connection: &mut Subscription) -> bool {
    let late = Duration::from_millis(200);
    let next = tokio::time::timeout(late, connection.next()).await;
    next.is_ok_and(|frames| frames.unwrap().is_empty())
}

async fn a_newer_channel_of_the_same_tab_takes_the_place(world: &World) {
    let scene = Scene::new(world).await;
    let seeker = &scene.seeker;
    let live = world.backend.live();
    let tab = ChannelId::from_bytes(random());
    // As a network that breaks again and again leaves them: dead, and not yet noticed.
    let mut dead = Vec::new();
    for _ in 0..7 {
        let mut connection = live.subscribe(&seeker.actor).unwrap();
        let (admitted, _) = connection.start(None, None, Some(tab)).await.unwrap();
        assert!(admitted);
        dead.push(connection);
        if dead.len() > 1 {
            let mut before = dead.remove(0);
            assert!(is_over(&mut before).await);
        }
    }
    // By the other way as well; and a question that waits is answered.
    let question = WaitLive {
        channel: tab,
        wait: true,
        ..seeker.question(None)
    };
    let waits = ask(world, seeker, question.clone());
    let (told, ()) = tokio::join!(waits, async {
        assert!(is_over(&mut dead[0]).await);
        ask(
            world,
            seeker,
            WaitLive {
                wait: false,
                ..question.clone()
            },
        )
        .await;
    });
    assert_eq!(told.len(), 1);
    // Another person's tab that says the same is another one.
    let mut other = live.subscribe(&scene.first.actor).unwrap();
    other.start(None, None, Some(tab)).await.unwrap();
    ask(
        world,
        seeker,
        WaitLive {
            wait: false,
            ..question
        },
    )
    .await;
    assert!(!is_over(&mut other).await);
}

async fn with_too_many_tabs_the_last_looks_without_waiting(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let seeker = &scene.seeker;
    let mut tabs = Vec::new();
    let crowded = loop {
        let mut tab = world.backend.live().subscribe(&seeker.actor).unwrap();
        let channel = ChannelId::from_bytes(random());
        let (admitted, _) = tab.start(None, None, Some(channel)).await.unwrap();
        if !admitted {
            break tab;
        }
        tabs.push(tab);
        assert!(tabs.len() < 200, "no limit");
    };
    drop(crowded);
    say(world, &case, &scene.first).await;
    let request = WaitLive {
        wait: true,
        ..seeker.question(Some(2))
    };
    let told = ask(world, seeker, request.clone()).await;
    assert!(matches!(
        told.as_slice(),
        [
            ToClient::Crowded,
            ToClient::Hello { seq: 3 },
            ToClient::Event { seq: 3, .. }
        ]
    ));
    // The others go on; and as soon as one is closed, there is room.
    let heard = tabs[0].next().await.unwrap();
    assert!(matches!(heard.as_slice(), [ToClient::Event { seq: 3, .. }]));
    tabs.pop();
    let told = ask(world, seeker, request).await;
    assert!(matches!(
        told.as_slice(),
        [ToClient::Hello { .. }, ToClient::Event { .. }]
    ));
}

async fn who_types_is_told_by_the_twin_as_well(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let says = WaitLive {
        typing: Some(case.id),
        ..scene.first.question(None)
    };
    let waits = WaitLive {
        wait: true,
        ..scene.seeker.question(Some(2))
    };
    let (told, ()) = tokio::join!(ask(world, &scene.seeker, waits), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        ask(world, &scene.first, says.clone()).await;
    });
    let typing = ToClient::Typing {
        conversation: case.id,
        account: scene.first.account,
    };
    assert_eq!(told, [ToClient::Hello { seq: 2 }, typing]);
    // Too often is not passed on, while the tab's question before is still there.
    let mut hears = open(world, &scene.seeker, 2).await;
    let waiting = WaitLive {
        wait: true,
        ..says.clone()
    };
    let first = ask(world, &scene.first, waiting);
    let second = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(hears.next().await.unwrap().len(), 1);
        ask(world, &scene.first, says).await;
        let late = Duration::from_millis(200);
        let more = tokio::time::timeout(late, hears.next()).await;
        assert!(more.is_err(), "{more:?}");
    };
    tokio::join!(first, second);
}
