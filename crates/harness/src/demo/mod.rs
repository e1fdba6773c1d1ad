//! The demonstration: made through `client` against a running server, as browsers would, so that
//! every signature and every ciphertext is real.

mod actor;
mod data;
mod founding;
mod stretch;
mod talks;

use std::collections::BTreeMap;
use std::rc::Rc;

use client::admin::CodeWords;
use client::{Platform, SystemRandom, make_id};
use domain::id::{AccountId, AgencyId, AssociationId, InvitationId};
use domain::time::{HOUR, MINUTE, Timestamp};

use crate::demo::actor::{Actor, Colleague, Stage};
use crate::demo::data::Data;
use crate::person::{Clock, system_time};

/// What only the operator's command line may do.
#[expect(async_fn_in_trait, reason = "the demonstration runs on one thread")]
pub trait Operator {
    /// Invites somebody to a staff account; of no association while there is none.
    ///
    /// # Errors
    /// In the operator's words.
    async fn invite(&self, association: Option<AssociationId>) -> Result<InvitationId, String>;

    /// Lists a platform admin, with the root's signature, after comparing the identity's code.
    ///
    /// # Errors
    /// In the operator's words.
    async fn certify_admin(&self, account: AccountId, code: CodeWords) -> Result<(), String>;

    /// Sets the server's clock, so that the conversations began days ago; `None`: the system's
    /// again. A server that cannot stays in the present: then only the messages' own times, which
    /// their authors' devices tell, lie in the past.
    fn set_clock(&self, now: Option<Timestamp>) {
        let _ = now;
    }

    /// Tells how far it is, in a few words.
    fn progress(&self, what: &str);
}

/// Why the demonstration could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The data contradict themselves.
    #[error("the demonstration's data: {0}")]
    Data(String),
    /// A step of the protocol failed.
    #[error("a step of the protocol: {0}")]
    Client(#[from] client::Error),
    /// The operator's part failed.
    #[error("the operator's part: {0}")]
    Operator(String),
    /// The server took an enquiry away before it was accepted.
    #[error("an enquiry is not there")]
    NotThere,
    /// A message was not sent.
    #[error("a message was not sent")]
    NotSent,
}

/// How much is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Agencies and counsellors.
    Empty,
    /// The same, and conversations.
    Whole,
}

/// An account to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whether it belongs to `/team`.
    pub staff: bool,
    /// The user name.
    pub user_name: String,
    /// The password, which everybody may know.
    pub password: String,
    /// What to say about it, in German.
    pub about: String,
    /// Whether it is one of the few that are named when the demonstration starts.
    pub greeted: bool,
}

/// The accounts of the demonstration, staff first.
///
/// # Errors
/// [`DemoError::Data`].
pub fn accounts() -> Result<Vec<Account>, DemoError> {
    let data = Data::read()?;
    let staff = data.directory.staff.into_iter().map(|staff| Account {
        staff: true,
        user_name: staff.user_name,
        password: staff.password,
        about: staff.about,
        greeted: staff.greeted,
    });
    let seekers = data.seekers.into_iter().map(|seeker| Account {
        staff: false,
        about: seeker.pseudonym,
        greeted: seeker.greeted,
        user_name: seeker.user_name,
        password: seeker.password,
    });
    Ok(staff.chain(seekers).collect())
}

/// Makes the demonstration on an empty platform that is being served at `authority` (`host:port`).
///
/// The future is not `Send`: run it with `block_on` of a runtime, or on a `LocalSet`.
///
/// # Errors
/// The first step that fails; what was made until then stays.
pub async fn make(
    authority: &str,
    platform: Platform,
    operator: &impl Operator,
    extent: Extent,
) -> Result<(), DemoError> {
    let data = Data::read()?;
    let stage = Stage {
        authority: authority.to_owned(),
        platform,
        clock: Rc::new(Clock::default()),
    };
    let show = Show {
        data,
        stage,
        operator,
        start: system_time(),
    };
    let done = show.run(extent).await;
    operator.set_clock(None);
    done
}

struct Show<'a, O> {
    data: Data,
    stage: Stage,
    operator: &'a O,
    start: Timestamp,
}

/// The staff by key.
type Colleagues = BTreeMap<String, Colleague>;
/// The agencies by key.
type Agencies = BTreeMap<String, AgencyId>;

impl<O: Operator> Show<'_, O> {
    /// A day before the first message everything is founded; then people write, hour by hour.
    async fn run(&self, extent: Extent) -> Result<(), DemoError> {
        let sittings = talks::sittings(&self.data.seekers);
        let first = sittings.keys().next().map_or(0, |hour| hour.0);
        self.set_hours_ago(first.saturating_add(24));
        let association = AssociationId::from_bytes(make_id(&mut SystemRandom));
        let staff = self.staff(association).await?;
        let agencies = self.directory(association, &staff).await?;
        if extent == Extent::Empty {
            return Ok(());
        }
        let count = self.data.seekers.len();
        self.operator.progress(&format!("{count} conversations"));
        self.talk(sittings, &staff, &agencies).await
    }

    /// And some minutes: nobody writes on the hour of each day.
    fn set_hours_ago(&self, hours: u32) {
        let minutes = i64::from(hours * 37 % 53);
        let now = self.start.plus(-i64::from(hours) * HOUR - minutes * MINUTE);
        self.stage.clock.set(Some(now));
        self.operator.set_clock(Some(now));
    }
}
