//! The live channel's twin over real sockets: who may ask, what keeps it waiting, what ends it; and more tabs than may
//! listen.

use crate::stage::{Machine, Person, Stage, device, serve, serve_with};
use crate::support::{Platform, ROOMY, Request};
use client::Client;
use client::account;
use client::conversation::Body;
use client::desk::{Connection, Desk, Seeker};
use client::transport::{Answer, Transport, Unreachable};
use domain::Refusal;
use domain::id::{AccountId, ChannelId};
use domain::live::{ToClient, WaitLive};
use domain::wire::{Call, Envelope, Problem};
use std::time::Duration;
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout};

const SEEKER: Person<'static> = Person {
    user_name: "heller-mond52",
    password: "kirsche wolke anker teppich",
    pseudonym: "Heller Mond",
    postcode: "79098",
    text: "Guten Tag.",
};

fn question(account: AccountId, wait: bool) -> WaitLive {
    WaitLive {
        account,
        after: None,
        channel: ChannelId::from_bytes([if wait { 1 } else { 2 }; 16]),
        wait,
        typing: None,
    }
}

fn bytes(request: WaitLive) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(&Envelope { request }, &mut bytes).unwrap();
    bytes
}

async fn ask(client: &Client<Machine>, request: WaitLive) -> Result<Answer, Unreachable> {
    let net = client.transport();
    net.post(WaitLive::PATH, WaitLive::FORM, bytes(request))
        .await
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("not in time: {what}");
}

#[tokio::test]
async fn only_our_own_pages_ask_and_only_with_a_session() {
    let platform = Platform::start().await;
    let body = bytes(question(AccountId::from_bytes([1; 16]), true));
    let call = || Request::call(WaitLive::PATH, WaitLive::FORM.content_type(), &body);
    for request in [
        call().header("origin", "https://evil.example"),
        call().header("origin", "null"),
        call().header("sec-fetch-site", "cross-site"),
    ] {
        assert_eq!(platform.send(&request).await.status, 403, "{request:?}");
    }
    let unknown = "s=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for request in [call(), call().header("cookie", unknown)] {
        let answer = platform.send(&request).await;
        assert_eq!(answer.status, 401);
        let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(problem, Refusal::NotSignedIn.into());
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn a_question_waits_and_ends() {
    LocalSet::new().run_until(ends()).await;
}

async fn ends() {
    let stage = Stage::build().await;
    let running = serve(&stage.scratch.0, None).await;
    let authority = running.local_address().to_string();
    let (session, _) = stage.enquire(&authority, &SEEKER).await;
    let (client, account) = (session.client(), session.account());
    let http = running.http.clone();
    let waits = || http.open_sockets();

    let told = ask(client, question(account, false)).await.unwrap();
    let frames: Vec<ToClient> = ciborium::from_reader(&told.body[..]).unwrap();
    assert!(matches!(frames.as_slice(), [ToClient::Hello { .. }]));
    // Who hangs up is counted out.
    let hung_up = timeout(
        Duration::from_millis(300),
        ask(client, question(account, true)),
    )
    .await;
    assert!(hung_up.is_err(), "it waits");
    until("it is counted out", || waits() == 0).await;

    // The end of the session, and of the server, is told at once.
    let other = device(&authority, stage.platform);
    let password = domain::account::Secretive(SEEKER.password.into());
    let name = domain::account::UserName::parse(SEEKER.user_name).unwrap();
    account::sign_in(&other, &name, password).await.unwrap();
    let asked = ask(client, question(account, true));
    let (answer, ()) = tokio::join!(timeout(Duration::from_secs(5), asked), async {
        until("it is counted", || waits() == 1).await;
        let net = client.transport().again();
        let tab = Client::new(client.world().reloaded(net), stage.platform);
        account::sign_out(&tab).await.unwrap();
    });
    assert_eq!(answer.unwrap().unwrap().status, 401);
    let asked = ask(&other, question(account, true));
    let (answer, ()) = tokio::join!(timeout(Duration::from_secs(5), asked), async {
        until("it is counted", || waits() == 1).await;
        running.stop().await;
    });
    assert_eq!(answer.unwrap().unwrap().status, 503);
}

#[tokio::test]
async fn more_tabs_than_may_listen_share_without_a_fight() {
    LocalSet::new().run_until(tabs()).await;
}

async fn tabs() {
    let stage = Stage::build().await;
    let settings = ROOMY.replace("sockets = 100", "sockets = 1");
    let running = serve_with(&stage.scratch.0, None, &settings).await;
    let authority = running.local_address().to_string();
    let (session, conversation) = stage.enquire(&authority, &SEEKER).await;
    let counsellor = stage.counsellor(&authority).await;
    counsellor.accept(conversation, None).await.unwrap();
    let mut desks = Vec::new();
    for _ in 0..2 {
        let net = session.client().transport().again();
        let client = Client::new(session.client().world().reloaded(net), stage.platform);
        let session = account::resume(&client).await.unwrap().unwrap();
        let desk = Desk::<_, Seeker>::open(session, |_| {});
        tokio::task::spawn_local(desk.clone().run());
        until("it is connected", || {
            matches!(desk.connection(), Connection::Live | Connection::Crowded)
        })
        .await;
        desks.push(desk);
    }
    let [first, second] = &desks[..] else {
        panic!()
    };
    assert_eq!(first.connection(), Connection::Live);
    assert_eq!(second.connection(), Connection::Crowded);
    assert!(second.loaded(), "it works all the same");
    // Both go on, and the second asks only now and then: nobody fights for the place.
    let http = running.http.clone();
    let asked = || http.open_sockets();
    until("the refused socket is closed", || asked() == 1).await;
    for _ in 0..20 {
        sleep(Duration::from_millis(50)).await;
        assert_eq!(first.connection(), Connection::Live);
        assert_eq!(second.connection(), Connection::Crowded);
        assert_eq!(asked(), 1);
    }
    let shows = |desk: &Desk<Machine, Seeker>, text: &str| {
        let items = desk
            .thread(conversation)
            .map_or_else(Vec::new, |thread| thread.items);
        items
            .iter()
            .any(|item| matches!(&item.body, Body::Text(words) if words == text))
    };
    for desk in &desks {
        desk.show(conversation).await.unwrap();
    }
    second.send(conversation, "Aus dem zweiten").unwrap();
    until("it is in the first", || shows(first, "Aus dem zweiten")).await;
    counsellor.send(conversation, "Antwort").unwrap();
    counsellor.flush().await.unwrap();
    until("it is in the first", || shows(first, "Antwort")).await;
    // Looked at, it asks at once; and there is room when the other one is closed.
    second.nudge();
    until("it is in the second", || shows(second, "Antwort")).await;
    first.close();
    until("it is closed", || asked() == 0).await;
    second.nudge();
    until("there is room", || second.connection() == Connection::Live).await;
    running.stop().await;
}
