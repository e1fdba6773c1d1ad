//! The chain of trust as the server keeps it: what verifies is stored, nothing else.

use crypto::random::SystemRandom;
use crypto::trust::merkle::{verify_agency, verify_association};
use crypto::trust::{AdminList, AgencyEntry, AgencyState, AssociationEntry, Head, Manifest};
use crypto::{Digest, Signed, SigningKey, Unverified};
use domain::Refusal;
use domain::agency::{AgencyChain, ListAgencies, ListMine, LoadAgency, LoadManifest, Roles};
use domain::id::AgencyId;
use domain::topic::TopicId;

use crate::support::agency::COUNSELLOR;
use crate::support::{Agency, Entries, Person, Publisher, World, nobody, random, refused};

crate::on_both! {
    a_client_can_verify_what_is_served,
    pins_get_what_came_after_them,
    forged_heads_and_entries_are_refused,
    a_directory_is_published_all_or_nothing,
    lists_hold_open_agencies_of_the_topic,
}

pub(crate) struct Scene {
    pub(crate) publisher: Publisher,
    pub(crate) admin: Person,
    pub(crate) agency: Agency,
    pub(crate) counsellor: Person,
}

pub(crate) async fn scene(world: &World) -> Scene {
    let mut publisher = Publisher::new(world).await;
    let mut admin = world.staff().await;
    let mut agency = Agency::publish(world, &mut publisher, &admin).await;
    admin.again(world).await;
    let mut counsellor = world.staff().await;
    let roles = COUNSELLOR.and(Roles::LEAD);
    agency
        .staff(world, &admin, &mut [(&mut counsellor, roles)])
        .await;
    Scene {
        publisher,
        admin,
        agency,
        counsellor,
    }
}

pub(crate) async fn load(world: &World, agency: &Agency) -> AgencyChain {
    load_after(world, agency, None, None).await
}

async fn load_after(
    world: &World,
    agency: &Agency,
    manifest_after: Option<u64>,
    head_after: Option<u64>,
) -> AgencyChain {
    let request = LoadAgency {
        agency: agency.id,
        manifest_after,
        head_after,
    };
    world
        .backend
        .agencies()
        .load(&nobody(), request)
        .await
        .unwrap()
}

/// What a seeker without a pin checks (crypto.md 3.4).
fn verify(world: &World, chain: &AgencyChain) -> Signed<Manifest> {
    let platform = &world.trust.platform_id;
    let admins = Unverified::<AdminList>::decode(chain.admins.last().unwrap().as_slice())
        .unwrap()
        .verify(platform, &world.trust.root_public_key)
        .unwrap();
    let head = Unverified::<Head>::decode(chain.heads.last().unwrap().as_slice())
        .unwrap()
        .verify(platform, &admins)
        .unwrap();
    let association = Unverified::<AssociationEntry>::decode(chain.association.as_slice())
        .unwrap()
        .verify(platform, &admins)
        .unwrap();
    verify_association(&head, &association, &chain.association_proof).unwrap();
    assert_eq!(Digest::of(chain.legal.as_slice()), association.legal_hash);
    let entry = Unverified::<AgencyEntry>::decode(chain.entry.as_slice())
        .unwrap()
        .verify(platform, &admins)
        .unwrap();
    verify_agency(&head, &entry, &chain.entry_proof).unwrap();
    let manifest = Unverified::<Manifest>::decode(chain.manifests.last().unwrap().as_slice())
        .unwrap()
        .verify(platform, &entry.agency, &entry.root_key)
        .unwrap();
    assert_eq!(Digest::of(chain.profile.as_slice()), manifest.profile_hash);
    manifest
}

async fn a_client_can_verify_what_is_served(world: &World) {
    let mut scene = scene(world).await;
    for _ in 0..5 {
        let id = scene.agency.association;
        Agency::publish_in(world, &mut scene.publisher, id, Entries::default()).await;
    }
    let chain = load(world, &scene.agency).await;
    let manifest = verify(world, &chain);
    assert_eq!(manifest.digest(), scene.agency.manifest().digest());
    let request = LoadManifest {
        agency: scene.agency.id,
        hash: manifest.digest().as_bytes().to_vec().into(),
    };
    let agencies = world.backend.agencies();
    let stored = agencies.load_manifest(&nobody(), request).await.unwrap();
    assert_eq!(stored.manifest.as_slice(), manifest.as_bytes());

    let mine = agencies
        .list_mine(&scene.counsellor.actor, ListMine {})
        .await
        .unwrap();
    assert_eq!(mine.len(), 1);
    verify(world, &mine[0].chain);
    assert_eq!(mine[0].inbox_wraps.len(), 1);
    assert_eq!(
        mine[0].identities[0].as_slice(),
        scene.counsellor.identity.as_bytes()
    );
    let wrap = crypto::wrap::InboxWrap::decode(mine[0].inbox_wraps[0].as_slice()).unwrap();
    let (platform, id) = (&world.trust.platform_id, &scene.agency.id);
    wrap.open(
        platform,
        id,
        manifest.inbox_epoch,
        &manifest.inbox_key,
        &scene.counsellor.keys.kem,
    )
    .unwrap();
    let admins = agencies
        .list_mine(&scene.admin.actor, ListMine {})
        .await
        .unwrap();
    assert!(admins.is_empty(), "administers, but is not listed");
    let unknown = LoadAgency {
        agency: AgencyId::from_bytes(random()),
        manifest_after: None,
        head_after: None,
    };
    let unknown = agencies.load(&nobody(), unknown).await;
    assert_eq!(refused(unknown), Refusal::NotFound);
}

async fn pins_get_what_came_after_them(world: &World) {
    let mut scene = scene(world).await;
    let roles = COUNSELLOR.and(Roles::LEAD);
    for _ in 0..3 {
        let team = &mut [(&mut scene.counsellor, roles)];
        scene.agency.staff(world, &scene.admin, team).await;
        let id = scene.agency.association;
        Agency::publish_in(world, &mut scene.publisher, id, Entries::default()).await;
    }
    for (pin, manifests, heads) in [
        (None, 1, 1),
        (Some(0), 4, 4),
        (Some(2), 2, 2),
        (Some(4), 1, 1),
        (Some(99), 1, 1),
    ] {
        let chain = load_after(world, &scene.agency, pin, pin).await;
        assert_eq!(chain.manifests.len(), manifests, "manifests after {pin:?}");
        assert_eq!(chain.heads.len(), heads, "heads after {pin:?}");
        let newest = Digest::of(chain.manifests.last().unwrap().as_slice());
        assert_eq!(newest, scene.agency.manifest().digest());
        for pair in chain.manifests.windows(2) {
            let next = Unverified::<Manifest>::decode(pair[1].as_slice()).unwrap();
            let root = next.claimed_root();
            let platform = &world.trust.platform_id;
            let next = next.verify(platform, &scene.agency.id, &root).unwrap();
            assert_eq!(next.prev_hash, Digest::of(pair[0].as_slice()));
        }
    }
}

async fn forged_heads_and_entries_are_refused(world: &World) {
    let mut scene = scene(world).await;
    let admin = world.backend.admin();
    let platform = &world.trust.platform_id;
    let actor = &scene.publisher.admin.actor.clone();
    let unchanged = scene.publisher.request(world, &Entries::default()).await;
    admin
        .publish_directory(actor, unchanged.clone())
        .await
        .unwrap();
    let again = admin.publish_directory(actor, unchanged).await;
    assert_eq!(
        refused(again),
        Refusal::VersionOutdated,
        "the same head again"
    );

    let serial = scene.publisher.serial(world).await;
    let forger = SigningKey::make(&mut SystemRandom);
    let entry = AgencyEntry {
        agency: AgencyId::from_bytes(random()),
        seq: 1,
        admin_serial: serial,
        association: scene.agency.association,
        root_key: forger.verifying_key(),
        state: AgencyState::Open,
        place: "Ort".to_owned(),
        name: "Falsche Stelle".to_owned(),
    };
    let forged = Signed::sign(entry, platform, &forger).unwrap();
    let entries = Entries {
        associations: Vec::new(),
        agencies: vec![forged],
    };
    let request = scene.publisher.request(world, &entries).await;
    let result = admin
        .publish_directory(&scene.publisher.admin.actor, request.clone())
        .await;
    assert_eq!(refused(result), Refusal::SignatureInvalid, "entry");

    let mut without_entry = request.clone();
    without_entry.agencies.clear();
    let result = admin
        .publish_directory(&scene.publisher.admin.actor, without_entry)
        .await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "a head over something else"
    );

    let mut broken = request;
    broken.head.0[60] ^= 1;
    let result = admin
        .publish_directory(&scene.publisher.admin.actor, broken)
        .await;
    assert_eq!(refused(result), Refusal::SignatureInvalid, "head");

    let mut stranger = Publisher::new(world).await;
    let request = stranger.request(world, &Entries::default()).await;
    let result = admin
        .publish_directory(&stranger.admin.actor, request)
        .await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "an admin of the second head signs the first"
    );
}

async fn a_directory_is_published_all_or_nothing(world: &World) {
    let mut scene = scene(world).await;
    let good = scene.publisher.agency(
        world,
        AgencyId::from_bytes(random()),
        scene.agency.association,
        SigningKey::make(&mut SystemRandom).verifying_key(),
        AgencyState::Open,
        1,
    );
    let good = good.await;
    let lower = scene.publisher.agency(
        world,
        scene.agency.id,
        scene.agency.association,
        scene.agency.root.verifying_key(),
        AgencyState::Closed,
        1,
    );
    let entries = Entries {
        associations: Vec::new(),
        agencies: vec![good.clone(), lower.await],
    };
    let request = scene.publisher.request(world, &entries).await;
    let admin = world.backend.admin();
    let actor = &scene.publisher.admin.actor;
    let result = admin.publish_directory(actor, request).await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "the same seq again"
    );
    let state = admin
        .load_directory(actor, domain::admin::LoadDirectory {})
        .await
        .unwrap();
    assert!(
        state
            .agencies
            .iter()
            .all(|entry| entry.as_slice() != good.as_bytes())
    );
    verify(world, &load(world, &scene.agency).await);
}

async fn lists_hold_open_agencies_of_the_topic(world: &World) {
    let mut scene = scene(world).await;
    let agencies = world.backend.agencies();
    let list = async |topic| {
        let request = ListAgencies {
            topic: TopicId(topic),
        };
        agencies.list(&nobody(), request).await.unwrap().rows.len()
    };
    assert_eq!(list(0).await, 1, "by list");
    assert_eq!(list(11).await, 1, "central");
    assert_eq!(list(1).await, 0, "by link only");
    assert_eq!(list(5).await, 0, "not offered");
    assert_eq!(agencies.outlines(TopicId(1)).await.unwrap().len(), 1);

    scene.agency.profile.offline = true;
    let roles = COUNSELLOR.and(Roles::LEAD);
    let team = &mut [(&mut scene.counsellor, roles)];
    scene.agency.staff(world, &scene.admin, team).await;
    assert_eq!(list(0).await, 0, "offline");
    scene.agency.profile.offline = false;
    let team = &mut [(&mut scene.counsellor, roles)];
    scene.agency.staff(world, &scene.admin, team).await;
    assert_eq!(list(0).await, 1);

    let root = scene.agency.root.verifying_key();
    let (id, association) = (scene.agency.id, scene.agency.association);
    let state = AgencyState::Closed;
    let closed = scene
        .publisher
        .agency(world, id, association, root, state, 2)
        .await;
    let entries = Entries {
        associations: Vec::new(),
        agencies: vec![closed],
    };
    scene.publisher.publish(world, entries).await;
    assert_eq!(list(0).await, 0, "closed for good");
}
