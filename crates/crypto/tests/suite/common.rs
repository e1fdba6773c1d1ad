//! Repeatable randomness, hexadecimal, and a small platform on which everything exists once.

use core::convert::Infallible;

use crypto::consent::{Consent, ConsentTo};
use crypto::epoch::{EpochKey, EpochRecord, Member, MemberId, MemberRole, Reason};
use crypto::identity::{Identity, IdentityKeys};
use crypto::trust::{
    Admin, AdminList, AgencyEntry, AgencyState, AssociationAdmin, AssociationEntry, Directory,
    Freshness, Head, Manifest, Policy, Staff,
};
use crypto::wrap::KemSeed;
use crypto::{Digest, Signed, SigningKey};
use domain::agency::Roles;
use domain::id::{AccountId, AgencyId, AssociationId, ConversationId, PlatformId};
use domain::time::Day;
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

/// Randomness that is the same each time: SHA-256 of a name and a counter.
pub(crate) struct Repeatable {
    name: &'static str,
    counter: u64,
}

impl Repeatable {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, counter: 0 }
    }
}

impl TryRng for Repeatable {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        for chunk in to.chunks_mut(32) {
            let block = Digest::of(format!("{}/{}", self.name, self.counter).as_bytes());
            self.counter += 1;
            chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Repeatable {}

/// Randomness that is exactly these bytes, as published vectors name them.
pub(crate) struct Given(pub Vec<u8>);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("vectors give bytes only");
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("vectors give bytes only");
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        let rest = self.0.split_off(to.len());
        to.copy_from_slice(&self.0);
        self.0 = rest;
        Ok(())
    }
}

impl TryCryptoRng for Given {}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

pub(crate) fn vectors(name: &str) -> Value {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A person with keys.
pub(crate) struct Person {
    pub(crate) keys: IdentityKeys,
    pub(crate) identity: Signed<Identity>,
}

impl Person {
    pub(crate) fn new(platform: &PlatformId, name: &'static str) -> Self {
        let keys = IdentityKeys::make(&mut Repeatable::new(name));
        let account = AccountId::from_bytes(id(name));
        let identity = keys.record(platform, account, Day(20_000), 1).unwrap();
        Self { keys, identity }
    }

    pub(crate) fn account(&self) -> AccountId {
        self.identity.account
    }
}

/// One of everything.
pub(crate) struct World {
    pub(crate) platform: PlatformId,
    pub(crate) root: SigningKey,
    pub(crate) admin: Person,
    pub(crate) lead: Person,
    pub(crate) counsellor: Person,
    pub(crate) seeker: Person,
    pub(crate) agency_root: SigningKey,
    pub(crate) inbox: KemSeed,
    pub(crate) admins: Signed<AdminList>,
    pub(crate) association: Signed<AssociationEntry>,
    pub(crate) agency: Signed<AgencyEntry>,
    pub(crate) directory: Directory,
    pub(crate) head: Signed<Head>,
    pub(crate) manifest: Signed<Manifest>,
    pub(crate) freshness: Signed<Freshness>,
    pub(crate) conversation: ConversationId,
    pub(crate) key_0: EpochKey,
    pub(crate) epoch_0: Signed<EpochRecord>,
    pub(crate) key_1: EpochKey,
    pub(crate) epoch_1: Signed<EpochRecord>,
    pub(crate) consent: Signed<Consent>,
}

pub(crate) fn id(name: &str) -> [u8; 16] {
    let digest = Digest::of(name.as_bytes());
    *digest.as_bytes().first_chunk().unwrap()
}

pub(crate) fn staff(person: &Person, serial: u32, roles: Roles, name: &str) -> Staff {
    Staff {
        account: person.account(),
        serial,
        identity_hash: person.identity.digest(),
        roles,
        name: name.into(),
    }
}

pub(crate) fn member(person: &Person, role: MemberRole) -> Member {
    Member {
        id: MemberId::Account(person.account()),
        identity_hash: person.identity.digest(),
        role,
        history_from: 0,
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let platform = PlatformId::from_bytes(id("platform"));
        let root = SigningKey::make(&mut Repeatable::new("root"));
        let admin = Person::new(&platform, "admin");
        let lead = Person::new(&platform, "lead");
        let counsellor = Person::new(&platform, "counsellor");
        let seeker = Person::new(&platform, "seeker");
        let agency_root = SigningKey::make(&mut Repeatable::new("agency root"));
        let next_root = SigningKey::make(&mut Repeatable::new("next root"));
        let inbox = KemSeed::make(&mut Repeatable::new("inbox"));
        let sign_as_admin = &admin.keys.sig;

        let admins = AdminList {
            seq: 1,
            prev_hash: Digest::ZERO,
            admins: vec![Admin {
                serial: 1,
                account: admin.account(),
                identity_hash: admin.identity.digest(),
                sig_key: admin.identity.sig_key,
                from_head: 1,
                until_head: Admin::NOT_RETIRED,
            }],
        };
        let association = AssociationEntry {
            association: AssociationId::from_bytes(id("association")),
            seq: 1,
            admin_serial: 1,
            name: "Verband für Beratung".into(),
            legal_hash: Digest::of(b"legal"),
            admins: vec![AssociationAdmin {
                account: lead.account(),
                identity_hash: lead.identity.digest(),
                name: "Frau Lindner".into(),
            }],
        };
        let agency = AgencyEntry {
            agency: AgencyId::from_bytes(id("agency")),
            seq: 1,
            admin_serial: 1,
            association: association.association,
            root_key: agency_root.verifying_key(),
            state: AgencyState::Open,
            place: "Münster".into(),
            name: "Beratungsstelle am Dom".into(),
        };
        let admins = Signed::sign(admins, &platform, &root).unwrap();
        let association = Signed::sign(association, &platform, sign_as_admin).unwrap();
        let agency = Signed::sign(agency, &platform, sign_as_admin).unwrap();
        let mut directory = Directory::default();
        directory.put_agency(&agency);
        directory.put_association(&association);
        let head = Head {
            seq: 1,
            prev_hash: Digest::ZERO,
            merkle_root: directory.root(),
            count: 2,
            day: Day(20_001),
            admin_serial: 1,
        };
        let head = Signed::sign(head, &platform, sign_as_admin).unwrap();
        let manifest = Manifest {
            agency: agency.agency,
            seq: 1,
            prev_hash: Digest::ZERO,
            root_key: agency.root_key,
            next_root_hash: Digest::of(next_root.verifying_key().as_bytes()),
            inbox_epoch: 1,
            inbox_key: inbox.public_key().unwrap(),
            policy: Policy {
                named_deputy: true,
                retention_days: 90,
                ..Policy::default()
            },
            profile_hash: Digest::of(b"{}"),
            day: Day(20_001),
            staff: vec![
                staff(&lead, 1, Roles::LEAD.and(Roles::DEPUTY), "Frau Lindner"),
                staff(
                    &counsellor,
                    2,
                    Roles::COUNSELLOR.and(Roles::INBOX),
                    "Herr Martens",
                ),
            ],
        };
        let manifest = Signed::sign(manifest, &platform, &agency_root).unwrap();
        let freshness = Freshness {
            agency: agency.agency,
            seq: 1,
            manifest_hash: manifest.digest(),
            day: Day(20_010),
            serial: 1,
        };
        let freshness = Signed::sign(freshness, &platform, &lead.keys.sig).unwrap();

        let conversation = ConversationId::from_bytes(id("conversation"));
        let key_0 = EpochKey::make(&mut Repeatable::new("key 0"));
        let epoch_0 = EpochRecord {
            conversation,
            epoch: 0,
            prev_hash: Digest::ZERO,
            commit: Digest::ZERO,
            agency: agency.agency,
            manifest_hash: manifest.digest(),
            consent_hash: Digest::ZERO,
            author_slot: 0,
            reason: Reason::Enquiry,
            members: vec![
                member(&seeker, MemberRole::Seeker),
                Member {
                    id: MemberId::Inbox(agency.agency),
                    identity_hash: Digest::ZERO,
                    role: MemberRole::Inbox,
                    history_from: 0,
                },
            ],
        };
        let epoch_0 = Signed::author(epoch_0, &key_0, &platform, &seeker.keys.sig).unwrap();
        let key_1 = EpochKey::make(&mut Repeatable::new("key 1"));
        let epoch_1 = EpochRecord {
            epoch: 1,
            prev_hash: epoch_0.digest(),
            author_slot: 1,
            reason: Reason::Accept,
            members: vec![
                member(&seeker, MemberRole::Seeker),
                member(&counsellor, MemberRole::Counsellor),
                member(&lead, MemberRole::Deputy),
            ],
            ..(*epoch_0).clone()
        };
        let epoch_1 = Signed::author(epoch_1, &key_1, &platform, &counsellor.keys.sig).unwrap();
        let consent = Consent {
            conversation,
            to: ConsentTo::Account(lead.account()),
            epoch_from: 0,
            epoch_to: 1,
            expires: Day(20_040),
        };
        let consent = Signed::sign(consent, &platform, &seeker.keys.sig).unwrap();
        Self {
            platform,
            root,
            admin,
            lead,
            counsellor,
            seeker,
            agency_root,
            inbox,
            admins,
            association,
            agency,
            directory,
            head,
            manifest,
            freshness,
            conversation,
            key_0,
            epoch_0,
            key_1,
            epoch_1,
            consent,
        }
    }
}
