//! Keeping a live channel open: which way, for how long, and what is told of it.

use domain::Refusal;
use domain::account::ResumeSession;
use domain::live::{STILL, ToClient};

use crate::call::call;
use crate::desk::channel::Channel;
use crate::desk::{Connection, Desk, Side};
use crate::error::Error;
use crate::live::{Ended, Way};
use crate::signal::{First, race};
use crate::world::World;

/// Milliseconds until a channel must have said something.
const GREETING: u32 = 8_000;
/// Milliseconds between the end of a session and the cookie of the next, at the most.
const COOKIE: u32 = 700;
/// Milliseconds of silence after which a channel is dead: twice what a living one is silent, and
/// more.
const SILENCE: u32 = 2 * STILL + 10_000;

impl<W: World, S: Side> Desk<W, S> {
    /// Follows the live channel, by whichever way gets through, until the session ends.
    pub(super) async fn follow(&self) {
        let world = self.session().client().world();
        while self.connection() != Connection::SignedOut {
            let way = self.way();
            let before = self.connection();
            let quiet = self.0.route.get().is_trial() && before != Connection::Closed;
            if !quiet {
                self.set_connection(Connection::Connecting);
            }
            let how = self.connected(way).await;
            // The way was good and is left only to try the other one, or the server has just
            // answered: there is nothing to ask.
            let is_well = how == Ended::Crowded
                || (way, how, self.way()) == (Way::Twin, Ended::Broke, Way::Socket);
            if how == Ended::Broke && !is_well {
                self.set_connection(Connection::Connecting);
            }
            let calls = is_well
                || match self.has_ended().await {
                    Ok(true) => {
                        // Another tab may have signed in: its cookie is on the way.
                        world.sleep(COOKIE).await;
                        if self.has_ended().await == Ok(true) {
                            return self.over().await;
                        }
                        true
                    }
                    Ok(false) => true,
                    Err(()) => false,
                };
            let mut route = self.0.route.get();
            let failures = route.ended(way, how, calls, world.now());
            self.0.route.set(route);
            if failures > 0 {
                let milliseconds = self.back_off(failures);
                self.set_connection(Connection::Waiting { milliseconds });
                race(world.sleep(milliseconds), self.0.nudged.heard()).await;
            }
        }
    }

    /// A cookie that is another account's now, by a sign-in in another tab, is no sign that somebody
    /// ended this session.
    async fn over(&self) {
        let transport = self.session().client().transport();
        match call(transport, ResumeSession {}).await {
            Ok(_) => self.run_out(),
            Err(_) => self.end(),
        }
    }

    /// Whether the session is known to have ended, or is another account's now by a sign-in in
    /// another tab; an error if no answer came. The live channel alone cannot say so.
    async fn has_ended(&self) -> Result<bool, ()> {
        let client = self.session().client();
        let asked = call(client.transport(), self.question(None));
        match race(asked, client.world().sleep(GREETING)).await {
            First::Left(Err(Error::Refused(Refusal::NotSignedIn))) => Ok(true),
            First::Left(Ok(_) | Err(Error::Refused(_))) => Ok(false),
            _ => Err(()),
        }
    }

    async fn connected(&self, way: Way) -> Ended {
        match self.follow_one(way).await {
            Ok(never) => match never {},
            Err(ended) => ended,
        }
    }

    async fn follow_one(&self, way: Way) -> Result<std::convert::Infallible, Ended> {
        let world = self.session().client().world();
        self.0.doubted.set(false);
        let mut heard = world.now();
        let after = self.0.state.borrow().cursor;
        let open = race(Channel::open(self, way, after), world.sleep(GREETING)).await;
        let First::Left(Ok(mut live)) = open else {
            return Err(Ended::Mute);
        };
        if !self.0.route.get().is_trial() {
            self.set_connection(Connection::CatchingUp);
        }
        let (mut until, mut limit, mut ended) = (0, GREETING, Ended::Mute);
        let mut opened = false;
        loop {
            // Counted from the last frame, whatever happens here meanwhile.
            let silent = u32::try_from(world.now().since(heard)).unwrap_or(0);
            let left = limit.saturating_sub(silent);
            let nap = self.fading().unwrap_or(left).min(left);
            let meanwhile = race(self.0.says.heard(), world.sleep(nap));
            let frame = match race(live.receive(), meanwhile).await {
                First::Left(frame) => frame.map_err(|_| ended)?,
                First::Right(First::Left(())) if self.0.doubted.take() => return Err(ended),
                First::Right(First::Left(())) => {
                    if let Some((conversation, _)) = self.0.said.get() {
                        live.typing(conversation).await.map_err(|_| ended)?;
                    }
                    continue;
                }
                First::Right(First::Right(())) if nap < left => {
                    self.forget_typists();
                    continue;
                }
                First::Right(First::Right(())) => return Err(ended),
            };
            if frame == ToClient::Crowded {
                return Err(Ended::Crowded);
            }
            ended = Ended::Broke;
            self.take_frame(frame, &mut until)
                .await
                .map_err(|_| ended)?;
            (heard, limit) = (world.now(), SILENCE);
            let caught_up = self
                .0
                .state
                .borrow()
                .cursor
                .is_some_and(|cursor| cursor >= until);
            let now = match live.is_crowded() {
                true => Connection::Crowded,
                false => Connection::Live,
            };
            if caught_up && !opened {
                opened = true;
                let mut route = self.0.route.get();
                route.opened(way);
                self.0.route.set(route);
            }
            // Only the change: an event must not cut short a wait that the server asked for.
            if caught_up && self.connection() != now {
                self.set_connection(now);
                self.0.queued.ring();
            }
        }
    }

    async fn take_frame(&self, frame: ToClient, until: &mut u64) -> Result<(), Error> {
        let cursor = self.0.state.borrow().cursor;
        match frame {
            ToClient::Typing {
                conversation,
                account,
            } => {
                self.hear_typing(conversation, account);
                return Ok(());
            }
            ToClient::Hello { seq } => {
                *until = seq;
                // Asked for "from now on", and what is before is fetched; or a server that knows
                // less than it told us before was set back.
                if cursor.is_none_or(|cursor| cursor > seq) {
                    self.refresh().await?;
                    self.0.state.borrow_mut().cursor = Some(seq);
                }
            }
            ToClient::Reset { seq } => {
                *until = seq;
                self.refresh().await?;
                self.0.state.borrow_mut().cursor = Some(seq);
            }
            ToClient::Event { seq, event } => self.take_event(seq, event)?,
            ToClient::Crowded => {}
            // A newer server speaks: see `Desk::outdated`.
            ToClient::Unknown => self.0.outdated.set(true),
        }
        self.fulfil().await
    }
}
