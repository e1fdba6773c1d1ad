//! A platform with one agency and one counsellor, made as the demonstration is: through `client`.

use crate::support::{ROOMY, Scratch};
use backend::{Backend, Purpose, platform};
use client::account::{self, NewAccount};
use client::admin::{
    AgencyRoot, Listing, NewAgency, NewAssociation, NewManifest, NextRootSecret, Policy,
    publish_directory, publish_manifest,
};
use client::desk::{Desk, Staff};
use client::registration::{self, Draft, Form};
use client::trust::Pins;
use client::{Client, Platform, Session, SystemRandom, make_id};
use domain::account::{Secretive, UserName};
use domain::agency::{Legal, Roles};
use domain::id::{AgencyId, AssociationId, ConversationId};
use domain::postcode::Postcode;
use domain::profile::{Offer, Profile, Range};
use domain::topic::{AgencyChoice, TopicId};
use harness::factor;
use harness::net::Net;
use harness::person::Device;
use server::folder::{Folder, trust_file};
use server::running::{Running, bind};
use server::settings::Settings;
use std::path::Path;

pub(crate) type Machine = Device<Net>;

pub(crate) const COUNSELLOR: (&str, &str) = ("berta.beraterin", "vorhang-linde-417-a");

/// What is known of a platform that has been made.
pub(crate) struct Stage {
    pub(crate) scratch: Scratch,
    pub(crate) platform: Platform,
    pub(crate) agency: AgencyId,
}

/// Somebody who writes.
pub(crate) struct Person<'a> {
    pub(crate) user_name: &'a str,
    pub(crate) password: &'a str,
    pub(crate) pseudonym: &'a str,
    pub(crate) postcode: &'a str,
    pub(crate) text: &'a str,
}

pub(crate) fn device(authority: &str, platform: Platform) -> Client<Machine> {
    Client::new(Device::new(Net::new(authority)), platform)
}

impl Stage {
    /// Makes it, and lets nobody serve it any more.
    pub(crate) async fn build() -> Self {
        Self::build_on(None).await
    }

    /// The same in a database elsewhere.
    pub(crate) async fn build_on(database: Option<&str>) -> Self {
        let scratch = Scratch::new();
        let folder = Folder::new(&scratch.0);
        let made = folder.make_platform(Purpose::Real, database).await.unwrap();
        let trust = trust_file(&made.trust).unwrap();
        let platform = Platform::parse(&trust).unwrap();
        let running = serve_on(&scratch.0, database, None, ROOMY).await;
        let authority = running.local_address().to_string();
        let client = device(&authority, platform);
        let agency = fill(&client, &running.http.backend, &made.root_seed).await;
        running.stop().await;
        Self {
            scratch,
            platform,
            agency,
        }
    }

    /// Registers somebody and sends the enquiry.
    pub(crate) async fn enquire(
        &self,
        authority: &str,
        person: &Person<'_>,
    ) -> (Session<Machine>, ConversationId) {
        let client = device(authority, self.platform);
        let draft = Draft::open(&client).await.unwrap();
        draft.keep(Form {
            topic: Some(TopicId(0)),
            postcode: person.postcode.into(),
            agency: Some(self.agency),
            pseudonym: person.pseudonym.into(),
            user_name: person.user_name.into(),
            consent: Some(1),
            text: person.text.into(),
            ..Form::default()
        });
        draft.save().await.unwrap();
        let password = Secretive(person.password.into());
        let session = registration::register(&draft, password).await.unwrap();
        let conversation = registration::submit(&draft, &session).await.unwrap();
        (session, conversation)
    }

    /// The counsellor at her desk, with everything fetched.
    pub(crate) async fn counsellor(&self, authority: &str) -> Desk<Machine, Staff> {
        let client = device(authority, self.platform);
        let name = UserName::parse(COUNSELLOR.0).unwrap();
        let password = Secretive(COUNSELLOR.1.into());
        let session = factor::sign_in(&client, &name, password).await.unwrap();
        let desk = Desk::open(session, |_| {});
        desk.refresh().await.unwrap();
        desk
    }
}

/// Serves the folder's platform inside this program; browsers reach it at `public`.
pub(crate) async fn serve(data: &Path, public: Option<&str>) -> Running {
    serve_with(data, public, ROOMY).await
}

/// The same with settings of its own.
pub(crate) async fn serve_with(data: &Path, public: Option<&str>, settings: &str) -> Running {
    serve_on(data, None, public, settings).await
}

/// The same with a database elsewhere.
pub(crate) async fn serve_on(
    data: &Path,
    database: Option<&str>,
    public: Option<&str>,
    settings: &str,
) -> Running {
    let folder = Folder::new(data);
    let settings = Settings::parse(&folder.settings(), settings).unwrap();
    let mut config = folder.config(Purpose::Real, database).unwrap();
    config.limits = settings.limits.clone();
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let front = settings.front(&folder);
    let public = public.map(|url| url.parse().unwrap());
    Running::start(config, front, public, listener)
        .await
        .unwrap()
}

/// One person is platform admin and administers the first association.
pub(crate) async fn found(
    client: &Client<Machine>,
    backend: &Backend,
    root: &platform::RootSeed,
) -> (Session<Machine>, AssociationId) {
    let invitation = platform::create_invitation(backend, None).await.unwrap();
    let new = NewAccount {
        user_name: UserName::parse(COUNSELLOR.0).unwrap(),
        password: Secretive(COUNSELLOR.1.into()),
        consent: None,
        invitation: Some((invitation, None)),
        reference: None,
        code: client::recovery::make(client),
        pins: Pins::default(),
    };
    let password = new.password.clone();
    let session = account::register(client, new).await.unwrap();
    let (session, _) = factor::set_up(session, &password).await.unwrap();
    platform::certify_admin(backend, root, session.account())
        .await
        .unwrap();
    let rng = &mut SystemRandom;
    let association = AssociationId::from_bytes(make_id(rng));
    let entered = NewAssociation {
        association,
        name: "Probeverband".into(),
        legal: Legal {
            responsible: "Probeverband".into(),
            consent_version: 1,
            consent: "Text".into(),
        },
        admins: vec![(session.account(), session.code(), "Berta Beraterin".into())],
    };
    publish_directory(&session, &[entered], &[]).await.unwrap();
    (session, association)
}

/// The same person is lead and counsellor of an agency.
async fn fill(client: &Client<Machine>, backend: &Backend, root: &platform::RootSeed) -> AgencyId {
    let (session, association) = found(client, backend, root).await;
    let rng = &mut SystemRandom;
    let paper = NextRootSecret::make(rng);
    let agency = AgencyRoot::make(rng, &paper).unwrap();
    let new = NewAgency {
        association,
        root: &agency,
        place: "Probstadt".into(),
        name: "Probestelle".into(),
    };
    publish_directory(&session, &[], &[new]).await.unwrap();
    let manifest = NewManifest {
        profile: profile(),
        policy: policy(),
        staff: vec![listing(&session)],
        association: None,
    };
    publish_manifest(&session, &agency, &manifest)
        .await
        .unwrap();
    agency.agency()
}

pub(crate) fn listing(session: &Session<Machine>) -> Listing {
    let roles = [
        Roles::INBOX,
        Roles::LEAD,
        Roles::AGENCY_ADMIN,
        Roles::ASSOCIATION_ADMIN,
    ];
    Listing {
        account: session.account(),
        code: session.code(),
        roles: roles.into_iter().fold(Roles::COUNSELLOR, Roles::and),
        name: "Berta Beraterin".into(),
    }
}

pub(crate) fn policy() -> Policy {
    Policy {
        named_deputy: true,
        team_reading: false,
        supervision: false,
        retention_days: 90,
    }
}

fn profile() -> Profile {
    let postcode = |digits| Postcode::parse(digits).unwrap();
    Profile {
        postcode: postcode("10115"),
        place: "Probstadt".into(),
        state: "BE".into(),
        offline: false,
        absence: String::new(),
        topics: vec![Offer {
            topic: TopicId(0),
            choice: AgencyChoice::List,
            ranges: vec![Range {
                from: postcode("00000"),
                to: postcode("99999"),
            }],
            only: None,
        }],
        languages: vec!["de".into()],
        hours: String::new(),
        description: "Eine Stelle zum Proben.".into(),
    }
}
