//! Registration, enquiry, acceptance, talk and sign-out over a real socket; the live channel byte for byte.

use crate::recorder::Recorder;
use crate::stage::{Machine, Person, Stage, serve};
use client::account;
use client::conversation::{Body, Item};
use client::desk::{Desk, Seeker, Side};
use client::inbox::Accepted;
use domain::id::ConversationId;
use domain::live::{ToClient, ToServer};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

const SEEKER: Person<'static> = Person {
    user_name: "stiller-weg31",
    password: "kirsche wolke anker teppich",
    pseudonym: "Stiller Weg",
    postcode: "79098",
    text: "Guten Tag, ich weiß nicht weiter.",
};

type Socket = WebSocketStream<TcpStream>;

async fn open(authority: &str, cookie: &str) -> Socket {
    let mut request = format!("ws://{authority}/live")
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert("origin", format!("http://{authority}").parse().unwrap());
    request
        .headers_mut()
        .insert("cookie", cookie.parse().unwrap());
    let stream = TcpStream::connect(authority).await.unwrap();
    tokio_tungstenite::client_async(request, stream)
        .await
        .unwrap()
        .0
}

async fn resume(socket: &mut Socket, after: Option<u64>) {
    let mut bytes = Vec::new();
    let resume = ToServer::Resume {
        after,
        account: None,
        channel: None,
    };
    ciborium::into_writer(&resume, &mut bytes).unwrap();
    socket.send(Message::Binary(bytes.into())).await.unwrap();
}

async fn next(socket: &mut Socket) -> ToClient {
    loop {
        let message = timeout(Duration::from_secs(10), socket.next())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        if let Message::Binary(bytes) = message {
            assert!(bytes.len() <= domain::live::FRAME_MAX);
            return ciborium::from_reader(&bytes[..]).unwrap();
        }
    }
}

async fn closed(socket: &mut Socket) -> CloseFrame {
    loop {
        let message = timeout(Duration::from_secs(70), socket.next())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        if let Message::Close(frame) = message {
            return frame.unwrap();
        }
    }
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
async fn two_people_talk() {
    LocalSet::new().run_until(talk()).await;
}

async fn talk() {
    let stage = Stage::build().await;
    let recorder = Recorder::bind().await;
    let authority = recorder.authority();
    let running = serve(&stage.scratch.0, Some(&format!("http://{authority}"))).await;
    let traffic = recorder.connect_to(running.local_address());

    let (session, conversation) = stage.enquire(&authority, &SEEKER).await;
    let cookies = traffic.answered("set-cookie");
    let cookie = cookies.last().unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Strict");
    assert_eq!(pair.len(), "s=".len() + 43);

    let counsellor = stage.counsellor(&authority).await;
    let waiting = counsellor.waiting();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        counsellor.accept(conversation, None).await.unwrap(),
        Accepted::Mine
    );
    let seeker = Desk::<_, Seeker>::open(session, |_| {});
    tokio::task::spawn_local(seeker.clone().run());
    tokio::task::spawn_local(counsellor.clone().run());
    for round in 1..=3 {
        counsellor.send(conversation, "Ich bin da.").unwrap();
        until("her words at his", || {
            count(&seeker, conversation, "Ich bin da.") == round
        })
        .await;
        seeker.send(conversation, "Das tut gut.").unwrap();
        until("his words at hers", || {
            count(&counsellor, conversation, "Das tut gut.") == round
        })
        .await;
    }
    assert_eq!(count(&counsellor, conversation, SEEKER.text), 1);
    channel(&authority, pair).await;

    account::sign_out(seeker.session().client()).await.unwrap();
    let gone = "s=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict";
    assert!(
        traffic
            .answered("set-cookie")
            .iter()
            .any(|cookie| cookie == gone)
    );
    assert_eq!(
        traffic.answered("clear-site-data"),
        [r#""cache", "cookies", "storage""#]
    );
    assert!(traffic.answered("content-encoding").is_empty());
    running.stop().await;
}

/// How often a text stands in somebody's view of a conversation.
pub(crate) fn count<S: Side>(
    desk: &Desk<Machine, S>,
    conversation: ConversationId,
    text: &str,
) -> usize {
    let items = desk
        .thread(conversation)
        .map_or_else(Vec::new, |thread| thread.items);
    let same = |item: &&Item| matches!(&item.body, Body::Text(words) if words == text);
    items.iter().filter(same).count()
}

/// What one channel says, at the level of frames.
async fn channel(authority: &str, cookie: &str) {
    let mut first = open(authority, cookie).await;
    resume(&mut first, None).await;
    let ToClient::Hello { seq } = next(&mut first).await else {
        panic!("no hello")
    };
    assert!(seq > 3);

    let mut missed = open(authority, cookie).await;
    resume(&mut missed, Some(seq - 2)).await;
    assert_eq!(next(&mut missed).await, ToClient::Hello { seq });
    for expected in [seq - 1, seq] {
        let ToClient::Event { seq, .. } = next(&mut missed).await else {
            panic!("no event")
        };
        assert_eq!(seq, expected);
    }

    let mut rude = open(authority, cookie).await;
    rude.send(Message::Text("hello".into())).await.unwrap();
    assert_eq!(u16::from(closed(&mut rude).await.code), 1003);
    let mut large = open(authority, cookie).await;
    large
        .send(Message::Binary(vec![0; domain::live::FRAME_MAX + 1].into()))
        .await
        .unwrap();
    let ended = timeout(Duration::from_secs(10), large.next())
        .await
        .unwrap();
    assert!(!matches!(ended, Some(Ok(Message::Binary(_)))));
}

#[tokio::test]
async fn channels_end_with_their_session_and_with_the_server() {
    LocalSet::new().run_until(ends()).await;
}

async fn ends() {
    let stage = Stage::build().await;
    let recorder = Recorder::bind().await;
    let authority = recorder.authority();
    let running = serve(&stage.scratch.0, Some(&format!("http://{authority}"))).await;
    let traffic = recorder.connect_to(running.local_address());
    let cookie = |traffic: &crate::recorder::Traffic| {
        let cookies = traffic.answered("set-cookie");
        cookies
            .last()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    };

    let (session, _) = stage.enquire(&authority, &SEEKER).await;
    let mut his = open(&authority, &cookie(&traffic)).await;
    resume(&mut his, None).await;
    next(&mut his).await;
    let desk = stage.counsellor(&authority).await;
    let mut hers = open(&authority, &cookie(&traffic)).await;
    resume(&mut hers, None).await;
    next(&mut hers).await;
    assert_eq!(running.http.open_sockets(), 2);

    account::sign_out(session.client()).await.unwrap();
    assert_eq!(u16::from(closed(&mut his).await.code), 4401);
    until("the closed channel is counted out", || {
        running.http.open_sockets() == 1
    })
    .await;

    running.stop().await;
    let frame = closed(&mut hers).await;
    assert_eq!(u16::from(frame.code), 1012);
    assert!(frame.reason.parse::<u64>().unwrap() < 10_000);
    drop(desk);
}
