//! The live channel: a durable outbox per recipient, and a hub that wakes.

pub(crate) mod cluster;
pub(crate) mod hub;

use std::sync::Arc;
use std::time::Duration;

use domain::Refusal;
use domain::id::{AccountId, ChannelId, ConversationId};
use domain::live::{STILL, ToClient, WaitLive};
use domain::policy::{Action, Object};
use domain::time::{DAY, SECOND, Timestamp};

use crate::Inner;
use crate::actor::Actor;
use crate::config::Clock;
use crate::conversation::{own, persons};
use crate::error::Error;
use crate::store::live as outbox;
use crate::store::{Store, account};
use hub::{Hub, Listener};

/// How long events are kept, in milliseconds.
pub const KEPT: i64 = 7 * DAY;

/// The most events read at once: with messages of the largest size about 3 MB.
const READ_MAX: u16 = 100;

/// The most frames of one answer to [`WaitLive`] after the first: with messages of the largest
/// size about 800 kB, so that a weak network need not carry everything at once.
const WAIT_MAX: usize = 25;

/// Seconds until it makes sense to open another channel: a dead one is noticed after about a minute.
const CHANNEL_RETRY: u32 = 20;

/// The shortest time between two words that one connection's person is writing, in milliseconds.
const TYPING_BETWEEN: i64 = 2 * SECOND;

/// The live channel.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a>(pub(crate) &'a Inner);

impl Live<'_> {
    /// Listens for the actor; what it hears begins with [`Subscription::start`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`]; [`Refusal::TooMany`] if the session has twice as many channels
    /// open as may listen.
    pub fn subscribe(&self, actor: &Actor) -> Result<Subscription, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let most = self.0.limits.sockets();
        let listener = self.0.hub.listen(actor.account()?, actor.session()?, most);
        let listener = listener.ok_or(Refusal::TooMany {
            retry_after: CHANNEL_RETRY,
        })?;
        Ok(Subscription {
            listener,
            store: self.0.store.clone(),
            hub: Arc::clone(&self.0.hub),
            clock: Arc::clone(&self.0.clock),
            actor: actor.clone(),
            most,
            cursor: 0,
            must_read: true,
        })
    }

    /// Answers [`WaitLive`]: what a subscription says, until something was said. What does not fit
    /// into one answer comes with the next.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`], also once the session ends meanwhile; [`Refusal::TooMany`] as
    /// [`Live::subscribe`].
    pub async fn wait(&self, actor: &Actor, request: WaitLive) -> Result<Vec<ToClient>, Error> {
        let mut subscription = self.subscribe(actor)?;
        let (admitted, greeting) = subscription
            .start(request.after, Some(request.account), Some(request.channel))
            .await?;
        if let Some(conversation) = request.typing {
            subscription.typing(conversation).await?;
        }
        let mut frames = Vec::new();
        if !admitted {
            frames.push(ToClient::Crowded);
        }
        let is_behind = matches!(greeting, ToClient::Hello { seq } if subscription.cursor < seq);
        frames.push(greeting);
        let patience = if is_behind || (admitted && request.wait) {
            Duration::from_millis(STILL.into())
        } else {
            Duration::ZERO
        };
        // Time that runs out is no failure: the answer says that all is well.
        if let Ok(next) = tokio::time::timeout(patience, subscription.next()).await {
            frames.extend(next?.into_iter().take(WAIT_MAX));
        }
        Ok(frames)
    }
}

/// One connection's view of the outbox.
#[derive(Debug)]
pub struct Subscription {
    listener: Arc<Listener>,
    store: Store,
    hub: Arc<Hub>,
    clock: Arc<dyn Clock>,
    actor: Actor,
    /// How many of the session's connections may listen.
    most: u32,
    cursor: u64,
    /// The outbox must be read: kept here, so that a wait that is given up loses nothing.
    must_read: bool,
}

impl Subscription {
    /// Sets the place from which on events are wanted, whose, and the tab that wants them; an
    /// older connection of the same tab ends. Tells whether this one may listen (otherwise as many
    /// as may do so already), and gives `Hello` or `Reset`, to be sent first.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`] if they are not the actor's.
    pub async fn start(
        &mut self,
        after: Option<u64>,
        account: Option<AccountId>,
        channel: Option<ChannelId>,
    ) -> Result<(bool, ToClient), Error> {
        if account.is_some_and(|account| account != self.listener.account()) {
            return Err(Refusal::NotSignedIn.into());
        }
        let admitted = self.hub.admit(&self.listener, channel, self.most);
        let (hello, cursor) = greet(&self.store, self.listener.account(), after).await?;
        self.cursor = cursor;
        self.must_read = true;
        Ok((admitted, hello))
    }

    /// What to say while nothing happens.
    #[must_use]
    pub const fn still(&self) -> ToClient {
        ToClient::Hello { seq: self.cursor }
    }

    /// Waits for what comes next: at least one frame, in order, without gap; none if a newer
    /// connection of the same tab is here: close this one. May be dropped while waiting
    /// (`select!`) without losing anything.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`] once the session has ended: close the connection.
    pub async fn next(&mut self) -> Result<Vec<ToClient>, Error> {
        loop {
            if self.listener.inbound().replaced {
                return Ok(Vec::new());
            }
            let typing = std::mem::take(&mut self.listener.inbound().typing);
            if !typing.is_empty() {
                let frame = |(conversation, account)| ToClient::Typing {
                    conversation,
                    account,
                };
                return Ok(typing.into_iter().map(frame).collect());
            }
            match self.take()? {
                Some(frames) if !frames.is_empty() => return Ok(frames),
                Some(_) => self.listener.woken().await,
                None => {
                    self.doubt().await?;
                    let account = self.listener.account();
                    let frames = read(&self.store, account, self.cursor, READ_MAX).await?;
                    self.must_read = frames.len() == usize::from(READ_MAX);
                    self.advance(&frames);
                    if !frames.is_empty() {
                        return Ok(frames);
                    }
                }
            }
        }
    }

    /// The actor is writing: told to the other members of the newest epoch who listen on this node
    /// now, if the actor may write there. Whether it was told the actor does not learn.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn typing(&mut self, conversation: ConversationId) -> Result<(), Error> {
        let now = self.clock.now();
        let often = |typed: Timestamp| (0..TYPING_BETWEEN).contains(&now.since(typed));
        {
            let mut inbound = self.listener.inbound();
            if inbound.typed.is_some_and(often) {
                return Ok(());
            }
            inbound.typed = Some(now);
        }
        let db = self.store.read();
        let allowed = own(db, &self.actor, Action::WriteConversation, conversation).await;
        let members = match allowed {
            Ok((_, members)) => members,
            Err(Error::Refused(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let who = self.listener.account();
        for (account, _) in persons(&members).filter(|(account, _)| *account != who) {
            self.hub.typing(account, conversation, who);
        }
        Ok(())
    }

    /// Another node may have ended the session while nothing was heard of it.
    async fn doubt(&self) -> Result<(), Error> {
        if !self.listener.inbound().doubted {
            return Ok(());
        }
        let found = account::find_session(self.store.read(), self.listener.session()).await?;
        let mut inbound = self.listener.inbound();
        inbound.doubted = false;
        inbound.ended |= found.is_none();
        if inbound.ended {
            return Err(Refusal::NotSignedIn.into());
        }
        Ok(())
    }

    /// What lies ready; `None` if the outbox must be read.
    fn take(&mut self) -> Result<Option<Vec<ToClient>>, Error> {
        let mut inbound = self.listener.inbound();
        if inbound.ended {
            return Err(Refusal::NotSignedIn.into());
        }
        let mut events = Vec::from(std::mem::take(&mut inbound.events));
        // Writes of several tasks may arrive here in another order than they were committed in.
        events.sort_by_key(|(seq, _)| *seq);
        events.retain(|(seq, _)| *seq > self.cursor);
        let without_gap = events
            .iter()
            .zip(self.cursor + 1..)
            .all(|((seq, _), expected)| *seq == expected);
        self.must_read |= std::mem::take(&mut inbound.behind) || !without_gap;
        drop(inbound);
        if self.must_read {
            return Ok(None);
        }
        let frames = events
            .into_iter()
            .map(|(seq, body)| frame(seq, &body))
            .collect::<Result<Vec<_>, Error>>()?;
        self.advance(&frames);
        Ok(Some(frames))
    }

    fn advance(&mut self, frames: &[ToClient]) {
        if let Some(ToClient::Event { seq, .. }) = frames.last() {
            self.cursor = *seq;
        }
    }
}

/// The first frame, and the place from which to go on.
async fn greet(
    store: &Store,
    account: AccountId,
    after: Option<u64>,
) -> Result<(ToClient, u64), Error> {
    let newest = outbox::newest(store.read(), account).await?;
    let Some(after) = after else {
        return Ok((ToClient::Hello { seq: newest }, newest));
    };
    let has_all = match outbox::oldest(store.read(), account).await? {
        Some(oldest) => after.saturating_add(1) >= oldest && after <= newest,
        None => after == newest,
    };
    if has_all {
        Ok((ToClient::Hello { seq: newest }, after))
    } else {
        Ok((ToClient::Reset { seq: newest }, newest))
    }
}

async fn read(
    store: &Store,
    account: AccountId,
    after: u64,
    limit: u16,
) -> Result<Vec<ToClient>, Error> {
    outbox::after(store.read(), account, after, limit)
        .await?
        .into_iter()
        .map(|(seq, body)| frame(seq, &body))
        .collect()
}

fn frame(seq: u64, body: &[u8]) -> Result<ToClient, Error> {
    let event = outbox::decode(body)?;
    Ok(ToClient::Event { seq, event })
}
