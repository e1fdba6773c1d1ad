//! The chain of trust as the server keeps it: what verifies is stored, nothing else.

use crypto::random::SystemRandom;
use crypto::trust::merkle::{verify_agency, verify_association};
use crypto::trust::{
    AdminList, AgencyEntry, AgencyState, AssociationEntry, Freshness, Head, Manifest,
};
use crypto::wrap::{KemSeed, RootWrap};
use crypto::{Digest, Signed, SigningKey, Unverified};
use domain::Refusal;
use domain::admin::LoadIdentity;
use domain::agency::{
    AgencyChain, ListAgencies, ListMine, LoadAgency, LoadManifest, PublishFreshness, Roles,
};
use domain::id::AgencyId;
use domain::time::DAY;
use domain::topic::TopicId;

use crate::support::agency::COUNSELLOR;
use crate::support::{Agency, Entries, Person, Publisher, World, nobody, random, refused};

crate::on_both! {
    a_client_can_verify_what_is_served,
    pins_get_what_came_after_them,
    forged_heads_and_entries_are_refused,
    a_directory_is_published_all_or_nothing,
    manifests_follow_each_other,
    manifests_list_staff_as_they_are,
    whoever_joins_or_leaves_the_inbox_makes_a_new_key,
    freshness_is_said_by_leads_of_today,
    lists_hold_open_agencies_of_the_topic,
    root_wraps_reach_their_holders,
    identities_of_seekers_stay_hidden,
}

struct Scene {
    publisher: Publisher,
    admin: Person,
    agency: Agency,
    counsellor: Person,
}

async fn scene(world: &World) -> Scene {
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

async fn load(world: &World, agency: &Agency) -> AgencyChain {
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
        Refusal::VersionOutdated,
        "a second first head"
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

async fn manifests_follow_each_other(world: &World) {
    let mut scene = scene(world).await;
    let admin = world.backend.admin();
    let roles = COUNSELLOR.and(Roles::LEAD);
    let request = |scene: &mut Scene, change: &dyn Fn(&mut Manifest)| {
        let staff = scene.agency.list(&[(&scene.counsellor, roles)]);
        let mut manifest = scene.agency.next(world, staff);
        change(&mut manifest);
        domain::admin::PublishManifest {
            manifest: scene.agency.sign(world, manifest).as_bytes().into(),
            profile: scene.agency.profile_bytes().into(),
            inbox_wraps: Vec::new(),
            root_wraps: Vec::new(),
        }
    };
    type Change = Box<dyn Fn(&mut Manifest)>;
    let cases: [(Change, Refusal); 6] = [
        (Box::new(|m| m.seq += 1), Refusal::VersionOutdated),
        (Box::new(|m| m.seq -= 1), Refusal::VersionOutdated),
        (
            Box::new(|m| m.prev_hash = Digest::ZERO),
            Refusal::SignatureInvalid,
        ),
        (
            Box::new(|m| m.profile_hash = Digest::ZERO),
            Refusal::SignatureInvalid,
        ),
        (Box::new(|m| m.day.0 += 30), Refusal::SignatureInvalid),
        (Box::new(|m| m.inbox_epoch += 1), Refusal::SignatureInvalid),
    ];
    for (at, (change, expected)) in cases.iter().enumerate() {
        let request = request(&mut scene, change);
        let result = admin.publish_manifest(&scene.admin.actor, request).await;
        assert_eq!(refused(result), *expected, "case {at}");
    }
    let other_root = SigningKey::make(&mut SystemRandom);
    let own_root = std::mem::replace(&mut scene.agency.root, other_root);
    let by_another = request(&mut scene, &|_| {});
    let result = admin.publish_manifest(&scene.admin.actor, by_another).await;
    assert_eq!(refused(result), Refusal::SignatureInvalid, "another root");
    scene.agency.root = own_root;

    let mut overlapping = request(&mut scene, &|_| {});
    let again = overlapping.profile.clone();
    let mut profile: domain::profile::Profile = serde_json::from_slice(again.as_slice()).unwrap();
    profile.topics.push(profile.topics[0].clone());
    scene.agency.profile = profile;
    overlapping = request(&mut scene, &|_| {});
    let result = admin
        .publish_manifest(&scene.admin.actor, overlapping)
        .await;
    assert_eq!(refused(result), Refusal::Malformed, "a topic twice");
    scene.agency.profile.topics.pop();
    let good = request(&mut scene, &|_| {});
    admin
        .publish_manifest(&scene.admin.actor, good)
        .await
        .unwrap();
}

async fn manifests_list_staff_as_they_are(world: &World) {
    let mut scene = scene(world).await;
    let admin = world.backend.admin();
    let seeker = world.seeker(scene.agency.association).await;
    let other = world.staff().await;
    scene.agency.inbox = KemSeed::make(&mut SystemRandom);
    scene.agency.inbox_epoch += 1;
    let request = scene.agency.request(world, &[(&seeker, COUNSELLOR)]);
    let result = admin.publish_manifest(&scene.admin.actor, request).await;
    assert_eq!(refused(result), Refusal::SignatureInvalid, "a seeker");

    let mut staff = scene.agency.list(&[(&other, COUNSELLOR)]);
    staff[0].identity_hash = scene.counsellor.identity.digest();
    let manifest = scene.agency.next(world, staff);
    let mut request = scene.agency.request(world, &[(&other, COUNSELLOR)]);
    request.manifest = scene.agency.sign(world, manifest).as_bytes().into();
    let result = admin.publish_manifest(&scene.admin.actor, request).await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "another identity"
    );

    let mut staff = scene.agency.list(&[(&other, COUNSELLOR)]);
    staff[0].serial = scene.agency.manifest().staff[0].serial;
    let manifest = scene.agency.next(world, staff);
    let mut request = scene.agency.request(world, &[(&other, COUNSELLOR)]);
    request.manifest = scene.agency.sign(world, manifest).as_bytes().into();
    let result = admin.publish_manifest(&scene.admin.actor, request).await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "a serial used before"
    );
}

async fn whoever_joins_or_leaves_the_inbox_makes_a_new_key(world: &World) {
    let mut scene = scene(world).await;
    let admin = world.backend.admin();
    let other = world.staff().await;
    let roles = COUNSELLOR.and(Roles::LEAD);
    let both = [(&scene.counsellor, roles), (&other, COUNSELLOR)];

    let mut same_key = scene.agency.request(world, &both);
    same_key.inbox_wraps.clear();
    let result = admin.publish_manifest(&scene.admin.actor, same_key).await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "joined under the old key"
    );

    scene.agency.inbox = KemSeed::make(&mut SystemRandom);
    scene.agency.inbox_epoch += 1;
    let mut missing = scene.agency.request(world, &both);
    missing.inbox_wraps.pop();
    let result = admin.publish_manifest(&scene.admin.actor, missing).await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "a member without a wrap"
    );

    let mut foreign = scene.agency.request(world, &both);
    let outsider = world.staff().await;
    let wrap = scene.agency.inbox_wrap(world, &outsider.identity);
    foreign.inbox_wraps[1] = wrap;
    let result = admin.publish_manifest(&scene.admin.actor, foreign).await;
    assert_eq!(
        refused(result),
        Refusal::SignatureInvalid,
        "a wrap for an outsider"
    );

    let good = scene.agency.request(world, &both);
    admin
        .publish_manifest(&scene.admin.actor, good)
        .await
        .unwrap();
    let mut other = other;
    other.again(world).await;
    let agencies = world.backend.agencies();
    let mine = agencies.list_mine(&other.actor, ListMine {}).await.unwrap();
    assert_eq!(mine[0].inbox_wraps.len(), 1, "the new key only");
    scene.counsellor.again(world).await;
    let mine = agencies
        .list_mine(&scene.counsellor.actor, ListMine {})
        .await
        .unwrap();
    assert_eq!(
        mine[0].inbox_wraps.len(),
        2,
        "the old key too: enquiries may wait under it"
    );
}

async fn freshness_is_said_by_leads_of_today(world: &World) {
    let mut scene = scene(world).await;
    let agencies = world.backend.agencies();
    let platform = &world.trust.platform_id;
    let manifest = scene.agency.manifest().clone();
    let statement = |person: &Person, change: &dyn Fn(&mut Freshness)| {
        let listed = manifest.staff(&person.account).unwrap();
        let mut fresh = Freshness {
            agency: manifest.agency,
            seq: manifest.seq,
            manifest_hash: manifest.digest(),
            day: world.now().day(),
            serial: listed.serial,
        };
        change(&mut fresh);
        let signed = Signed::sign(fresh, platform, &person.keys.sig).unwrap();
        PublishFreshness {
            statement: signed.as_bytes().into(),
        }
    };
    world.pass(8 * DAY);
    let renew = async |person: &mut Person| person.again(world).await;
    // The session has ended meanwhile; another is not what this test is about.
    renew(&mut scene.counsellor).await;
    assert!(scene.counsellor.actor.subject().account().is_none());
    world.pass(-8 * DAY);
    renew(&mut scene.counsellor).await;
    let lead = &scene.counsellor;

    let future = statement(lead, &|fresh| fresh.day.0 += 3);
    let result = agencies.publish_freshness(&lead.actor, future).await;
    assert_eq!(refused(result), Refusal::SignatureInvalid, "not of today");
    let of_another = statement(lead, &|fresh| fresh.manifest_hash = Digest::ZERO);
    let result = agencies.publish_freshness(&lead.actor, of_another).await;
    assert_eq!(refused(result), Refusal::ManifestOutdated);
    let good = statement(lead, &|_| {});
    agencies
        .publish_freshness(&lead.actor, good.clone())
        .await
        .unwrap();
    let chain = load(world, &scene.agency).await;
    assert_eq!(chain.freshness.unwrap(), good.statement);
    assert_eq!(
        chain.freshness_by.unwrap().as_slice(),
        lead.identity.as_bytes()
    );

    let outsider = world.staff().await;
    let result = agencies.publish_freshness(&outsider.actor, good).await;
    assert_eq!(refused(result), Refusal::NotAllowed);
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

async fn root_wraps_reach_their_holders(world: &World) {
    let mut scene = scene(world).await;
    let roles = COUNSELLOR.and(Roles::LEAD).and(Roles::AGENCY_ADMIN);
    let mut request = {
        let staff = scene.agency.list(&[(&scene.counsellor, roles)]);
        let manifest = scene.agency.next(world, staff);
        domain::admin::PublishManifest {
            manifest: scene.agency.sign(world, manifest).as_bytes().into(),
            profile: scene.agency.profile_bytes().into(),
            inbox_wraps: Vec::new(),
            root_wraps: Vec::new(),
        }
    };
    let wrap = |to: &Person| -> domain::Blob {
        let (rng, platform) = (&mut SystemRandom, &world.trust.platform_id);
        let (id, root) = (&scene.agency.id, &scene.agency.root);
        let wrap = RootWrap::seal(rng, platform, id, 1, root, &to.identity.kem_key);
        wrap.unwrap().as_bytes().into()
    };
    let outsider = world.staff().await;
    let admin = world.backend.admin();
    request.root_wraps = vec![wrap(&outsider)];
    let result = admin
        .publish_manifest(&scene.admin.actor, request.clone())
        .await;
    assert_eq!(refused(result), Refusal::SignatureInvalid);
    request.root_wraps = vec![wrap(&scene.counsellor), wrap(&scene.admin)];
    admin
        .publish_manifest(&scene.admin.actor, request)
        .await
        .unwrap();
    let agencies = world.backend.agencies();
    let mine = agencies
        .list_mine(&scene.counsellor.actor, ListMine {})
        .await
        .unwrap();
    assert_eq!(mine[0].root_wraps.len(), 1);
}

async fn identities_of_seekers_stay_hidden(world: &World) {
    let scene = scene(world).await;
    let admin = world.backend.admin();
    let seeker = world.seeker(scene.agency.association).await;
    for asker in [&scene.admin, &scene.publisher.admin] {
        let ask = async |account| {
            admin
                .load_identity(&asker.actor, LoadIdentity { account })
                .await
        };
        let found = ask(scene.counsellor.account).await.unwrap();
        assert_eq!(
            found.identity.as_slice(),
            scene.counsellor.identity.as_bytes()
        );
        assert_eq!(refused(ask(seeker.account).await), Refusal::NotFound);
        let unknown = domain::id::AccountId::from_bytes(random());
        assert_eq!(refused(ask(unknown).await), Refusal::NotFound);
    }
}
