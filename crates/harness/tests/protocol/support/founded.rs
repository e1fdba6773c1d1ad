//! An agency of a test's own: the root is in the test's hands, and so the directory can go on.

use client::admin::{
    AgencyRoot, Listing, NewAgency, NewManifest, NextRootSecret, Policy, publish_directory,
    publish_manifest,
};
use client::{Error, Session, SystemRandom};
use domain::agency::Roles;
use domain::postcode::Postcode;
use domain::profile::{Offer, Profile};
use domain::topic::AgencyChoice;
use tokio::sync::Mutex;

use crate::support::{Machine, TOPIC, agency_in};

/// An agency that is only reached by its link, so that no other test finds it.
pub(crate) struct Founded {
    pub(crate) root: AgencyRoot,
    pub(crate) manifest: NewManifest,
}

/// The server's directory is one for all tests: who holds this publishes its next head.
pub(crate) static HEADS: Mutex<()> = Mutex::const_new(());

/// Enters an agency into the directory: a new head.
pub(crate) async fn enter(admin: &Session<Machine>) -> Result<AgencyRoot, Error> {
    let _alone = HEADS.lock().await;
    enter_alone(admin).await
}

/// As [`enter`], for who holds [`HEADS`].
pub(crate) async fn enter_alone(admin: &Session<Machine>) -> Result<AgencyRoot, Error> {
    let client = admin.client();
    let freiburg = agency_in(client, "79104", "Freiburg").await;
    let freiburg = client::agency::load(client, freiburg).await?;
    let rng = &mut SystemRandom;
    let paper = NextRootSecret::make(rng);
    let root = AgencyRoot::make(rng, &paper)?;
    let new = NewAgency {
        association: freiburg.association(),
        root: &root,
        place: "Probstadt".to_owned(),
        name: "Beratungsstelle der Probe".to_owned(),
    };
    publish_directory(admin, &[], &[new]).await?;
    Ok(root)
}

/// Somebody to be listed.
pub(crate) type Listed<'a> = (&'a Session<Machine>, &'a str, Roles);

/// The same, with its first manifest.
pub(crate) async fn found(admin: &Session<Machine>, staff: &[Listed<'_>]) -> Founded {
    let root = enter(admin).await.unwrap();
    let listed = |(session, name, roles): &Listed<'_>| Listing {
        account: session.account(),
        code: session.code(),
        roles: *roles,
        name: (*name).to_owned(),
    };
    let manifest = NewManifest {
        profile: Profile {
            postcode: Postcode::parse("01067").unwrap(),
            place: "Probstadt".to_owned(),
            state: "SN".to_owned(),
            offline: false,
            absence: String::new(),
            topics: vec![Offer {
                topic: TOPIC,
                choice: AgencyChoice::LinkOnly,
                ranges: Vec::new(),
                only: None,
            }],
            languages: Vec::new(),
            hours: String::new(),
            description: String::new(),
        },
        policy: Policy {
            retention_days: 90,
            ..Policy::default()
        },
        staff: staff.iter().map(listed).collect(),
        association: None,
    };
    publish_manifest(admin, &root, &manifest).await.unwrap();
    Founded { root, manifest }
}
