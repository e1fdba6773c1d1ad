//! Passkeys, with an authenticator of the test's own.

use domain::account::Secretive;
use domain::factor::{AddFactor, NewFactor, StartPasskey};
use domain::{Blob, Refusal};

use crate::factor::{asked, raised, seeker, show};
use crate::support::authenticator::{Authenticator, ORIGIN};
use crate::support::person::confirmation;
use crate::support::{Person, World, refused};

crate::on_both! {
    a_passkey_opens_and_goes_on_counting,
    passkeys_are_bound_to_what_was_asked,
}

const NAME: &str = "hannah.brandt";
const PASSWORD: &str = "apfel birne kirsche dattel";

/// Sets the authenticator up.
async fn add(world: &World, person: &Person, authenticator: &Authenticator) {
    set_up(world, person, authenticator, None).await.unwrap();
}

/// The same, with what only the authenticator opens.
pub(crate) async fn set_up(
    world: &World,
    person: &Person,
    authenticator: &Authenticator,
    key_wrap: Option<Blob>,
) -> Result<(), backend::Error> {
    let factors = world.backend.factors();
    let started = factors.start_passkey(&person.actor, StartPasskey {}).await;
    let started = started.unwrap();
    let request = |confirmation| AddFactor {
        confirmation: Some(confirmation),
        new: NewFactor::Passkey {
            state: started.state.clone(),
            answer: Secretive(authenticator.make(&started.options)),
            key_wrap: key_wrap.clone(),
        },
    };
    let first = request(confirmation(world, &person.name, PASSWORD).await);
    let result = factors.add(&person.actor, first).await;
    let Err(backend::Error::Refused(Refusal::FactorNeeded { state, .. })) = result else {
        return result.map(drop);
    };
    world.pass(30_000);
    let again = request(raised(world, person, &state, person.shows(world)).await);
    factors.add(&person.actor, again).await.map(drop)
}

async fn a_passkey_opens_and_goes_on_counting(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let mut counting = Authenticator::p256(5);
    let silent = Authenticator::ed25519();
    add(world, &person, &counting).await;
    add(world, &person, &silent).await;
    for _ in 0..2 {
        // One that does not count says 0 each time.
        let (state, options) = asked(world, NAME).await;
        let answer = silent.answer(&options.unwrap(), ORIGIN);
        show(world, &state, answer).await.unwrap();
    }
    counting.count = 6;
    let (state, options) = asked(world, NAME).await;
    let answer = counting.answer(&options.unwrap(), ORIGIN);
    show(world, &state, answer).await.unwrap();
    for copied in [0, 5, 6] {
        counting.count = copied;
        let (state, options) = asked(world, NAME).await;
        let answer = counting.answer(&options.unwrap(), ORIGIN);
        let refusal = refused(show(world, &state, answer).await);
        assert_eq!(refusal, Refusal::WrongFactor, "a copy that says {copied}");
    }
    // The app and the codes for a lost factor go on.
    world.pass(30_000);
    let (state, _) = asked(world, NAME).await;
    show(world, &state, person.shows(world)).await.unwrap();

    // A seeker's authenticator is told nobody's name.
    let seeker = seeker(world, "stiller-bach27").await;
    let factors = world.backend.factors();
    let started = factors.start_passkey(&seeker.actor, StartPasskey {}).await;
    assert!(!started.unwrap().options.contains("bach"));
    add(world, &seeker, &Authenticator::p256(0)).await;
}

async fn passkeys_are_bound_to_what_was_asked(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let own = Authenticator::p256(0);
    add(world, &person, &own).await;
    let (state, options) = asked(world, NAME).await;
    let options = options.unwrap();
    let (other, _) = asked(world, NAME).await;
    let answer = || own.answer(&options, ORIGIN);
    let stranger = own.copied();
    for (state, answer, why) in [
        (&other, answer(), "asked another time"),
        (
            &state,
            own.answer(&options, "http://localhost.evil:3000"),
            "elsewhere",
        ),
        (&state, stranger.answer(&options, ORIGIN), "another key"),
    ] {
        let refusal = refused(show(world, state, answer).await);
        assert_eq!(refusal, Refusal::WrongFactor, "{why}");
    }
    show(world, &state, answer()).await.unwrap();
    let refusal = refused(show(world, &state, answer()).await);
    assert_eq!(refusal, Refusal::SignInExpired, "sent again");
    // What was made for one account is not another's.
    let colleague = Person::colleague(world, "jonas.reuter", PASSWORD).await;
    let factors = world.backend.factors();
    let started = factors.start_passkey(&person.actor, StartPasskey {}).await;
    let started = started.unwrap();
    let request = AddFactor {
        confirmation: Some(confirmation(world, "jonas.reuter", PASSWORD).await),
        new: NewFactor::Passkey {
            answer: Secretive(Authenticator::p256(0).make(&started.options)),
            state: started.state,
            key_wrap: None,
        },
    };
    let refusal = refused(factors.add(&colleague.actor, request).await);
    assert_eq!(refusal, Refusal::SignInExpired);
}
