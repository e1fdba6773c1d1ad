//! Submitting enquiries: what is stored verifies, once, against what is in force.

use crypto::epoch::{EpochRecord, MemberRole, Reason};
use crypto::trust::AgencyState;
use domain::Refusal;
use domain::conversation::{ListConversations, MemberId, State};
use domain::enquiry::SubmitEnquiry;
use domain::id::{AgencyId, ConversationId};
use domain::inbox::ListInbox;
use domain::topic::TopicId;
use domain::work::Purpose;

use crate::support::case::{Case, first_record, member};
use crate::support::{Agency, Entries, Scene, World, random, refused};

crate::on_both! {
    an_enquiry_waits_for_the_team_and_the_seeker_sees_it,
    sent_again_it_is_answered_alike,
    the_same_enquiry_twice_at_once_is_one,
    an_older_inbox_key_or_manifest_is_refused,
    closed_offline_and_unfit_agencies_are_refused,
    transplanted_parts_are_refused,
    records_that_no_client_would_accept_are_refused,
    a_wish_is_kept_if_it_can_be_granted,
}

async fn submit(world: &World, scene: &Scene, request: SubmitEnquiry) -> Result<(), Refusal> {
    let enquiries = world.backend.enquiries();
    match enquiries.submit(&scene.seeker.actor, request).await {
        Ok(_) => Ok(()),
        Err(backend::Error::Refused(refusal)) => Err(refusal),
        Err(error) => panic!("broke: {error:?}"),
    }
}

async fn an_enquiry_waits_for_the_team_and_the_seeker_sees_it(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.waiting(world).await;
    for reader in [&scene.first, &scene.second] {
        let waiting = world
            .backend
            .inbox()
            .list(&reader.actor, ListInbox {})
            .await
            .unwrap();
        assert_eq!(waiting.len(), 1);
        let one = &waiting[0];
        assert_eq!(one.conversation, case.id);
        assert_eq!(one.topic, TopicId(0));
        assert_eq!(one.received, world.now());
        assert_eq!(one.epochs[0].as_slice(), case.epochs[0].0.as_bytes());
        assert_eq!(
            one.identities[0].as_slice(),
            scene.seeker.identity.as_bytes()
        );
        let places: Vec<_> = one.messages.iter().map(|stored| stored.position).collect();
        assert_eq!(places, [1, 2]);
        let wrap = crypto::wrap::EpochWrap::decode(one.wraps[0].as_slice()).unwrap();
        let platform = &world.trust.platform_id;
        let key = wrap
            .open(platform, &case.epochs[0].0, &scene.agency.inbox)
            .unwrap();
        assert!(key.fits(&case.epochs[0].0));
    }
    let conversations = world.backend.conversations();
    let own = conversations
        .list(&scene.seeker.actor, ListConversations {})
        .await
        .unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].state, State::Waiting);
    assert_eq!((own[0].opening.len(), own[0].count), (2, 2));
    assert_eq!(own[0].wraps.len(), 1);
    assert_eq!(own[0].newest.as_ref().unwrap().position, 2);
    let wrap = crypto::wrap::EpochWrap::decode(own[0].wraps[0].as_slice()).unwrap();
    let platform = &world.trust.platform_id;
    wrap.open(platform, &case.epochs[0].0, &scene.seeker.keys.kem)
        .unwrap();
}

async fn sent_again_it_is_answered_alike(world: &World) {
    let mut scene = Scene::new(world).await;
    let (case, request) = scene.enquiry(world);
    let enquiries = world.backend.enquiries();
    let first = enquiries
        .submit(&scene.seeker.actor, request.clone())
        .await
        .unwrap();
    world.pass(60_000);
    // Even when its manifest is no longer the newest.
    scene.change_inbox(world).await;
    let again = enquiries
        .submit(&scene.seeker.actor, request.clone())
        .await
        .unwrap();
    assert_eq!(first, again);
    // Sealed again after the answer was lost.
    let record = first_record(case.id, &scene.seeker, &scene.agency);
    let (_, resealed) = Case::enquiry_with(world, &scene.seeker, &scene.agency, record);
    let again = enquiries
        .submit(&scene.seeker.actor, resealed)
        .await
        .unwrap();
    assert_eq!(first, again);
    let waiting = world
        .backend
        .inbox()
        .list(&scene.first.actor, ListInbox {})
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1);

    let other = world.seeker(scene.agency.association).await;
    let record = first_record(case.id, &other, &scene.agency);
    let (_, theirs) = Case::enquiry_with(world, &other, &scene.agency, record);
    let taken = enquiries.submit(&other.actor, theirs).await;
    assert_eq!(refused(taken), Refusal::IdTaken, "somebody else's id");
}

async fn the_same_enquiry_twice_at_once_is_one(world: &World) {
    let scene = Scene::new(world).await;
    for _ in 0..5 {
        let (_, request) = scene.enquiry(world);
        let mut again = request.clone();
        again.work = world.work(Purpose::Enquiry);
        let enquiries = world.backend.enquiries();
        let (a, b) = tokio::join!(
            enquiries.submit(&scene.seeker.actor, request),
            enquiries.submit(&scene.seeker.actor, again),
        );
        assert_eq!(a.unwrap(), b.unwrap());
    }
    let waiting = world
        .backend
        .inbox()
        .list(&scene.first.actor, ListInbox {})
        .await
        .unwrap();
    assert_eq!(waiting.len(), 5);
}

async fn an_older_inbox_key_or_manifest_is_refused(world: &World) {
    let mut scene = Scene::new(world).await;
    let (case, old) = scene.enquiry(world);
    scene.change_inbox(world).await;
    assert_eq!(
        submit(world, &scene, old).await,
        Err(Refusal::InboxKeyOutdated)
    );

    let mut record = first_record(case.id, &scene.seeker, &scene.agency);
    record.manifest_hash = crypto::Digest::of(b"another");
    let (_, stale) = Case::enquiry_with(world, &scene.seeker, &scene.agency, record);
    assert_eq!(
        submit(world, &scene, stale).await,
        Err(Refusal::ManifestOutdated)
    );

    // Resealed to the manifest in force it is taken, under the same id.
    let record = first_record(case.id, &scene.seeker, &scene.agency);
    let (_, fresh) = Case::enquiry_with(world, &scene.seeker, &scene.agency, record);
    assert_eq!(submit(world, &scene, fresh).await, Ok(()));
}

async fn closed_offline_and_unfit_agencies_are_refused(world: &World) {
    let mut scene = Scene::new(world).await;
    let (_, mut wrong_topic) = scene.enquiry(world);
    wrong_topic.topic = TopicId(5);
    assert_eq!(
        submit(world, &scene, wrong_topic).await,
        Err(Refusal::NotFound)
    );

    scene.agency.profile.offline = true;
    scene.change_inbox(world).await;
    let (_, request) = scene.enquiry(world);
    assert_eq!(
        submit(world, &scene, request).await,
        Err(Refusal::AgencyClosed)
    );
    scene.agency.profile.offline = false;
    scene.change_inbox(world).await;

    let association = scene.agency.association;
    let mut without_manifest =
        Agency::publish_in(world, &mut scene.publisher, association, Entries::default()).await;
    without_manifest.manifest = scene.agency.manifest.clone();
    let (_, request) = Case::enquiry(world, &scene.seeker, &without_manifest);
    assert_eq!(submit(world, &scene, request).await, Err(Refusal::NotFound));

    let root = scene.agency.root.verifying_key();
    let (id, state) = (scene.agency.id, AgencyState::Closed);
    let closed = scene
        .publisher
        .agency(world, id, association, root, state, 2)
        .await;
    let entries = Entries {
        associations: Vec::new(),
        agencies: vec![closed],
    };
    scene.publisher.publish(world, entries).await;
    let (_, request) = scene.enquiry(world);
    assert_eq!(
        submit(world, &scene, request).await,
        Err(Refusal::AgencyClosed)
    );
}

async fn transplanted_parts_are_refused(world: &World) {
    let scene = Scene::new(world).await;
    let (_, other) = scene.enquiry(world);
    let (case, good) = scene.enquiry(world);
    type Change = Box<dyn Fn(&mut SubmitEnquiry)>;
    let o = other.clone();
    let (record, wraps, messages) = (o.epoch, o.wraps, o.messages);
    let seekers = good.wraps[0].clone();
    let cases: Vec<(&str, Change, Refusal)> = vec![
        (
            "record of another",
            Box::new(move |r| r.epoch = record.clone()),
            Refusal::SignatureInvalid,
        ),
        (
            "wrap of another",
            Box::new({
                let wraps = wraps.clone();
                move |r| r.wraps[0] = wraps[0].clone()
            }),
            Refusal::Malformed,
        ),
        (
            "inbox wrap of another",
            Box::new(move |r| r.wraps[1] = wraps[1].clone()),
            Refusal::Malformed,
        ),
        (
            "message of another",
            Box::new(move |r| r.messages[1] = messages[1].clone()),
            Refusal::Malformed,
        ),
        (
            "a message twice",
            Box::new(|r| r.messages[1] = r.messages[0].clone()),
            Refusal::Malformed,
        ),
        (
            "no message",
            Box::new(|r| r.messages.clear()),
            Refusal::Malformed,
        ),
        (
            "many messages",
            Box::new(|r| r.messages = vec![r.messages[0].clone(); 5]),
            Refusal::TooLarge,
        ),
        (
            "no wrap for the inbox",
            Box::new(|r| {
                r.wraps.pop();
            }),
            Refusal::Malformed,
        ),
        (
            "no wrap for the seeker",
            Box::new(|r| {
                r.wraps.remove(0);
            }),
            Refusal::Malformed,
        ),
        (
            "a third wrap",
            Box::new(move |r| r.wraps.push(seekers.clone())),
            Refusal::Malformed,
        ),
        (
            "wraps exchanged",
            Box::new(|r| {
                let first = r.wraps[0].wrap.clone();
                r.wraps[0].wrap = std::mem::replace(&mut r.wraps[1].wrap, first);
            }),
            Refusal::InboxKeyOutdated,
        ),
        (
            "another agency",
            Box::new(|r| r.agency = AgencyId::from_bytes([9; 16])),
            Refusal::SignatureInvalid,
        ),
        (
            "another id",
            Box::new(|r| r.conversation = ConversationId::from_bytes([9; 16])),
            Refusal::SignatureInvalid,
        ),
        (
            "bytes for a record",
            Box::new(|r| r.epoch = vec![1, 2, 3].into()),
            Refusal::Malformed,
        ),
        (
            "bytes for a message",
            Box::new(|r| r.messages[0] = vec![0x10; 592].into()),
            Refusal::Malformed,
        ),
    ];
    for (name, change, expected) in cases {
        let mut request = good.clone();
        change(&mut request);
        assert_eq!(
            submit(world, &scene, request).await,
            Err(expected),
            "{name}"
        );
    }
    assert_eq!(submit(world, &scene, good).await, Ok(()));
    // Only what was taken has left wraps.
    let listed = world
        .backend
        .inbox()
        .list(&scene.first.actor, ListInbox {})
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].conversation, case.id);
}

async fn records_that_no_client_would_accept_are_refused(world: &World) {
    let scene = Scene::new(world).await;
    type Change = Box<dyn Fn(&mut EpochRecord)>;
    let stranger = member(&scene.first, MemberRole::Counsellor);
    let cases: Vec<(&str, Change)> = vec![
        (
            "a third member",
            Box::new(move |r| r.members.push(stranger.clone())),
        ),
        (
            "a consent",
            Box::new(|r| r.consent_hash = crypto::Digest::of(b"x")),
        ),
        ("another reason", Box::new(|r| r.reason = Reason::Rotate)),
        (
            "another role",
            Box::new(|r| r.members[0].role = MemberRole::Participant),
        ),
        (
            "exchanged slots",
            Box::new(|r| {
                r.members.swap(0, 1);
                r.author_slot = 1;
            }),
        ),
        (
            "another inbox",
            Box::new(|r| {
                r.members[1].id = MemberId::Inbox(AgencyId::from_bytes([9; 16]));
            }),
        ),
    ];
    for (name, change) in cases {
        let id = ConversationId::from_bytes(random());
        let mut record = first_record(id, &scene.seeker, &scene.agency);
        change(&mut record);
        let platform = &world.trust.platform_id;
        let key = crypto::epoch::EpochKey::make(&mut crypto::random::SystemRandom);
        let signer = &scene.seeker.keys.sig;
        let Ok(record) = crypto::Signed::author(record, &key, platform, signer) else {
            // Not even a form for it.
            continue;
        };
        let (_, mut request) = scene.enquiry(world);
        request.conversation = id;
        request.epoch = record.as_bytes().into();
        assert_eq!(
            submit(world, &scene, request).await,
            Err(Refusal::SignatureInvalid),
            "{name}"
        );
    }
    let mut by_another = first_record(
        ConversationId::from_bytes(random()),
        &scene.first,
        &scene.agency,
    );
    by_another.members[0] = member(&scene.first, MemberRole::Seeker);
    let (_, request) = Case::enquiry_with(world, &scene.first, &scene.agency, by_another);
    assert_eq!(
        submit(world, &scene, request).await,
        Err(Refusal::SignatureInvalid)
    );
}

async fn a_wish_is_kept_if_it_can_be_granted(world: &World) {
    let scene = Scene::new(world).await;
    let (_, mut request) = scene.enquiry(world);
    request.wish = Some(scene.second.account);
    submit(world, &scene, request).await.unwrap();
    let (_, mut request) = scene.enquiry(world);
    request.wish = Some(scene.deputy.account);
    submit(world, &scene, request).await.unwrap();
    let listed = world
        .backend
        .inbox()
        .list(&scene.first.actor, ListInbox {})
        .await
        .unwrap();
    let mut wishes: Vec<_> = listed.iter().map(|one| one.wish).collect();
    wishes.sort();
    assert_eq!(wishes, [None, Some(scene.second.account)]);
}
