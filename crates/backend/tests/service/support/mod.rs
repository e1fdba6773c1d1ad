//! A platform for one test: real databases, real keys, a clock that the test moves.

pub(crate) mod agency;
pub(crate) mod authenticator;
pub(crate) mod case;
pub(crate) mod database;
pub(crate) mod person;
pub(crate) mod scene;

use std::future::Future as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Waker};

use backend::limits::Table;
use backend::platform::{self, Initialised, Trust};
use backend::{Actor, Backend, Clock, Config, Database, Error, ServerKey};
use crypto::random::SystemRandom;
use crypto::trust::{
    AdminList, AgencyEntry, AgencyState, AssociationAdmin, AssociationEntry, Directory, Head,
};
use crypto::{Digest, Signed, Unverified};
use domain::Blob;
use domain::Refusal;
use domain::admin::{PublishDirectory, SignedAssociation};
use domain::agency::Legal;
use domain::id::{AgencyId, AssociationId};
use domain::time::Timestamp;
use domain::work::{AskWork, Purpose};

pub(crate) use agency::Agency;
pub(crate) use person::Person;
pub(crate) use scene::Scene;

/// A weekday in 2026.
const START: i64 = 1_789_000_000_000;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A platform with one admin, one association, and the agencies that a test makes.
pub(crate) struct World {
    pub(crate) backend: Backend,
    pub(crate) config: Config,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) trust: Trust,
    pub(crate) initialised: Initialised,
    pub(crate) place: database::Place,
}

/// Random bytes for ids.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    crypto::random::make_bytes(&mut SystemRandom)
}

/// A proof of work for this process of the platform.
pub(crate) fn work_at(backend: &Backend, purpose: Purpose) -> Option<Blob> {
    let nobody = nobody();
    let works = backend.works();
    let asked = std::pin::pin!(works.ask(&nobody, AskWork { purpose }));
    match asked.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(asked) => Some(solved(&asked.unwrap().challenge)),
        Poll::Pending => panic!("asking waits for nothing"),
    }
}

/// The refusal in a result that must be one.
pub(crate) fn refused<T>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        Err(error @ Error::Internal { .. }) => panic!("broke: {error:?}"),
        Ok(_) => panic!("should have been refused"),
    }
}

pub(crate) fn config(database: Database, folder: &Path, clock: &Arc<TestClock>) -> Config {
    let key = ServerKey::from_bytes([7; 32]);
    let mut config = Config::new(database, folder.join("wraps.sqlite"), key);
    config.clock = Arc::<TestClock>::clone(clock);
    config.origin = Some("http://localhost:3000".to_owned());
    config
}

/// More than any test does, with the least work: for tests that are about something else.
const ROOMY: &str = r#"{
    "sign_in_free": 1000, "register_most": "1000/s", "api": "1000/s", "sockets": 100,
    "enquiry_account": "1000/s", "enquiry_address": "1000/s", "enquiry_inbox": "1000/s",
    "messages": "1000/s", "work": 1, "work_most": 1
}"#;

impl World {
    /// A platform in a new database of the kind given.
    pub(crate) async fn new(kind: database::Kind) -> Option<Self> {
        Self::limited(kind, serde_json::from_str(ROOMY).unwrap()).await
    }

    /// The same with limits of its own.
    pub(crate) async fn limited(kind: database::Kind, limits: Table) -> Option<Self> {
        let place = database::Place::make(kind).await?;
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let mut config = config(place.database(), place.folder(), &clock);
        config.limits = limits;
        let initialised = platform::init(&config).await.unwrap();
        let backend = Backend::open(config.clone()).await.unwrap();
        Some(Self {
            trust: backend.trust(),
            backend,
            config,
            clock,
            initialised,
            place,
        })
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, milliseconds: i64) {
        self.clock.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A proof of work, made as a browser makes it.
    pub(crate) fn work(&self, purpose: Purpose) -> Option<Blob> {
        work_at(&self.backend, purpose)
    }

    /// Closes everything and removes the database.
    pub(crate) async fn end(self) {
        self.backend.close().await;
        self.place.remove().await;
    }

    /// Somebody who works here, without any role yet.
    pub(crate) async fn staff(&self) -> Person {
        let mut newcomer = self.newcomer().await;
        newcomer.set_up(self).await;
        newcomer
    }

    /// Somebody who works here, without a second factor yet.
    pub(crate) async fn newcomer(&self) -> Person {
        let invitation = platform::create_invitation(&self.backend, None)
            .await
            .unwrap();
        Person::register(self, None, Some(invitation))
            .await
            .unwrap()
    }

    /// Somebody who administers the platform.
    pub(crate) async fn platform_admin(&self) -> Person {
        let mut admin = self.staff().await;
        platform::certify_admin(&self.backend, &self.initialised.root_seed, admin.account)
            .await
            .unwrap();
        admin.again(self).await;
        admin
    }

    /// Somebody who seeks advice, with the consent in force.
    pub(crate) async fn seeker(&self, association: AssociationId) -> Person {
        let consent = domain::account::Consent {
            association,
            version: 1,
        };
        Person::register(self, Some(consent), None).await.unwrap()
    }
}

/// The directory as a platform admin keeps it.
pub(crate) struct Publisher {
    pub(crate) admin: Person,
    tree: Directory,
    seq: u64,
    prev_hash: Digest,
}

/// What goes into the next head.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) associations: Vec<(Signed<AssociationEntry>, Vec<u8>)>,
    pub(crate) agencies: Vec<Signed<AgencyEntry>>,
}

impl Publisher {
    pub(crate) async fn new(world: &World) -> Self {
        Self {
            admin: world.platform_admin().await,
            tree: Directory::default(),
            seq: 0,
            prev_hash: Digest::ZERO,
        }
    }

    /// The admin's serial in the newest list.
    pub(crate) async fn serial(&self, world: &World) -> u32 {
        let state = world
            .backend
            .admin()
            .load_directory(&self.admin.actor, domain::admin::LoadDirectory {})
            .await
            .unwrap();
        let newest = state.admins.last().unwrap();
        let list = Unverified::<AdminList>::decode(newest.as_slice())
            .unwrap()
            .verify(&world.trust.platform_id, &world.trust.root_public_key)
            .unwrap();
        let own = |admin: &&crypto::trust::Admin| admin.account == self.admin.account;
        list.admins.iter().find(own).unwrap().serial
    }

    pub(crate) async fn association(
        &self,
        world: &World,
        id: AssociationId,
        seq: u32,
        admins: &[&Person],
        consent_version: u32,
    ) -> (Signed<AssociationEntry>, Vec<u8>) {
        let legal = Legal {
            responsible: "Verband, Straße 1, Ort".to_owned(),
            consent_version,
            consent: "Ich willige ein.".to_owned(),
        };
        let legal = serde_json::to_vec(&legal).unwrap();
        let mut admins: Vec<_> = admins
            .iter()
            .map(|person| AssociationAdmin {
                account: person.account,
                identity_hash: person.identity.digest(),
                name: "Frau A.".to_owned(),
            })
            .collect();
        admins.sort_by_key(|admin| admin.account);
        let entry = AssociationEntry {
            association: id,
            seq,
            admin_serial: self.serial(world).await,
            name: "Verband".to_owned(),
            legal_hash: Digest::of(&legal),
            admins,
        };
        (self.sign(world, entry), legal)
    }

    pub(crate) async fn agency(
        &self,
        world: &World,
        id: AgencyId,
        association: AssociationId,
        root: crypto::VerifyingKey,
        state: AgencyState,
        seq: u32,
    ) -> Signed<AgencyEntry> {
        let entry = AgencyEntry {
            agency: id,
            seq,
            admin_serial: self.serial(world).await,
            association,
            root_key: root,
            state,
            place: "Freiburg".to_owned(),
            name: "Beratungsstelle".to_owned(),
        };
        self.sign(world, entry)
    }

    fn sign<T: crypto::Statement>(&self, world: &World, content: T) -> Signed<T> {
        Signed::sign(content, &world.trust.platform_id, &self.admin.keys.sig).unwrap()
    }

    /// The request that publishes these entries under the next head.
    pub(crate) async fn request(&mut self, world: &World, entries: &Entries) -> PublishDirectory {
        for (entry, _) in &entries.associations {
            self.tree.put_association(entry);
        }
        for entry in &entries.agencies {
            self.tree.put_agency(entry);
        }
        let head = Head {
            seq: self.seq + 1,
            prev_hash: self.prev_hash,
            merkle_root: self.tree.root(),
            count: u32::try_from(self.tree.count()).unwrap(),
            day: world.now().day(),
            admin_serial: self.serial(world).await,
        };
        let head = self.sign(world, head);
        self.seq += 1;
        self.prev_hash = head.digest();
        PublishDirectory {
            associations: entries
                .associations
                .iter()
                .map(|(entry, legal)| SignedAssociation {
                    entry: entry.as_bytes().into(),
                    legal: legal.clone().into(),
                })
                .collect(),
            agencies: entries
                .agencies
                .iter()
                .map(|entry| entry.as_bytes().into())
                .collect(),
            head: head.as_bytes().into(),
        }
    }

    pub(crate) async fn publish(&mut self, world: &World, entries: Entries) {
        let request = self.request(world, &entries).await;
        world
            .backend
            .admin()
            .publish_directory(&self.admin.actor, request)
            .await
            .unwrap();
    }
}

/// The proof that a challenge asks for.
pub(crate) fn solved(challenge: &Blob) -> Blob {
    Blob(crypto::work::solve(challenge.as_slice()).unwrap())
}

/// Nobody signed in.
pub(crate) fn nobody() -> Actor {
    Actor::anonymous()
}
