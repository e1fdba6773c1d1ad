//! A passkey that opens its account alone.

use backend::{Begun, Error};
use crypto::account::AccountKey;
use crypto::keywrap::{KeyWrap, Purpose};
use crypto::random::SystemRandom;
use domain::account::{AccountKind, Secretive, SignedIn};
use domain::factor::{FinishSignIn, ListFactors, PasskeySignIn, Shown, StartPasskeySignIn};
use domain::id::AccountId;
use domain::{Blob, Refusal};

use crate::factor::{asked, seeker};
use crate::factor_passkey::set_up;
use crate::support::authenticator::{Authenticator, ORIGIN};
use crate::support::{Person, World, nobody, random, refused};

crate::on_both! {
    a_passkey_opens_its_account_alone,
    only_what_looked_whose_it_is_and_was_made_for_it_opens,
    no_passkey_of_a_seeker_opens_alone,
    an_address_that_goes_wrong_waits,
}

const NAME: &str = "hannah.brandt";
const PASSWORD: &str = "apfel birne kirsche dattel";

/// An account key that only a passkey opens.
pub(crate) fn wrap(of: AccountId) -> Blob {
    let rng = &mut SystemRandom;
    let key = AccountKey::make(rng);
    let wrap = KeyWrap::seal(rng, Purpose::Passkey, &of, &random::<32>(), &key).unwrap();
    Blob::from(&wrap.as_bytes()[..])
}

fn start(world: &World) -> (Blob, String) {
    let factors = world.backend.factors();
    let asked = factors.start_passkey_sign_in(&nobody(), StartPasskeySignIn {});
    let asked = asked.unwrap();
    (asked.state, asked.options)
}

async fn enter(world: &World, state: &Blob, answer: Secretive) -> Result<Begun<SignedIn>, Error> {
    let state = state.clone();
    let request = PasskeySignIn { state, answer };
    let factors = world.backend.factors();
    factors.passkey_sign_in(&nobody(), request).await
}

async fn a_passkey_opens_its_account_alone(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let of = person.account;
    let (own, wrap) = (Authenticator::ed25519(), wrap(of));
    set_up(world, &person, &own, Some(wrap.clone()))
        .await
        .unwrap();
    let factors = world.backend.factors();
    let listed = factors.list(&person.actor, ListFactors {}).await;
    let listed = listed.unwrap().factors;
    // Two of one day stand in no order.
    let mut opening: Vec<_> = listed.iter().map(|one| one.opens).collect();
    opening.sort_unstable();
    assert_eq!(opening, [false, true]);

    let (state, options) = start(world);
    let begun = enter(world, &state, own.found(&options, of)).await.unwrap();
    assert_eq!(begun.reply.account, of);
    assert_eq!(begun.reply.kind, AccountKind::Staff);
    assert_eq!(begun.reply.key_wrap, wrap);
    assert!(!begun.reply.factor_missing);
    let again = enter(world, &state, own.found(&options, of)).await;
    assert_eq!(refused(again), Refusal::SignInExpired, "sent again");
}

async fn only_what_looked_whose_it_is_and_was_made_for_it_opens(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let colleague = Person::colleague(world, "jonas.reuter", PASSWORD).await;
    let of = person.account;
    let mut own = Authenticator::p256(0);
    let second = Authenticator::p256(0);
    set_up(world, &person, &own, Some(wrap(of))).await.unwrap();
    world.pass(30_000);
    set_up(world, &person, &second, None).await.unwrap();

    let (state, options) = start(world);
    let (other, _) = start(world);
    own.looks = false;
    let unseen = own.found(&options, of);
    own.looks = true;
    let stranger = colleague.account;
    let copied = own.copied();
    for (state, answer, why) in [
        (&state, unseen, "nobody looked whose it is"),
        (&state, second.found(&options, of), "a second factor only"),
        (&state, own.found(&options, stranger), "another account"),
        (
            &state,
            own.found(&options, AccountId::from_bytes(random())),
            "no account",
        ),
        (&state, copied.found(&options, of), "another key"),
        (&other, own.found(&options, of), "asked another time"),
        (&state, Secretive("{}".to_owned()), "nothing"),
    ] {
        let refusal = refused(enter(world, state, answer).await);
        assert_eq!(refusal, Refusal::WrongFactor, "{why}");
    }
    // What was asked after a password is another question, and the other way round.
    let (after, asked_for) = asked(world, NAME).await;
    let answer = own.answer(&asked_for.unwrap(), ORIGIN);
    let domain::factor::Answer::Passkey(said) = answer else {
        panic!("a passkey's answer");
    };
    assert_eq!(
        refused(enter(world, &after, said).await),
        Refusal::SignInExpired
    );
    let shown = Shown {
        answer: domain::factor::Answer::Passkey(own.found(&options, of)),
        state: state.clone(),
    };
    let factors = world.backend.factors();
    let crossed = factors.sign_in(&nobody(), FinishSignIn { shown }).await;
    assert_eq!(refused(crossed), Refusal::SignInExpired);
    enter(world, &state, own.found(&options, of)).await.unwrap();
}

async fn no_passkey_of_a_seeker_opens_alone(world: &World) {
    let seeker = seeker(world, "stiller-bach27").await;
    let of = seeker.account;
    let own = Authenticator::p256(0);
    let refusal = refused(set_up(world, &seeker, &own, Some(wrap(of))).await);
    assert_eq!(refusal, Refusal::NotAllowed);
    set_up(world, &seeker, &own, None).await.unwrap();
    let (state, options) = start(world);
    let refusal = refused(enter(world, &state, own.found(&options, of)).await);
    assert_eq!(refusal, Refusal::WrongFactor);
}

async fn an_address_that_goes_wrong_waits(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let of = person.account;
    let own = Authenticator::p256(0);
    set_up(world, &person, &own, Some(wrap(of))).await.unwrap();
    let (state, options) = start(world);
    let from = world.backend.limits().address([192, 0, 2, 7].into());
    let somewhere = nobody().at(Some(from));
    let factors = world.backend.factors();
    let request = |answer| PasskeySignIn {
        state: state.clone(),
        answer,
    };
    let mut tries = 0;
    loop {
        let asked = factors.passkey_sign_in(&somewhere, request(Secretive("{}".to_owned())));
        match refused(asked.await) {
            Refusal::WrongFactor => tries += 1,
            Refusal::TooMany { .. } => break,
            other => panic!("{other:?}"),
        }
        assert!(tries < 1_000, "nobody waits");
    }
    assert!(tries > 0);
    // Everybody else goes on.
    enter(world, &state, own.found(&options, of)).await.unwrap();
}
