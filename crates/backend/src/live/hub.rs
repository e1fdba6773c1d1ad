//! Wakes connections of this process. Holds no truth: that is the outbox's.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use domain::id::{AccountId, ChannelId, ConversationId};
use domain::time::Timestamp;
use tokio::sync::Notify;

use crate::actor::SessionId;
use crate::store::tx::Delivery;

/// Events that wait for a connection before it has to read the outbox instead.
const QUEUE_MAX: usize = 32;

/// How many times as many connections as may listen a session can have open: those that have not
/// said yet which tab they are.
const ROOM: u32 = 2;

/// Writing people that a connection has not been told yet; more are not told.
const TYPING_MAX: usize = 32;

/// All connections of this process, by account.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    listeners: Mutex<HashMap<AccountId, Vec<Weak<Listener>>>>,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Listener {
    account: AccountId,
    session: SessionId,
    state: Mutex<Inbound>,
    wake: Notify,
}

/// What a connection has been told and has not taken.
#[derive(Debug, Default)]
pub(crate) struct Inbound {
    /// Events with their places, in order of arrival.
    pub(crate) events: VecDeque<(u64, Arc<[u8]>)>,
    /// There may be more in the outbox than in `events`.
    pub(crate) behind: bool,
    /// Who is writing where. No place, no order, nothing to make up for.
    pub(crate) typing: Vec<(ConversationId, AccountId)>,
    /// The session has ended.
    pub(crate) ended: bool,
    /// A newer connection of the same tab is here.
    pub(crate) replaced: bool,
    /// When the person was said to be writing last.
    pub(crate) typed: Option<Timestamp>,
    /// Whether it listens, and counts.
    admitted: bool,
    /// Which tab, if it said so.
    channel: Option<ChannelId>,
    /// The session may have ended without a word.
    pub(crate) doubted: bool,
}

impl Hub {
    /// A new connection, to be admitted, unless the session has twice as many as may listen. It is
    /// forgotten when dropped.
    pub(crate) fn listen(
        &self,
        account: AccountId,
        session: SessionId,
        most: u32,
    ) -> Option<Arc<Listener>> {
        let listener = Arc::new(Listener {
            account,
            session,
            state: Mutex::default(),
            wake: Notify::new(),
        });
        let mut all = lock(&self.listeners);
        let of_account = all.entry(account).or_default();
        of_account.retain(|other| other.strong_count() > 0);
        let open = of_account.iter().filter_map(Weak::upgrade);
        let same = open.filter(|other| other.session == session).count();
        if u32::try_from(same).is_ok_and(|same| same < most.saturating_mul(ROOM)) {
            of_account.push(Arc::downgrade(&listener));
            Some(listener)
        } else {
            None
        }
    }

    /// Lets a connection listen, unless `most` of the session do. An older one of the same tab
    /// ends and does not count: it may have died unnoticed.
    pub(crate) fn admit(
        &self,
        listener: &Arc<Listener>,
        channel: Option<ChannelId>,
        most: u32,
    ) -> bool {
        let all = lock(&self.listeners);
        let of_account = all.get(&listener.account).into_iter().flatten();
        let mut listening = 0;
        let mut typed = None;
        for other in of_account.filter_map(Weak::upgrade) {
            if other.session != listener.session || Arc::ptr_eq(&other, listener) {
                continue;
            }
            let mut state = lock(&other.state);
            if channel.is_some() && state.channel == channel {
                state.replaced = true;
                state.admitted = false;
                typed = typed.max(state.typed);
                drop(state);
                other.wake.notify_one();
            } else {
                listening += u32::from(state.admitted);
            }
        }
        let mut state = lock(&listener.state);
        state.channel = channel;
        state.typed = typed;
        state.admitted = listening < most;
        state.admitted
    }

    /// Passes on what a commit has made true.
    pub(crate) fn deliver(&self, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            for listener in self.of(delivery.recipient()) {
                listener.take(&delivery);
            }
        }
    }

    /// Somebody is writing: told to whoever listens here and now.
    pub(crate) fn typing(&self, to: AccountId, conversation: ConversationId, who: AccountId) {
        for listener in self.of(to) {
            let mut state = lock(&listener.state);
            let told = (conversation, who);
            if state.typing.len() < TYPING_MAX && !state.typing.contains(&told) {
                state.typing.push(told);
            }
            drop(state);
            listener.wake.notify_one();
        }
    }

    /// Another node has grown this outbox.
    pub(crate) fn wake(&self, recipient: AccountId) {
        for listener in self.of(recipient) {
            lock(&listener.state).behind = true;
            listener.wake.notify_one();
        }
    }

    /// Something may have been missed for everybody.
    pub(crate) fn wake_all(&self) {
        let accounts: Vec<_> = lock(&self.listeners).keys().copied().collect();
        for account in accounts {
            for listener in self.of(account) {
                lock(&listener.state).doubted = true;
            }
            self.wake(account);
        }
    }

    /// Forgets accounts without a connection.
    pub(crate) fn tidy(&self) {
        lock(&self.listeners).retain(|_, of_account| {
            of_account.retain(|listener| listener.strong_count() > 0);
            !of_account.is_empty()
        });
    }

    fn of(&self, account: AccountId) -> Vec<Arc<Listener>> {
        let all = lock(&self.listeners);
        all.get(&account)
            .into_iter()
            .flatten()
            .filter_map(Weak::upgrade)
            .collect()
    }
}

impl Listener {
    /// Whose session.
    pub(crate) const fn session(&self) -> SessionId {
        self.session
    }

    /// Whose connection.
    pub(crate) const fn account(&self) -> AccountId {
        self.account
    }

    /// What has come in, to look at and take from.
    pub(crate) fn inbound(&self) -> MutexGuard<'_, Inbound> {
        lock(&self.state)
    }

    /// Waits until something has come in since the last wait.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    fn take(&self, delivery: &Delivery) {
        let mut state = lock(&self.state);
        match delivery {
            Delivery::Event { seq, body, .. } => {
                if state.events.len() >= QUEUE_MAX {
                    state.events.clear();
                    state.behind = true;
                }
                if !state.behind {
                    state.events.push_back((*seq, Arc::clone(body)));
                }
            }
            Delivery::Ended { session, .. } if *session == self.session => state.ended = true,
            Delivery::Ended { .. } => return,
        }
        drop(state);
        self.wake.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
