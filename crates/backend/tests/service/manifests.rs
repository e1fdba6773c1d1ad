//! Manifests and freshness: what the server lets an agency's root say.

use crypto::random::SystemRandom;
use crypto::trust::{Freshness, Manifest};
use crypto::wrap::{KemSeed, RootWrap};
use crypto::{Digest, Signed, SigningKey};
use domain::Refusal;
use domain::admin::LoadIdentity;
use domain::agency::{ListMine, PublishFreshness, Roles};

use crate::directory::{Scene, load, scene};
use crate::support::agency::COUNSELLOR;
use crate::support::{Person, World, random, refused};

crate::on_both! {
    manifests_follow_each_other,
    manifests_list_staff_as_they_are,
    whoever_joins_or_leaves_the_inbox_makes_a_new_key,
    freshness_is_said_by_leads_of_today,
    root_wraps_reach_their_holders,
    identities_of_seekers_stay_hidden,
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

    // Listed, and gone again: the serial stays theirs, although nobody on the list has it.
    // What was tried before was not published.
    scene.agency.inbox_epoch -= 1;
    let (mut gone, next) = (other, world.staff().await);
    let mut team = [(&mut scene.counsellor, COUNSELLOR), (&mut gone, COUNSELLOR)];
    scene.agency.staff(world, &scene.admin, &mut team).await;
    let serial = scene.agency.manifest().staff(&gone.account).unwrap().serial;
    let mut team = [(&mut scene.counsellor, COUNSELLOR)];
    scene.agency.staff(world, &scene.admin, &mut team).await;
    scene.agency.inbox = KemSeed::make(&mut SystemRandom);
    scene.agency.inbox_epoch += 1;
    for (given, good) in [(serial, false), (serial + 100, true)] {
        let team = [(&scene.counsellor, COUNSELLOR), (&next, COUNSELLOR)];
        let mut staff = scene.agency.list(&team);
        staff[1].serial = given;
        let manifest = scene.agency.next(world, staff);
        let mut request = scene.agency.request(world, &team);
        request.manifest = scene.agency.sign(world, manifest).as_bytes().into();
        let result = admin.publish_manifest(&scene.admin.actor, request).await;
        assert_eq!(result.is_ok(), good, "{result:?}");
    }
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
    let scene = scene(world).await;
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
