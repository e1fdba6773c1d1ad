//! Proof of work: taken once, for what it was done, while it is fresh, if it was enough.

use backend::Error;
use domain::account::{RegisterStart, Secretive};
use domain::time::SECOND;
use domain::work::{AskWork, Purpose};
use domain::{Blob, Refusal};

use crate::support::database::Kind;
use crate::support::{World, nobody, refused, solved};

/// Work that takes a few tries, so that it can be missing.
async fn world() -> World {
    let limits = r#"{"work": 32, "work_most": 64, "register_most": "1000/s", "work_time": 300}"#;
    let limits = serde_json::from_str(limits).unwrap();
    World::limited(Kind::Sqlite, limits).await.unwrap()
}

/// The first step of a registration, by somebody whose address is not known.
async fn register(world: &World, name: &str, work: Option<Blob>) -> Result<Blob, Error> {
    let (_, request) =
        crypto::opaque::client::Registration::start(&mut crypto::random::SystemRandom, "any")
            .unwrap();
    let request = RegisterStart {
        user_name: Secretive(name.to_owned()),
        request: request.to_vec().into(),
        work,
    };
    let accounts = world.backend.accounts();
    let started = accounts.register_start(&nobody(), request).await?;
    Ok(started.work)
}

fn asked_again(result: Result<Blob, Error>, why: &str) -> Blob {
    match refused(result) {
        Refusal::WorkNeeded { challenge } => challenge,
        other => panic!("{why}: {other:?}"),
    }
}

/// Tries that a challenge asks for.
fn tries(challenge: &Blob) -> u32 {
    u32::from_be_bytes(challenge.as_slice()[3..7].try_into().unwrap())
}

#[tokio::test]
async fn without_work_a_challenge_is_given_and_its_proof_is_taken_once() {
    let world = world().await;
    let challenge = asked_again(register(&world, "name-one11", None).await, "none");
    assert_eq!(tries(&challenge), 64, "twice the usual: an unknown address");
    let proof = solved(&challenge);
    register(&world, "name-one11", Some(proof.clone()))
        .await
        .unwrap();
    asked_again(
        register(&world, "name-two22", Some(proof)).await,
        "replayed",
    );
    world.end().await;
}

#[tokio::test]
async fn a_proof_that_was_forged_is_no_proof() {
    let world = world().await;
    let proof = world.work(Purpose::Registration).unwrap();
    for (why, forged) in [
        ("the purpose", flipped(&proof, 2)),
        ("the tries", flipped(&proof, 6)),
        ("the time", flipped(&proof, 10)),
        ("the id", flipped(&proof, 20)),
        ("the signature", flipped(&proof, 40)),
        ("nothing", Blob::default()),
        ("the challenge alone", Blob(proof.as_slice()[..63].to_vec())),
        ("more", Blob([proof.as_slice(), &[0]].concat())),
    ] {
        asked_again(register(&world, "name-one11", Some(forged)).await, why);
    }
    let not_done = Blob([&proof.as_slice()[..63], &[0xff; 16]].concat());
    asked_again(
        register(&world, "name-one11", Some(not_done)).await,
        "not done",
    );
    // What was not taken was not used up.
    register(&world, "name-one11", Some(proof)).await.unwrap();
    world.end().await;
}

fn flipped(proof: &Blob, at: usize) -> Blob {
    let mut bytes = proof.as_slice().to_vec();
    bytes[at] ^= 1;
    Blob(bytes)
}

#[tokio::test]
async fn a_proof_is_good_for_five_minutes() {
    let world = world().await;
    let (early, late) = (
        world.work(Purpose::Registration),
        world.work(Purpose::Registration),
    );
    world.pass(300 * SECOND);
    register(&world, "name-one11", early).await.unwrap();
    world.pass(1);
    asked_again(register(&world, "name-two22", late).await, "too old");
    // Old ones are forgotten, and still not taken again.
    world.backend.run_due(world.now()).await.unwrap();
    world.end().await;
}

#[tokio::test]
async fn a_proof_for_something_else_counts_for_nothing() {
    let world = world().await;
    for other in [Purpose::Enquiry, Purpose::SignIn, Purpose::Tab] {
        let why = format!("{other:?}");
        asked_again(
            register(&world, "name-one11", world.work(other)).await,
            &why,
        );
    }
    world.end().await;
}

#[tokio::test]
async fn too_little_work_is_answered_with_more() {
    let world = world().await;
    let from = world.backend.limits().address([192, 0, 2, 7].into());
    let ask = AskWork {
        purpose: Purpose::Registration,
    };
    let known = nobody().at(Some(from));
    let asked = world.backend.works().ask(&known, ask).await.unwrap();
    assert_eq!(tries(&asked.challenge), 32);
    let little = solved(&asked.challenge);
    let more = asked_again(
        register(&world, "name-one11", Some(little)).await,
        "too little",
    );
    assert_eq!(tries(&more), 64);
    register(&world, "name-one11", Some(solved(&more)))
        .await
        .unwrap();
    world.end().await;
}

#[tokio::test]
async fn the_last_step_of_a_registration_needs_the_first() {
    use crate::support::person::New;
    let world = world().await;
    let mut new = New::make(&world, "name-one11");
    let invitation = backend::platform::create_invitation(&world.backend, None).await;
    let request = new.finish(&[0; 192], b"ikm", None, Some(invitation.unwrap()));
    let accounts = world.backend.accounts();
    for wrong in [
        None,
        Some(Blob::default()),
        world.work(Purpose::Registration),
    ] {
        let mut request = request.clone();
        request.record = crate::support::person::any_record().into();
        request.work = wrong;
        let finished = accounts.register_finish(&nobody(), request).await;
        let again = asked_again(finished.map(|_| Blob::default()), "no first step");
        assert!(tries(&again) > 0, "what is given for nothing is no way in");
    }
    world.end().await;
}
