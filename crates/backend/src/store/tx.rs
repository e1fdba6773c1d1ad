//! What a write is given: a transaction, the time, and a place for its events.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::{AccountId, AssociationId};
use domain::live::Event;
use domain::time::Timestamp;
use sea_orm::DbErr;

use super::db::Transaction;
use super::live;
use crate::actor::SessionId;
use crate::error::Error;

/// A running write.
pub(crate) struct Tx {
    db: Transaction,
    now: Timestamp,
    told: Mutex<Told>,
}

/// What is to be told. By recipient in order: outboxes are always grown in the same order, so
/// that two writes cannot wait for each other.
#[derive(Default)]
struct Told {
    letters: BTreeMap<AccountId, Vec<live::Letter>>,
    ended: Vec<(AccountId, SessionId)>,
}

/// What is to be told, once the work is done.
pub(crate) struct Pending {
    told: Told,
    now: Timestamp,
}

/// What a committed write tells the connections of this process.
#[derive(Debug, Clone)]
pub(crate) enum Delivery {
    /// An event was stored.
    Event {
        recipient: AccountId,
        seq: u64,
        body: Arc<[u8]>,
    },
    /// A session has ended.
    Ended {
        recipient: AccountId,
        session: SessionId,
    },
}

impl Delivery {
    pub(crate) const fn recipient(&self) -> AccountId {
        match self {
            Self::Event { recipient, .. } | Self::Ended { recipient, .. } => *recipient,
        }
    }

    /// For other nodes: whose outbox has grown, or whose session has ended.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Event { recipient, .. } => recipient.to_hex(),
            Self::Ended { recipient, session } => {
                [&recipient.to_hex(), ":", &session.to_text()].concat()
            }
        }
    }
}

impl Tx {
    pub(crate) fn new(db: Transaction, now: Timestamp) -> Self {
        Self {
            db,
            now,
            told: Mutex::default(),
        }
    }

    /// The transaction.
    pub(crate) const fn db(&self) -> &Transaction {
        &self.db
    }

    /// When the work began.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// Puts an event into the outboxes of `recipients`, with the change itself.
    ///
    /// # Errors
    /// None for events that can be encoded.
    pub(crate) fn emit(
        &self,
        recipients: impl IntoIterator<Item = AccountId>,
        association: Option<AssociationId>,
        event: &Event,
    ) -> Result<(), Error> {
        let letter = live::Letter::new(association, event)?;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for recipient in recipients {
            let letters = told.letters.entry(recipient).or_default();
            letters.push(letter.clone());
        }
        Ok(())
    }

    /// Closes the session's connections, once the change is durable.
    pub(crate) fn end_session(&self, recipient: AccountId, session: SessionId) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.ended.push((recipient, session));
    }

    pub(crate) fn into_parts(self) -> (Transaction, Pending) {
        let told = self
            .told
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let now = self.now;
        (self.db, Pending { told, now })
    }
}

impl Pending {
    /// Stores the events.
    pub(crate) async fn store(self, db: &Transaction) -> Result<Vec<Delivery>, DbErr> {
        let mut deliveries = live::append(db, self.told.letters, self.now).await?;
        let ended = self.told.ended.into_iter();
        deliveries.extend(ended.map(|(recipient, session)| Delivery::Ended { recipient, session }));
        Ok(deliveries)
    }
}
