//! The live channel: a durable outbox per recipient, and a hub that wakes.

pub(crate) mod cluster;
pub(crate) mod hub;

use std::sync::Arc;

use domain::Refusal;
use domain::id::AccountId;
use domain::live::ToClient;
use domain::policy::{Action, Object};
use domain::time::DAY;

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;
use crate::store::Store;
use crate::store::live as outbox;
use hub::Listener;

/// How long events are kept, in milliseconds.
pub const KEPT: i64 = 7 * DAY;

/// The most events read at once: with messages of the largest size about 3 MB.
const READ_MAX: u16 = 100;

/// Seconds until it makes sense to open another channel: a dead one is noticed after about a minute.
const CHANNEL_RETRY: u32 = 20;

/// The live channel.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a>(pub(crate) &'a Inner);

impl Live<'_> {
    /// Listens for the actor.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`]; [`Refusal::TooMany`] if the session has as many channels as it may.
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
            cursor: 0,
            must_read: true,
        })
    }

    /// One look, for long polling: `Hello` or `Reset`, then at most `limit` events after `after`.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub async fn read_after(
        &self,
        actor: &Actor,
        after: Option<u64>,
        limit: u16,
    ) -> Result<Vec<ToClient>, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let account = actor.account()?;
        let (hello, cursor) = greet(&self.0.store, account, after).await?;
        let mut frames = vec![hello];
        frames.extend(read(&self.0.store, account, cursor, limit.min(READ_MAX)).await?);
        Ok(frames)
    }
}

/// One connection's view of the outbox.
#[derive(Debug)]
pub struct Subscription {
    listener: Arc<Listener>,
    store: Store,
    cursor: u64,
    /// The outbox must be read: kept here, so that a wait that is given up loses nothing.
    must_read: bool,
}

impl Subscription {
    /// Sets the place from which on events are wanted; gives `Hello` or `Reset`, to be sent first.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn start(&mut self, after: Option<u64>) -> Result<ToClient, Error> {
        let (hello, cursor) = greet(&self.store, self.listener.account(), after).await?;
        self.cursor = cursor;
        self.must_read = true;
        Ok(hello)
    }

    /// Waits for what comes next: at least one frame, in order, without gap. May be dropped while
    /// waiting (`select!`) without losing anything.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`] once the session has ended: close the connection.
    pub async fn next(&mut self) -> Result<Vec<ToClient>, Error> {
        loop {
            match self.take()? {
                Some(frames) if !frames.is_empty() => return Ok(frames),
                Some(_) => self.listener.woken().await,
                None => {
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
