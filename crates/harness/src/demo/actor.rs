//! Somebody of the demonstration: signs in when needed, as people do.

use std::rc::Rc;

use client::account::{self, NewAccount};
use client::desk::{Desk, Side};
use client::trust::Pins;
use client::worker::answer_with;
use client::{Client, Platform, Session};
use domain::account::{Secretive, UserName};
use domain::id::{AccountId, InvitationId};

use crate::demo::DemoError;
use crate::demo::stretch::Remembered;
use crate::factor;
use crate::net::Net;
use crate::person::{Clock, Device};

/// The world of the demonstration's people.
pub(crate) type Machine = Device<Net>;

/// Somebody with an account.
pub(crate) struct Actor {
    pub(crate) client: Client<Machine>,
    user_name: UserName,
    password: Secretive,
}

impl Actor {
    pub(crate) fn new(stage: &Stage, user_name: &str, password: &str) -> Result<Self, DemoError> {
        let device = Device::new(Net::new(&stage.authority))
            .with_clock(&stage.clock)
            .with_worker(answer_with::<Remembered>);
        Ok(Self {
            client: Client::new(device, stage.platform),
            user_name: UserName::parse(user_name).map_err(client::Error::from)?,
            password: Secretive(password.to_owned()),
        })
    }

    /// Makes a staff account.
    pub(crate) async fn register(
        &self,
        invitation: InvitationId,
    ) -> Result<Session<Machine>, DemoError> {
        let new = NewAccount {
            user_name: self.user_name.clone(),
            password: self.password.clone(),
            consent: None,
            invitation: Some((invitation, None)),
            reference: None,
            code: client::recovery::make(&self.client),
            pins: Pins::default(),
        };
        let session = account::register(&self.client, new).await?;
        // Staff must have a second factor.
        let (session, _) = factor::set_up(session, &self.password).await?;
        Ok(session)
    }

    pub(crate) const fn password(&self) -> &Secretive {
        &self.password
    }

    /// The session, or a new one if it has ended meanwhile.
    pub(crate) async fn session(&self) -> Result<Session<Machine>, DemoError> {
        if let Some(session) = account::resume(&self.client).await? {
            return Ok(session);
        }
        let password = self.password.clone();
        Ok(factor::sign_in(&self.client, &self.user_name, password).await?)
    }

    /// A desk with everything fetched.
    pub(crate) async fn desk<S: Side>(&self) -> Result<Desk<Machine, S>, DemoError> {
        let desk = Desk::open(self.session().await?, |_| {});
        desk.refresh().await?;
        Ok(desk)
    }

    /// Signs out, as one does who is done.
    pub(crate) async fn leave(&self) -> Result<(), DemoError> {
        Ok(account::sign_out(&self.client).await?)
    }
}

/// Where everybody acts.
pub(crate) struct Stage {
    pub(crate) authority: String,
    pub(crate) platform: Platform,
    pub(crate) clock: Rc<Clock>,
}

/// Somebody of the staff, once registered.
pub(crate) struct Colleague {
    pub(crate) actor: Actor,
    pub(crate) account: AccountId,
    pub(crate) code: client::admin::CodeWords,
}
