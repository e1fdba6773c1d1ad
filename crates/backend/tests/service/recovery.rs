//! Recovery codes, and other passwords.

use backend::{Begun, Error};
use crypto::keywrap::{KeyWrap, Purpose};
use crypto::opaque::Parties;
use crypto::opaque::client::Registration;
use crypto::random::SystemRandom;
use crypto::recovery::RecoverySecret;
use domain::account::{ChangePassword, ChangePasswordStart, ListSessions, ResumeSession, SignedIn};
use domain::recovery::{FinishRecovery, NewPasswordStart, Recover, Recovered, ReplaceCode};
use domain::time::{DAY, MINUTE};
use domain::{Blob, Refusal, work};

use crate::support::person::{confirmation, new_code, sign_in, try_sign_in};
use crate::support::{Agency, Person, Publisher, World, nobody, refused};

crate::on_both! {
    a_code_opens_its_account_and_sets_a_new_password,
    wrong_codes_are_answered_alike,
    a_grant_ends_with_its_code_and_after_half_an_hour,
    a_new_code_needs_the_password_typed_now,
    another_password_ends_all_other_sessions,
    somebody_elses_password_confirms_nothing,
    a_code_is_tried_five_times_a_day,
}

const NAME: &str = "stiller-bach27";
const PASSWORD: &str = "apfel birne kirsche dattel";
const NEW: &str = "eiche linde ahorn buche";

/// Somebody with a password.
async fn somebody(world: &World, name: &str) -> Person {
    let mut publisher = Publisher::new(world).await;
    let admin = world.staff().await;
    let agency = Agency::publish(world, &mut publisher, &admin).await;
    Person::with_password(world, name, PASSWORD, agency.association).await
}

async fn recover(world: &World, code: &RecoverySecret) -> Result<Recovered, Error> {
    let request = Recover {
        id: code.derive_id().unwrap().to_vec().into(),
        proof: code.derive_proof().unwrap().expose().to_vec().into(),
        work: world.work(work::Purpose::Recovery),
        factor: None,
    };
    world.backend.recoveries().recover(&nobody(), request).await
}

/// A new password for whoever it belongs to; the record, and the account key under it.
fn password(world: &World, person: &Person, state: Registration, response: &Blob) -> (Blob, Blob) {
    let parties = Parties {
        user_name: &person.name,
        platform: &world.trust.platform_id,
    };
    let rng = &mut SystemRandom;
    let (record, export_key) = state
        .finish(rng, NEW, response.as_slice(), parties)
        .unwrap();
    let (purpose, key) = (Purpose::Password, &person.account_key);
    let wrap = KeyWrap::seal(rng, purpose, &person.account, export_key.expose(), key).unwrap();
    (record.to_vec().into(), wrap.as_bytes().to_vec().into())
}

async fn finish(
    world: &World,
    person: &Person,
    recovered: &Recovered,
    code: &RecoverySecret,
) -> Result<Begun<SignedIn>, Error> {
    let (state, request) = Registration::start(&mut SystemRandom, NEW).unwrap();
    let start = NewPasswordStart {
        state: recovered.state.clone(),
        request: request.to_vec().into(),
    };
    let recoveries = world.backend.recoveries();
    let started = recoveries.new_password_start(&nobody(), start).await?;
    let (record, key_wrap) = password(world, person, state, &started.response);
    let request = FinishRecovery {
        state: recovered.state.clone(),
        record,
        key_wrap,
        code: new_code(code, person.account, &person.account_key),
    };
    recoveries.finish(&nobody(), request).await
}

async fn a_code_opens_its_account_and_sets_a_new_password(world: &World) {
    let person = somebody(world, NAME).await;
    let recovered = recover(world, &person.code).await.unwrap();
    assert_eq!(recovered.account, person.account);
    assert_eq!(recovered.user_name.0, NAME);
    let wrap = KeyWrap::decode(recovered.key_wrap.as_slice()).unwrap();
    let ikm = person.code.derive_wrap().unwrap();
    let opened = wrap.open(Purpose::Recovery, &person.account, ikm.expose());
    assert_eq!(opened.unwrap().expose(), person.account_key.expose());

    let next = RecoverySecret::make(&mut SystemRandom);
    let begun = finish(world, &person, &recovered, &next).await.unwrap();
    let resolve = async |token| world.backend.sessions().resolve(Some(token)).await;
    let actor = resolve(begun.token.as_str()).await.unwrap();
    let accounts = world.backend.accounts();
    let sessions = accounts
        .list_sessions(&actor, ListSessions {})
        .await
        .unwrap();
    assert_eq!(sessions.len(), 1, "the new one alone");
    let old = resolve(person.token.as_str()).await.unwrap();
    let old = accounts.resume(&old, ResumeSession {}).await;
    assert_eq!(refused(old), Refusal::NotSignedIn);

    let attempt = try_sign_in(world, NAME, PASSWORD).await.unwrap();
    assert!(attempt.export_key.is_none(), "the old password is dead");
    let begun = sign_in(world, NAME, NEW).await.unwrap();
    assert_eq!(begun.reply.account, person.account);
    assert_eq!(
        refused(recover(world, &person.code).await),
        Refusal::WrongCode
    );
    assert_eq!(recover(world, &next).await.unwrap().account, person.account);
}

async fn wrong_codes_are_answered_alike(world: &World) {
    let person = somebody(world, NAME).await;
    let other = RecoverySecret::make(&mut SystemRandom);
    assert_eq!(refused(recover(world, &other).await), Refusal::WrongCode);
    let half = Recover {
        id: person.code.derive_id().unwrap().to_vec().into(),
        proof: other.derive_proof().unwrap().expose().to_vec().into(),
        work: world.work(work::Purpose::Recovery),
        factor: None,
    };
    let recoveries = world.backend.recoveries();
    let half = recoveries.recover(&nobody(), half).await;
    assert_eq!(refused(half), Refusal::WrongCode, "the id proves nothing");
    let without = Recover {
        id: vec![0; 16].into(),
        proof: vec![0; 32].into(),
        work: None,
        factor: None,
    };
    let without = refused(recoveries.recover(&nobody(), without).await);
    assert!(matches!(without, Refusal::WorkNeeded { .. }));
}

async fn a_grant_ends_with_its_code_and_after_half_an_hour(world: &World) {
    let person = somebody(world, NAME).await;
    let [first, second] = [(); 2].map(|()| RecoverySecret::make(&mut SystemRandom));
    let recovered = recover(world, &person.code).await.unwrap();
    finish(world, &person, &recovered, &first).await.unwrap();
    let again = finish(world, &person, &recovered, &second).await;
    assert_eq!(refused(again), Refusal::SignInExpired, "used up");
    let recovered = recover(world, &first).await.unwrap();
    world.pass(31 * MINUTE);
    let late = finish(world, &person, &recovered, &second).await;
    assert_eq!(refused(late), Refusal::SignInExpired);
    let mut changed = recover(world, &first).await.unwrap();
    changed.state.0[40] ^= 1;
    let changed = finish(world, &person, &changed, &second).await;
    assert_eq!(refused(changed), Refusal::SignInExpired);
}

async fn a_new_code_needs_the_password_typed_now(world: &World) {
    let person = somebody(world, NAME).await;
    let next = RecoverySecret::make(&mut SystemRandom);
    let recoveries = world.backend.recoveries();
    let request = |confirmation| ReplaceCode {
        confirmation,
        code: new_code(&next, person.account, &person.account_key),
    };
    let wrong = request(confirmation(world, NAME, "something else 12").await);
    let wrong = recoveries.replace(&person.actor, wrong).await;
    assert_eq!(refused(wrong), Refusal::WrongCredentials);
    assert!(
        recover(world, &person.code).await.is_ok(),
        "nothing changed"
    );
    let right = request(confirmation(world, NAME, PASSWORD).await);
    recoveries
        .replace(&person.actor, right.clone())
        .await
        .unwrap();
    assert!(recover(world, &next).await.is_ok());
    assert_eq!(
        refused(recover(world, &person.code).await),
        Refusal::WrongCode
    );
    let twice = recoveries.replace(&person.actor, right).await;
    assert_eq!(refused(twice), Refusal::SignInExpired, "once");
}

async fn another_password_ends_all_other_sessions(world: &World) {
    let person = somebody(world, NAME).await;
    sign_in(world, NAME, PASSWORD).await.unwrap();
    let accounts = world.backend.accounts();
    let (state, request) = Registration::start(&mut SystemRandom, NEW).unwrap();
    let request = ChangePasswordStart {
        request: request.to_vec().into(),
    };
    let started = accounts.change_password_start(&person.actor, request).await;
    let (record, key_wrap) = password(world, &person, state, &started.unwrap().response);
    let change = ChangePassword {
        confirmation: confirmation(world, NAME, PASSWORD).await,
        record,
        key_wrap,
    };
    accounts
        .change_password(&person.actor, change)
        .await
        .unwrap();
    let sessions = accounts.list_sessions(&person.actor, ListSessions {}).await;
    assert_eq!(sessions.unwrap().len(), 1, "the one that asks goes on");
    let old = try_sign_in(world, NAME, PASSWORD).await.unwrap();
    assert!(old.export_key.is_none());
    sign_in(world, NAME, NEW).await.unwrap();
    assert!(recover(world, &person.code).await.is_ok(), "the code stays");
}

async fn somebody_elses_password_confirms_nothing(world: &World) {
    let person = somebody(world, NAME).await;
    let association = person.actor.association().unwrap();
    let other = Person::with_password(world, "anderer-weg11", PASSWORD, association).await;
    let next = RecoverySecret::make(&mut SystemRandom);
    let request = ReplaceCode {
        confirmation: confirmation(world, &other.name, PASSWORD).await,
        code: new_code(&next, person.account, &person.account_key),
    };
    let recoveries = world.backend.recoveries();
    let refused_with = refused(recoveries.replace(&person.actor, request).await);
    assert_eq!(refused_with, Refusal::WrongCredentials);
    // Another account's code cannot be taken over either.
    let request = ReplaceCode {
        confirmation: confirmation(world, NAME, PASSWORD).await,
        code: new_code(&other.code, person.account, &person.account_key),
    };
    let taken = refused(recoveries.replace(&person.actor, request).await);
    assert_eq!(taken, Refusal::IdTaken);
}

async fn a_code_is_tried_five_times_a_day(world: &World) {
    let person = somebody(world, NAME).await;
    for _ in 0..5 {
        recover(world, &person.code).await.unwrap();
    }
    let wait = refused(recover(world, &person.code).await);
    let Refusal::TooMany { retry_after } = wait else {
        panic!("{wait:?}");
    };
    assert!(retry_after > 3_600);
    let other = RecoverySecret::make(&mut SystemRandom);
    assert_eq!(
        refused(recover(world, &other).await),
        Refusal::WrongCode,
        "another one"
    );
    world.pass(DAY);
    recover(world, &person.code).await.unwrap();
}
