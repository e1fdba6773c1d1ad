//! An agency with a root, an inbox, and a team.

use crypto::identity::Identity;
use crypto::random::SystemRandom;
use crypto::trust::{AgencyState, Manifest, Policy, Staff};
use crypto::wrap::{InboxWrap, KemSeed};
use crypto::{Digest, Signed, SigningKey};
use domain::admin::PublishManifest;
use domain::agency::Roles;
use domain::id::{AgencyId, AssociationId};
use domain::postcode::Postcode;
use domain::profile::{Offer, Profile, Range};
use domain::topic::{AgencyChoice, TopicId};

use super::{Entries, Person, Publisher, World, random};

/// What everybody who counsels holds in these tests.
pub(crate) const COUNSELLOR: Roles = Roles::COUNSELLOR.and(Roles::INBOX);

/// An agency whose root the test holds.
pub(crate) struct Agency {
    pub(crate) id: AgencyId,
    pub(crate) association: AssociationId,
    pub(crate) root: SigningKey,
    pub(crate) inbox: KemSeed,
    pub(crate) inbox_epoch: u32,
    pub(crate) profile: Profile,
    pub(crate) manifest: Option<Signed<Manifest>>,
    pub(crate) next_serial: u32,
    pub(crate) retention_days: u16,
}

impl Agency {
    /// An association with this agency, published; no manifest yet.
    pub(crate) async fn publish(world: &World, publisher: &mut Publisher, admin: &Person) -> Self {
        let association = AssociationId::from_bytes(random());
        let entry = publisher
            .association(world, association, 1, &[admin], 1)
            .await;
        let entries = Entries {
            associations: vec![entry],
            agencies: Vec::new(),
        };
        Self::publish_in(world, publisher, association, entries).await
    }

    /// An agency of an association that is there, or comes with these entries.
    pub(crate) async fn publish_in(
        world: &World,
        publisher: &mut Publisher,
        association: AssociationId,
        mut entries: Entries,
    ) -> Self {
        let this = Self {
            id: AgencyId::from_bytes(random()),
            association,
            root: SigningKey::make(&mut SystemRandom),
            inbox: KemSeed::make(&mut SystemRandom),
            inbox_epoch: 1,
            profile: profile(),
            manifest: None,
            next_serial: 1,
            retention_days: 90,
        };
        let root = this.root.verifying_key();
        let state = AgencyState::Open;
        let entry = publisher
            .agency(world, this.id, association, root, state, 1)
            .await;
        entries.agencies.push(entry);
        publisher.publish(world, entries).await;
        this
    }

    /// A team on which everybody holds these roles.
    pub(crate) fn list(&mut self, team: &[(&Person, Roles)]) -> Vec<Staff> {
        let before = self
            .manifest
            .as_deref()
            .map(|manifest| manifest.staff.clone());
        let before = before.unwrap_or_default();
        let mut listed: Vec<_> = team
            .iter()
            .map(|(person, roles)| {
                let known = before.iter().find(|staff| staff.account == person.account);
                let serial = known.map_or_else(
                    || {
                        self.next_serial += 1;
                        self.next_serial
                    },
                    |known| known.serial,
                );
                Staff {
                    account: person.account,
                    serial,
                    identity_hash: person.identity.digest(),
                    roles: *roles,
                    name: "Frau K.".to_owned(),
                }
            })
            .collect();
        listed.sort_by_key(|staff| staff.serial);
        listed
    }

    /// The next manifest, unsigned.
    pub(crate) fn next(&self, world: &World, staff: Vec<Staff>) -> Manifest {
        let before = self.manifest.as_ref();
        Manifest {
            agency: self.id,
            seq: before.map_or(0, |before| before.seq) + 1,
            prev_hash: before.map_or(Digest::ZERO, Signed::digest),
            root_key: self.root.verifying_key(),
            next_root_hash: Digest::of(b"next"),
            inbox_epoch: self.inbox_epoch,
            inbox_key: self.inbox.public_key().unwrap(),
            policy: Policy {
                named_deputy: true,
                retention_days: self.retention_days,
                ..Policy::default()
            },
            profile_hash: Digest::of(&self.profile_bytes()),
            day: world.now().day(),
            staff,
        }
    }

    pub(crate) fn profile_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.profile).unwrap()
    }

    pub(crate) fn sign(&self, world: &World, manifest: Manifest) -> Signed<Manifest> {
        Signed::sign(manifest, &world.trust.platform_id, &self.root).unwrap()
    }

    pub(crate) fn inbox_wrap(&self, world: &World, to: &Identity) -> domain::Blob {
        let platform = &world.trust.platform_id;
        let rng = &mut SystemRandom;
        let wrap = InboxWrap::seal(
            rng,
            platform,
            &self.id,
            self.inbox_epoch,
            &self.inbox,
            &to.kem_key,
        );
        wrap.unwrap().as_bytes().into()
    }

    /// The request for a manifest with a new inbox key for this team.
    pub(crate) fn request(&mut self, world: &World, team: &[(&Person, Roles)]) -> PublishManifest {
        let staff = self.list(team);
        let manifest = self.next(world, staff);
        let members = team.iter().filter(|(_, roles)| roles.has(Roles::INBOX));
        PublishManifest {
            manifest: self.sign(world, manifest).as_bytes().into(),
            profile: self.profile_bytes().into(),
            inbox_wraps: members
                .map(|(person, _)| self.inbox_wrap(world, &person.identity))
                .collect(),
            root_wraps: Vec::new(),
        }
    }

    /// Publishes the next manifest, with a new inbox key if there was one before.
    pub(crate) async fn staff(
        &mut self,
        world: &World,
        admin: &Person,
        team: &mut [(&mut Person, Roles)],
    ) {
        if self.manifest.is_some() {
            self.inbox = KemSeed::make(&mut SystemRandom);
            self.inbox_epoch += 1;
        }
        let listed: Vec<_> = team
            .iter()
            .map(|(person, roles)| (&**person, *roles))
            .collect();
        let request = self.request(world, &listed);
        let manifest = crypto::Unverified::<Manifest>::decode(request.manifest.as_slice())
            .unwrap()
            .verify(
                &world.trust.platform_id,
                &self.id,
                &self.root.verifying_key(),
            )
            .unwrap();
        let done = world
            .backend
            .admin()
            .publish_manifest(&admin.actor, request)
            .await;
        done.unwrap();
        self.manifest = Some(manifest);
        for (person, _) in team {
            person.again(world).await;
        }
    }

    pub(crate) fn manifest(&self) -> &Signed<Manifest> {
        self.manifest.as_ref().unwrap()
    }
}

/// Topic 0 by list around Freiburg, topic 11 for the whole country, topic 1 by link.
fn profile() -> Profile {
    let postcode = |digits| Postcode::parse(digits).unwrap();
    let offer = |topic, choice, ranges| Offer {
        only: None,
        topic: TopicId(topic),
        choice,
        ranges,
    };
    let around = Range {
        from: postcode("79000"),
        to: postcode("79999"),
    };
    Profile {
        postcode: postcode("79098"),
        place: "Freiburg".to_owned(),
        state: "BW".to_owned(),
        offline: false,
        absence: String::new(),
        topics: vec![
            offer(0, AgencyChoice::List, vec![around]),
            offer(11, AgencyChoice::Central, Vec::new()),
            offer(1, AgencyChoice::LinkOnly, Vec::new()),
        ],
        languages: vec!["de".to_owned()],
        hours: String::new(),
        description: String::new(),
    }
}
