//! One open channel: `Resume` from the client, then everything it missed, then what happens.

use super::{Counted, stopped};
use crate::http::Http;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use backend::live::Subscription;
use domain::live::{FRAME_MAX, STILL, ToClient, ToServer};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

/// How long the first frame may take.
const GREETING: Duration = Duration::from_secs(10);
/// How often a silent connection is tried.
const PING: Duration = Duration::from_millis(STILL as u64);
/// How long nothing at all may come back.
const SILENCE: Duration = Duration::from_secs(65);
/// How long one frame may take to leave: a slower reader is cut off, and resumes.
const SLOW: Duration = Duration::from_secs(10);
/// When the server stops, clients come back spread over this time.
const RETURN: Duration = Duration::from_secs(10);

/// Close codes of our own (RFC 6455, 7.4.2). The reason is a number of milliseconds to wait before coming back.
mod code {
    /// The session has ended: sign in again.
    pub(super) const SESSION_ENDED: u16 = 4401;
    /// As many tabs as may listen do so already.
    pub(super) const CROWDED: u16 = 4429;
}

/// Why a channel ends.
enum End {
    /// The other side is gone, too slow or too silent.
    Gone,
    /// It sent what is no frame of ours.
    Malformed,
    /// The session ended elsewhere.
    SessionEnded,
    /// As many of the session's channels as may listen do so already.
    Crowded,
    /// Something broke here; logged.
    Broken,
    /// The server stops.
    Stopping,
}

/// Runs a channel to its end.
pub(super) async fn run(http: Http, socket: WebSocket, subscription: Subscription) {
    let counted = Counted::new(http);
    let http = counted.http();
    let (mut sink, stream) = socket.split();
    let end = match talk(http, &mut sink, stream, subscription).await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    if let Some(frame) = farewell(http, &end) {
        timeout(SLOW, sink.send(Message::Close(Some(frame))))
            .await
            .ok();
    }
}

type Sink = SplitSink<WebSocket, Message>;
type Stream = SplitStream<WebSocket>;

async fn talk(
    http: &Http,
    sink: &mut Sink,
    mut stream: Stream,
    mut subscription: Subscription,
) -> Result<std::convert::Infallible, End> {
    let mut stopping = http.stopping.clone();
    let greeting = timeout(GREETING, first_frame(&mut stream))
        .await
        .map_err(|_| End::Gone)?;
    let ToServer::Resume {
        after,
        account,
        channel,
    } = greeting?
    else {
        return Err(End::Malformed);
    };
    let started = subscription.start(after, account, channel).await;
    let (admitted, hello) = started.map_err(end_of)?;
    if !admitted {
        send(sink, &ToClient::Crowded).await?;
        return Err(End::Crowded);
    }
    send(sink, &hello).await?;

    let mut ping = interval_at(Instant::now() + PING, PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            frames = subscription.next() => {
                let frames = frames.map_err(end_of)?;
                // A newer channel of the same tab: nobody reads here any more.
                if frames.is_empty() {
                    return Err(End::Gone);
                }
                for frame in frames {
                    send(sink, &frame).await?;
                }
            }
            message = stream.next() => match message {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => heard = Instant::now(),
                Some(Ok(Message::Binary(bytes))) => match decode(&bytes)? {
                    ToServer::Typing { conversation } => {
                        subscription.typing(conversation).await.map_err(end_of)?;
                    }
                    ToServer::Resume { .. } => return Err(End::Malformed),
                },
                Some(Ok(Message::Text(_))) => return Err(End::Malformed),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
            },
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    return Err(End::Gone);
                }
                // A page cannot see pings.
                if channel.is_some() {
                    send(sink, &subscription.still()).await?;
                }
                deliver(sink, Message::Ping(Default::default())).await?;
            }
            () = stopped(&mut stopping) => return Err(End::Stopping),
        }
    }
}

async fn first_frame(stream: &mut Stream) -> Result<ToServer, End> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Binary(bytes))) => {
                return decode(&bytes);
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Text(_))) => return Err(End::Malformed),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
        }
    }
}

fn decode(bytes: &[u8]) -> Result<ToServer, End> {
    ciborium::from_reader(bytes).map_err(|_| End::Malformed)
}

async fn send(sink: &mut Sink, frame: &ToClient) -> Result<(), End> {
    let mut bytes = Vec::new();
    if ciborium::into_writer(frame, &mut bytes).is_err() || bytes.len() > FRAME_MAX {
        tracing::error!(size = bytes.len(), "an event does not fit into a frame");
        return Err(End::Broken);
    }
    deliver(sink, Message::Binary(bytes.into())).await
}

async fn deliver(sink: &mut Sink, message: Message) -> Result<(), End> {
    match timeout(SLOW, sink.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}

fn end_of(error: backend::Error) -> End {
    match error {
        backend::Error::Refused(_) => End::SessionEnded,
        backend::Error::Internal { during, .. } => {
            tracing::error!(during, "a live channel broke");
            End::Broken
        }
    }
}

fn farewell(http: &Http, end: &End) -> Option<CloseFrame> {
    let wait = |within: Duration| {
        http.random_below(u64::try_from(within.as_millis()).unwrap_or(u64::MAX))
            .to_string()
    };
    let (code, reason) = match end {
        End::Gone => return None,
        End::Malformed => (close_code::UNSUPPORTED, String::new()),
        End::SessionEnded => (code::SESSION_ENDED, String::new()),
        End::Crowded => (code::CROWDED, String::new()),
        End::Broken => (close_code::ERROR, wait(RETURN)),
        End::Stopping => (close_code::RESTART, wait(RETURN)),
    };
    Some(CloseFrame {
        code,
        reason: reason.into(),
    })
}
