//! A live channel, by a WebSocket or by its twin: both give the same frames.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;

use domain::id::ConversationId;
use domain::live::{STILL, ToClient, ToServer, WaitLive};

use crate::call::call;
use crate::desk::{Desk, Side};
use crate::error::Error;
use crate::form::{from_cbor, to_cbor};
use crate::live::Way;
use crate::signal::race;
use crate::transport::{LiveConnection as _, Transport};
use crate::world::World;

/// Milliseconds between an answer that told something and the next question: less often than a
/// session may call, however much happens.
const BETWEEN: u32 = 200;

/// An open channel.
pub(super) enum Channel<W: World, S: Side> {
    Socket(<W::Transport as Transport>::Live),
    Twin(Twin<W, S>),
}

/// The twin: asks, and asks again after each answer.
pub(super) struct Twin<W: World, S: Side> {
    desk: Desk<W, S>,
    /// The last place that was given out: where to go on, whatever was lost on the way.
    after: Option<u64>,
    /// Whether the next question waits for something to happen: the first does not.
    wait: bool,
    /// Milliseconds until the next question.
    pause: u32,
    crowded: bool,
    told: VecDeque<ToClient>,
    /// Goes on while something else is waited for.
    asked: Option<Asked>,
}

type Asked = Pin<Box<dyn Future<Output = Result<Vec<ToClient>, Error>>>>;

impl<W: World, S: Side> Channel<W, S> {
    /// Opens one: everything after `after` is wanted.
    pub(super) async fn open(
        desk: &Desk<W, S>,
        way: Way,
        after: Option<u64>,
    ) -> Result<Self, Error> {
        if way == Way::Twin {
            return Ok(Self::Twin(Twin {
                desk: desk.clone(),
                after,
                wait: false,
                pause: 0,
                crowded: false,
                told: VecDeque::new(),
                asked: None,
            }));
        }
        let mut live = desk.session().client().transport().connect().await?;
        let resume = ToServer::Resume {
            after,
            account: Some(desk.session().account()),
            channel: Some(desk.0.channel),
        };
        live.send(to_cbor(&resume)?).await?;
        Ok(Self::Socket(live))
    }

    /// Whether the server does not hold this channel, because of too many others.
    pub(super) const fn is_crowded(&self) -> bool {
        matches!(self, Self::Twin(Twin { crowded: true, .. }))
    }

    /// The person is writing here.
    pub(super) async fn typing(&mut self, conversation: ConversationId) -> Result<(), Error> {
        match self {
            Self::Socket(live) => {
                let frame = to_cbor(&ToServer::Typing { conversation })?;
                Ok(live.send(frame).await?)
            }
            Self::Twin(twin) => {
                // Instead of the question that waits; nothing of its answer is missed.
                twin.ask(Some(conversation));
                Ok(())
            }
        }
    }

    /// The next frame. May be dropped while waiting without losing anything.
    pub(super) async fn receive(&mut self) -> Result<ToClient, Error> {
        match self {
            Self::Socket(live) => from_cbor(&live.receive().await?),
            Self::Twin(twin) => twin.receive().await,
        }
    }
}

impl<W: World, S: Side> Twin<W, S> {
    async fn receive(&mut self) -> Result<ToClient, Error> {
        loop {
            if let Some(frame) = self.told.pop_front() {
                match &frame {
                    ToClient::Hello { seq } if self.after.is_none() => self.after = Some(*seq),
                    ToClient::Reset { seq } | ToClient::Event { seq, .. } => {
                        self.after = Some(*seq)
                    }
                    _ => {}
                }
                return Ok(frame);
            }
            if self.asked.is_none() {
                // Time to try a socket again.
                if self.desk.way() == Way::Socket {
                    return Err(Error::Unreachable);
                }
                self.ask(None);
            }
            let Some(asked) = &mut self.asked else {
                continue;
            };
            let told = asked.as_mut().await;
            self.asked = None;
            self.take(told?);
        }
    }

    fn take(&mut self, told: Vec<ToClient>) {
        self.told = told.into();
        self.crowded = self.told.front() == Some(&ToClient::Crowded);
        if self.crowded {
            self.told.pop_front();
        }
        // Once there is room it is to be known at once.
        self.wait = !self.crowded;
        self.pause = match self.told.len() {
            _ if self.crowded => STILL,
            0 | 1 => 0,
            _ => BETWEEN,
        };
    }

    fn ask(&mut self, typing: Option<ConversationId>) {
        let request = WaitLive {
            wait: self.wait,
            typing,
            ..self.desk.question(self.after)
        };
        let pause = if typing.is_some() { 0 } else { self.pause };
        let desk = self.desk.clone();
        self.asked = Some(Box::pin(async move {
            let client = desk.session().client();
            if pause > 0 {
                race(client.world().sleep(pause), desk.0.nudged.heard()).await;
            }
            call(client.transport(), request).await
        }));
    }
}
