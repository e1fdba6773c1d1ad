//! Services over the database: the only code that sees SeaORM, and no rule that is not asked here.
//!
//! [`Backend`] is cheap to clone. One accessor a feature, one method a [`domain::wire::Call`]:
//! `backend.enquiries().submit(&actor, request).await`.

pub mod account;
pub mod actor;
pub mod admin;
pub mod agency;
mod check;
pub mod config;
pub mod conversation;
mod deletion;
pub mod enquiry;
pub mod error;
pub mod factor;
pub mod inbox;
pub mod invitation;
pub mod keys;
pub mod limits;
pub mod live;
mod open;
pub mod platform;
pub mod recovery;
mod seal;
mod secrets;
mod store;
pub mod topic;
pub mod work;

use std::sync::Arc;

use domain::time::Timestamp;

pub use actor::{Actor, Begun, SessionToken};
pub use config::{Clock, Config, Database, Purpose, Random, ServerKey};
pub use crypto::random::SystemRandom;
pub use deletion::Report as Retention;
pub use error::{Error, OpenError};

/// The platform's services.
#[derive(Debug, Clone)]
pub struct Backend(Arc<Inner>);

/// What all services share.
#[derive(Debug)]
pub struct Inner {
    pub(crate) store: store::Store,
    pub(crate) wraps: store::Store,
    pub(crate) hub: Arc<live::hub::Hub>,
    pub(crate) safe: seal::Safe,
    pub(crate) secrets: secrets::Secrets,
    pub(crate) trust: platform::Trust,
    pub(crate) purpose: Purpose,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) passkeys: Option<factor::Passkeys>,
    pub(crate) limits: limits::Limiter,
    pub(crate) works: work::Issued,
    pub(crate) tabs: keys::Tabs,
    pub(crate) topics: topic::Shelf,
    pub(crate) directory: agency::directory::Cache,
    pub(crate) retained: deletion::Runs,
}

impl Backend {
    /// Opens the stores of an initialised platform; migrates an older schema.
    ///
    /// # Errors
    /// [`OpenError`] says what is in the way.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        open::backend(config).await
    }

    /// What `trust.json` holds.
    #[must_use]
    pub fn trust(&self) -> platform::Trust {
        self.0.trust
    }

    /// Whether the database is a demonstration's.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.0.purpose == Purpose::Demonstration
    }

    /// Live sessions.
    #[must_use]
    pub fn sessions(&self) -> account::Sessions<'_> {
        account::Sessions(&self.0)
    }

    /// Registration, sign-in, sign-out.
    #[must_use]
    pub fn accounts(&self) -> account::Accounts<'_> {
        account::Accounts(&self.0)
    }

    /// Recovery codes.
    #[must_use]
    pub fn recoveries(&self) -> recovery::Recoveries<'_> {
        recovery::Recoveries(&self.0)
    }

    /// Second factors.
    #[must_use]
    pub fn factors(&self) -> factor::Factors<'_> {
        factor::Factors(&self.0)
    }

    /// The vault, and keys of tab drafts.
    #[must_use]
    pub fn keys(&self) -> keys::Keys<'_> {
        keys::Keys(&self.0)
    }

    /// How much of everything, and how fast.
    #[must_use]
    pub fn limits(&self) -> &limits::Limiter {
        &self.0.limits
    }

    /// Work instead of a refusal.
    #[must_use]
    pub fn works(&self) -> work::Works<'_> {
        work::Works(&self.0)
    }

    /// Topics of counselling.
    #[must_use]
    pub fn topics(&self) -> topic::Topics<'_> {
        topic::Topics(&self.0)
    }

    /// The public directory.
    #[must_use]
    pub fn agencies(&self) -> agency::Agencies<'_> {
        agency::Agencies(&self.0)
    }

    /// Publishing what admins have signed.
    #[must_use]
    pub fn admin(&self) -> admin::Admin<'_> {
        admin::Admin(&self.0)
    }

    /// Invitations of staff.
    #[must_use]
    pub fn invitations(&self) -> invitation::Invitations<'_> {
        invitation::Invitations(&self.0)
    }

    /// First messages to an agency.
    #[must_use]
    pub fn enquiries(&self) -> enquiry::Enquiries<'_> {
        enquiry::Enquiries(&self.0)
    }

    /// What waits at agencies.
    #[must_use]
    pub fn inbox(&self) -> inbox::Inbox<'_> {
        inbox::Inbox(&self.0)
    }

    /// Conversations of the actor.
    #[must_use]
    pub fn conversations(&self) -> conversation::Conversations<'_> {
        conversation::Conversations(&self.0)
    }

    /// The live channel.
    #[must_use]
    pub fn live(&self) -> live::Live<'_> {
        live::Live(&self.0)
    }

    /// Does what is due: ends sessions, drops used login ids, invitations, old events and tab
    /// keys, rounds old times, deletes wraps that must go, and, once an hour, what nobody needs any
    /// more. To be called once a minute.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn run_due(&self, now: Timestamp) -> Result<(), Error> {
        self.0.tabs.drop_expired(now);
        self.0.works.drop_expired(now);
        self.0.hub.tidy();
        account::end_expired(&self.0, now).await?;
        conversation::purge(&self.0).await?;
        deletion::run_retention(&self.0, now).await?;
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    store::account::drop_expired(tx.db(), now).await?;
                    invitation::drop_expired(tx).await?;
                    store::live::drop_before(tx.db(), now.plus(-live::KEPT)).await?;
                    store::message::round_times(tx.db(), now).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Counts what would be deleted now because nobody needs it any more; deletes nothing.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn retention(&self, now: Timestamp) -> Result<Retention, Error> {
        deletion::report(&self.0, now).await
    }

    /// Waits until all begun writes are answered, and closes the databases.
    pub async fn close(&self) {
        self.0.store.close().await;
        self.0.wraps.close().await;
    }
}
