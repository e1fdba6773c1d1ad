//! Registration, sign-in, sessions.

use crypto::AccountKey;
use crypto::keywrap::{KeyWrap, Purpose};
use crypto::opaque::ExportKey;
use domain::Refusal;
use domain::account::{Consent, Reference, ResumeSession, SignOut, StaySignedIn};
use domain::id::AssociationId;
use domain::policy::Subject;
use domain::time::{HOUR, MINUTE, SECOND};

use crate::support::database::hex;
use crate::support::person::{New, sign_in, stretch, try_sign_in};
use crate::support::{Agency, Person, Publisher, World, nobody, random, refused};

crate::on_both! {
    a_registered_seeker_signs_in_and_gets_the_account_key_back,
    wrong_passwords_and_unknown_names_are_answered_alike,
    a_sign_in_is_finished_once_and_within_a_minute,
    names_and_ids_are_taken_once,
    consent_must_be_the_one_in_force,
    what_a_link_named_is_counted_and_not_kept,
    an_invitation_serves_once_and_for_three_days,
    sessions_end_when_idle_old_or_replaced,
    signing_out_forgets_the_share,
    an_identity_of_another_platform_is_refused,
}

const PASSWORD: &str = "apfel birne kirsche dattel";

async fn association(world: &World) -> AssociationId {
    let mut publisher = Publisher::new(world).await;
    let admin = world.staff().await;
    Agency::publish(world, &mut publisher, &admin)
        .await
        .association
}

async fn register(world: &World, name: &str) -> (Person, ExportKey) {
    register_with(world, name, association(world).await).await
}

async fn register_with(
    world: &World,
    name: &str,
    association: AssociationId,
) -> (Person, ExportKey) {
    let (record, export_key) = stretch(world, name, PASSWORD).await.unwrap();
    let mut new = New::make(world, name);
    let consent = Some(Consent {
        association,
        version: 1,
    });
    let request = new.finish(&record, export_key.expose(), consent, None);
    let person = new.begin(world, &nobody(), request).await.unwrap();
    (person, export_key)
}

async fn a_registered_seeker_signs_in_and_gets_the_account_key_back(world: &World) {
    let (person, _) = register(world, "stiller-bach27").await;
    let attempt = try_sign_in(world, "stiller-bach27", PASSWORD)
        .await
        .unwrap();
    let accounts = world.backend.accounts();
    let begun = accounts
        .sign_in_finish(&nobody(), attempt.finish)
        .await
        .unwrap();
    assert_eq!(begun.reply.account, person.account);
    assert_eq!(begun.reply.share.as_slice().len(), 32);
    assert_eq!(begun.token.as_str().len(), 43);
    let wrap = KeyWrap::decode(begun.reply.key_wrap.as_slice()).unwrap();
    let export_key = attempt.export_key.unwrap();
    let opened: AccountKey = wrap
        .open(Purpose::Password, &person.account, export_key.expose())
        .unwrap();
    assert_eq!(opened.expose(), person.account_key.expose());

    let actor = world
        .backend
        .sessions()
        .resolve(Some(begun.token.as_str()))
        .await
        .unwrap();
    let resumed = accounts.resume(&actor, ResumeSession {}).await.unwrap();
    assert_eq!(resumed.share, begun.reply.share);
    assert_eq!(resumed.account, person.account);
}

async fn wrong_passwords_and_unknown_names_are_answered_alike(world: &World) {
    register(world, "stiller-bach27").await;
    let known = try_sign_in(world, "stiller-bach27", "something else 12")
        .await
        .unwrap();
    let unknown = try_sign_in(world, "nobody-here55", PASSWORD).await.unwrap();
    assert!(known.export_key.is_none() && unknown.export_key.is_none());
    assert_eq!(
        known.finish.state.as_slice().len(),
        unknown.finish.state.as_slice().len()
    );
    let accounts = world.backend.accounts();
    for attempt in [known, unknown] {
        let finish = attempt.finish.clone();
        let wrong = refused(accounts.sign_in_finish(&nobody(), finish).await);
        assert_eq!(wrong, Refusal::WrongCredentials);
        // One guess a start.
        let again = refused(accounts.sign_in_finish(&nobody(), attempt.finish).await);
        assert_eq!(again, Refusal::SignInExpired);
    }
}

async fn a_sign_in_is_finished_once_and_within_a_minute(world: &World) {
    register(world, "stiller-bach27").await;
    let accounts = world.backend.accounts();
    let attempt = try_sign_in(world, "stiller-bach27", PASSWORD)
        .await
        .unwrap();
    let twice = attempt.finish.clone();
    accounts
        .sign_in_finish(&nobody(), attempt.finish)
        .await
        .unwrap();
    let again = refused(accounts.sign_in_finish(&nobody(), twice).await);
    assert_eq!(again, Refusal::SignInExpired);

    let late = try_sign_in(world, "stiller-bach27", PASSWORD)
        .await
        .unwrap();
    world.pass(61 * SECOND);
    let late = refused(accounts.sign_in_finish(&nobody(), late.finish).await);
    assert_eq!(late, Refusal::SignInExpired);

    let mut changed = try_sign_in(world, "stiller-bach27", PASSWORD)
        .await
        .unwrap()
        .finish;
    changed.state.0[20] ^= 1;
    let changed = refused(accounts.sign_in_finish(&nobody(), changed).await);
    assert_eq!(changed, Refusal::SignInExpired);
}

async fn names_and_ids_are_taken_once(world: &World) {
    let association = association(world).await;
    let (person, _) = register_with(world, "stiller-bach27", association).await;
    let taken = stretch(world, " Stiller-BACH27", PASSWORD).await;
    assert_eq!(refused(taken.map(|_| ())), Refusal::UserNameTaken);

    let consent = Some(Consent {
        association,
        version: 1,
    });
    let other = Person::register(world, consent, None).await.unwrap();
    let (record, _) = stretch(world, "neuer-name11", PASSWORD).await.unwrap();
    let mut same_name = New::make(world, &person.name);
    let request = same_name.finish(&record, b"x", consent, None);
    let taken = same_name.begin(world, &nobody(), request).await;
    assert_eq!(refused(taken.map(|_| ())), Refusal::UserNameTaken);

    let mut same_id = New::make(world, "neuer-name11");
    same_id.account = other.account;
    same_id.identity = other
        .keys
        .record(
            &world.trust.platform_id,
            other.account,
            world.now().day(),
            1,
        )
        .unwrap();
    let request = same_id.finish(&record, b"x", consent, None);
    let taken = same_id.begin(world, &nobody(), request).await;
    assert_eq!(refused(taken.map(|_| ())), Refusal::IdTaken);
}

async fn consent_must_be_the_one_in_force(world: &World) {
    let association = association(world).await;
    let consent = |association, version| {
        Some(Consent {
            association,
            version,
        })
    };
    for wrong in [
        consent(association, 2),
        consent(AssociationId::from_bytes(random()), 1),
    ] {
        let result = Person::register(world, wrong, None).await;
        assert_eq!(refused(result.map(|_| ())), Refusal::ConsentOutdated);
    }
    let neither = Person::register(world, None, None).await;
    assert_eq!(refused(neither.map(|_| ())), Refusal::Malformed);
    let right = Person::register(world, consent(association, 1), None)
        .await
        .unwrap();
    assert_eq!(right.actor.association(), Some(association));
}

async fn what_a_link_named_is_counted_and_not_kept(world: &World) {
    let association = association(world).await;
    let consent = Some(Consent {
        association,
        version: 1,
    });
    for reference in ["flyer7", "flyer7", "plakat"] {
        let name = format!("name-{}", hex(&random::<6>()));
        let mut new = New::make(world, &name);
        let (record, _) = stretch(world, &name, PASSWORD).await.unwrap();
        let mut request = new.finish(&record, b"x", consent, None);
        request.reference = Reference::parse(reference);
        new.begin(world, &nobody(), request).await.unwrap();
    }
    let month = world.now().day().month();
    let counted = world
        .place
        .rows("SELECT reference || ' ' || month || ' ' || count FROM reference ORDER BY 1")
        .await;
    assert_eq!(
        counted,
        [format!("flyer7 {month} 2"), format!("plakat {month} 1")]
    );
}

async fn an_invitation_serves_once_and_for_three_days(world: &World) {
    let invite = async || {
        backend::platform::create_invitation(&world.backend, None)
            .await
            .unwrap()
    };
    let invitation = invite().await;
    let first = Person::register(world, None, Some(invitation))
        .await
        .unwrap();
    assert!(matches!(
        first.actor.subject(),
        Subject::Account {
            kind: domain::account::AccountKind::Staff,
            ..
        }
    ));
    let second = Person::register(world, None, Some(invitation)).await;
    assert_eq!(refused(second.map(|_| ())), Refusal::InvitationInvalid);
    let old = invite().await;
    world.pass(72 * HOUR + 1);
    let late = Person::register(world, None, Some(old)).await;
    assert_eq!(refused(late.map(|_| ())), Refusal::InvitationInvalid);
}

async fn lives(world: &World, person: &Person) -> bool {
    let token = Some(person.token.as_str());
    let actor = world.backend.sessions().resolve(token).await.unwrap();
    actor.subject().account() == Some(person.account)
}

async fn used(world: &World, token: &backend::SessionToken) {
    let token = Some(token.as_str());
    let actor = world.backend.sessions().resolve(token).await.unwrap();
    let stay = StaySignedIn { idle: 0 };
    world.backend.accounts().stay(&actor, stay).await.unwrap();
}

async fn sessions_end_when_idle_old_or_replaced(world: &World) {
    let (person, _) = register(world, "stiller-bach27").await;
    for _ in 0..23 {
        world.pass(20 * MINUTE);
        assert!(lives(world, &person).await, "used every 20 minutes");
        used(world, &person.token).await;
    }
    world.pass(21 * MINUTE);
    assert!(!lives(world, &person).await, "idle");

    let begun = sign_in(world, "stiller-bach27", PASSWORD).await.unwrap();
    let token = Some(begun.token.as_str());
    for _ in 0..24 {
        world.pass(20 * MINUTE);
        let actor = world.backend.sessions().resolve(token).await.unwrap();
        assert!(actor.subject().account().is_some());
        used(world, &begun.token).await;
    }
    world.pass(1 + MINUTE);
    let actor = world.backend.sessions().resolve(token).await.unwrap();
    assert_eq!(actor.subject(), &Subject::Anonymous, "eight hours");

    let first = sign_in(world, "stiller-bach27", PASSWORD).await.unwrap();
    let actor = world
        .backend
        .sessions()
        .resolve(Some(first.token.as_str()))
        .await
        .unwrap();
    let attempt = try_sign_in(world, "stiller-bach27", PASSWORD)
        .await
        .unwrap();
    let accounts = world.backend.accounts();
    let second = accounts
        .sign_in_finish(&actor, attempt.finish)
        .await
        .unwrap();
    let resolve = async |token: &backend::SessionToken| {
        let actor = world
            .backend
            .sessions()
            .resolve(Some(token.as_str()))
            .await
            .unwrap();
        actor.subject().account().is_some()
    };
    assert!(!resolve(&first.token).await, "replaced");
    assert!(resolve(&second.token).await);
    world.pass(30 * MINUTE);
    world.backend.run_due(world.now()).await.unwrap();
    world.pass(-30 * MINUTE);
    assert!(!resolve(&second.token).await, "removed by the timer");
}

async fn signing_out_forgets_the_share(world: &World) {
    let (person, _) = register(world, "stiller-bach27").await;
    let accounts = world.backend.accounts();
    accounts
        .sign_out(&person.actor, SignOut::default())
        .await
        .unwrap();
    assert!(!lives(world, &person).await);
    let after = accounts.resume(&person.actor, ResumeSession {}).await;
    assert_eq!(refused(after), Refusal::NotSignedIn);
    for wrong in ["", "x", &"A".repeat(43), &"A".repeat(5000)] {
        let actor = world.backend.sessions().resolve(Some(wrong)).await.unwrap();
        assert_eq!(actor.subject(), &Subject::Anonymous);
    }
}

async fn an_identity_of_another_platform_is_refused(world: &World) {
    let association = association(world).await;
    let (record, _) = stretch(world, "stiller-bach27", PASSWORD).await.unwrap();
    let mut new = New::make(world, "stiller-bach27");
    let elsewhere = domain::id::PlatformId::from_bytes([9; 16]);
    new.identity = new
        .keys
        .record(&elsewhere, new.account, world.now().day(), 1)
        .unwrap();
    let consent = Some(Consent {
        association,
        version: 1,
    });
    let request = new.finish(&record, b"x", consent, None);
    let mut without_record = request.clone();
    let result = new.begin(world, &nobody(), request).await;
    assert_eq!(refused(result.map(|_| ())), Refusal::SignatureInvalid);

    let new = New::make(world, "stiller-bach27");
    without_record.identity = new.identity.as_bytes().into();
    without_record.record = vec![0xFF; 192].into();
    let result = new.begin(world, &nobody(), without_record).await;
    assert_eq!(refused(result.map(|_| ())), Refusal::Malformed);
}
