//! Limits by address and by session, as they are met over HTTP.

use crate::recorder::Recorder;
use crate::stage::{Person, Stage, serve_with};
use crate::support::{Answer, Platform, Request};
use client::conversation::{Body, Delivery, Item};
use client::desk::{Desk, Seeker};
use client::transport::Transport as _;
use domain::Refusal;
use domain::conversation::ListConversations;
use domain::keys::OpenTab;
use domain::wire::{Call, Envelope, Form, Problem};
use tokio::task::LocalSet;

const BEHIND_PROXY: &str = "client_address = 'X-Forwarded-For'\n[limits]\ntab = '2/h'\nwork = 4\n";

fn open_tab() -> Request {
    let mut body = Vec::new();
    let envelope = Envelope {
        request: OpenTab::default(),
    };
    ciborium::into_writer(&envelope, &mut body).unwrap();
    Request::call(OpenTab::PATH, Form::Cbor.content_type(), &body)
}

fn problem(answer: &Answer) -> Problem {
    serde_json::from_slice(&answer.body).unwrap()
}

async fn from(platform: &Platform, forwarded: &str) -> u16 {
    let request = open_tab().header("x-forwarded-for", forwarded);
    platform.send(&request).await.status
}

#[tokio::test]
async fn the_proxys_word_counts_and_nothing_that_a_visitor_writes() {
    let platform = Platform::start_with(None, BEHIND_PROXY).await;
    assert_eq!(from(&platform, "192.0.2.7").await, 200);
    assert_eq!(from(&platform, "203.0.113.1, 192.0.2.7").await, 200);
    assert_eq!(from(&platform, "203.0.113.2, 192.0.2.7").await, 428);
    assert_eq!(from(&platform, "192.0.2.8").await, 200, "another address");
    assert_eq!(from(&platform, "2001:db8:1:2::1").await, 200);
    assert_eq!(from(&platform, "2001:db8:1:2::2").await, 200);
    assert_eq!(
        from(&platform, "2001:db8:1:2::3").await,
        428,
        "one household"
    );
    let answer = platform.send(&open_tab()).await;
    assert_eq!(answer.status, 428, "an address not known costs work");
    let Problem::Refused {
        refusal: Refusal::WorkNeeded { challenge },
    } = problem(&answer)
    else {
        panic!("{}", answer.text())
    };
    assert_eq!(challenge.as_slice().len(), 63);
}

#[tokio::test]
async fn without_a_header_the_connection_counts_unless_a_proxy_is_there() {
    let alone = "[limits]\ntab = '2/h'\nwork = 4\n";
    let platform = Platform::start_with(None, alone).await;
    assert_eq!(from(&platform, "192.0.2.7").await, 200);
    assert_eq!(from(&platform, "192.0.2.8").await, 200);
    assert_eq!(
        from(&platform, "192.0.2.9").await,
        428,
        "all come from here"
    );
    let behind = Platform::start_with(Some("https://beratung.example"), alone).await;
    assert_eq!(
        from(&behind, "192.0.2.7").await,
        428,
        "nobody says who it is"
    );
}

#[tokio::test]
async fn reports_beyond_the_limit_are_not_counted() {
    let platform = Platform::start_with(None, "[limits]\nreports = '2/min'\n").await;
    let report = br#"[{"type":"csp-violation","body":{"effectiveDirective":"img-src"}}]"#;
    for _ in 0..5 {
        let request = Request::call("report", "application/reports+json", report);
        assert_eq!(platform.send(&request).await.status, 204);
    }
    assert_eq!(platform.running.http.reports.all(), [("img-src", 2)]);
}

const SEEKER: Person<'static> = Person {
    user_name: "stiller-weg31",
    password: "kirsche wolke anker teppich",
    pseudonym: "Stiller Weg",
    postcode: "79098",
    text: "Guten Tag, ich weiß nicht weiter.",
};

#[tokio::test]
async fn a_session_that_calls_too_often_is_told_when_to_come_back() {
    LocalSet::new().run_until(too_often()).await;
}

async fn too_often() {
    let stage = Stage::build().await;
    let recorder = Recorder::bind().await;
    let authority = recorder.authority();
    let settings = "[limits]\napi = '30/min'\nsockets = 2\nwork = 4\n";
    let public = format!("http://{authority}");
    let running = serve_with(&stage.scratch.0, Some(&public), settings).await;
    let traffic = recorder.connect_to(running.local_address());
    let (session, _) = stage.enquire(&authority, &SEEKER).await;
    let net = session.client().world().net();

    // Two may listen; as many again may be open that have not said yet which tab they are.
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(net.connect().await.unwrap());
    }
    assert!(net.connect().await.is_err(), "a fifth channel");
    assert_eq!(traffic.answered("retry-after"), ["20"]);
    drop(open);

    let mut body = Vec::new();
    let request = ListConversations {};
    ciborium::into_writer(&Envelope { request }, &mut body).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..40 {
        let path = ListConversations::PATH;
        let answer = net.post(path, Form::Cbor, body.clone()).await.unwrap();
        statuses.push(answer.status);
    }
    assert_eq!(statuses.first(), Some(&200));
    assert_eq!(statuses.last(), Some(&429));
    let waits = traffic.answered("retry-after");
    let calls = waits
        .iter()
        .filter(|wait| ["1", "2"].contains(&wait.as_str()));
    assert!(calls.count() > 1, "one more every two seconds: {waits:?}");
    running.stop().await;
}

#[tokio::test]
async fn who_writes_faster_than_allowed_is_only_slower() {
    LocalSet::new().run_until(too_fast()).await;
}

async fn too_fast() {
    let stage = Stage::build().await;
    let settings = "[limits]\nmessages = '2/s'\nwork = 4\n";
    let running = serve_with(&stage.scratch.0, None, settings).await;
    let authority = running.local_address().to_string();
    let (session, conversation) = stage.enquire(&authority, &SEEKER).await;
    let desk = Desk::<_, Seeker>::open(session, |_| {});
    desk.refresh().await.unwrap();
    desk.show(conversation).await.unwrap();
    let texts: Vec<String> = (1..=6).map(|number| format!("Satz {number}")).collect();
    for text in &texts {
        desk.send(conversation, text).unwrap();
    }
    tokio::task::spawn_local(desk.clone().run());
    let sent = || {
        let items = desk.thread(conversation).unwrap().items;
        let sent = items
            .into_iter()
            .filter(|item| item.delivery == Delivery::Sent);
        let text = |item: Item| match item.body {
            Body::Text(text) if text != SEEKER.text => Some(text),
            _ => None,
        };
        sent.filter_map(text).collect::<Vec<_>>()
    };
    for _ in 0..400 {
        if sent().len() == texts.len() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(sent(), texts);
    running.stop().await;
}
