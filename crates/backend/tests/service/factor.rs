//! Second factors: asked for after the password, each code once, and nothing without them.

use backend::{Begun, Error};
use domain::Refusal;
use domain::account::{
    ChangePasswordStart, Confirmation, DeleteAccount, ListSessions, ResumeSession, Secretive,
    SignedIn,
};
use domain::factor::{
    AddFactor, Answer, Confirm, FinishSignIn, ListFactors, RemoveFactor, RenewSpare, Shown,
};
use domain::recovery::{Recover, ReplaceCode};
use domain::time::{HOUR, MINUTE, SECOND};
use domain::{Blob, work};

use crate::support::person::{App, confirmation, new_code, sign_in, try_sign_in};
use crate::support::{Agency, Person, Publisher, World, nobody, refused};

crate::on_both! {
    staff_sign_in_with_password_and_code,
    a_code_counts_once_however_it_is_sent,
    the_same_code_twice_at_once_lets_one_in,
    wrong_codes_make_whoever_knows_the_password_wait,
    what_was_asked_for_one_thing_is_good_for_that_alone,
    codes_for_a_lost_factor_count_once_each,
    seekers_may_have_one_and_take_it_away,
    staff_keep_the_last_one,
    dangerous_steps_ask_for_it,
    a_recovery_code_is_not_enough,
    the_first_session_is_replaced_with_the_first_factor,
}

const NAME: &str = "hannah.brandt";
const PASSWORD: &str = "apfel birne kirsche dattel";

/// What a sign-in with the right password is asked for.
pub(crate) async fn asked(world: &World, name: &str) -> (Blob, Option<String>) {
    needed(sign_in(world, name, PASSWORD).await)
}

fn needed<T>(result: Result<T, Error>) -> (Blob, Option<String>) {
    match refused(result) {
        Refusal::FactorNeeded { state, passkey, .. } => (state, passkey),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn show(
    world: &World,
    state: &Blob,
    answer: Answer,
) -> Result<Begun<SignedIn>, Error> {
    let shown = Shown {
        state: state.clone(),
        answer,
    };
    let factors = world.backend.factors();
    factors.sign_in(&nobody(), FinishSignIn { shown }).await
}

/// The second step of a confirmation.
pub(crate) async fn raised(
    world: &World,
    person: &Person,
    state: &Blob,
    answer: Answer,
) -> Confirmation {
    try_to_raise(world, person, state, answer).await.unwrap()
}

async fn try_to_raise(
    world: &World,
    person: &Person,
    state: &Blob,
    answer: Answer,
) -> Result<Confirmation, Error> {
    let shown = Shown {
        state: state.clone(),
        answer,
    };
    let factors = world.backend.factors();
    let confirmed = factors
        .confirm(&person.actor, Confirm::Factor(shown))
        .await?;
    Ok(Confirmation {
        state: confirmed.state,
        finish: Blob::default(),
    })
}

async fn renew_again(world: &World) -> RenewSpare {
    RenewSpare {
        confirmation: confirmation(world, NAME, PASSWORD).await,
    }
}

fn code(text: &str) -> Answer {
    Answer::Code(Secretive(text.to_owned()))
}

/// A step later every code is another one.
fn next_step(world: &World) {
    world.pass(30 * SECOND);
}

/// A seeker with a password.
pub(crate) async fn seeker(world: &World, name: &str) -> Person {
    let mut publisher = Publisher::new(world).await;
    let admin = world.staff().await;
    let agency = Agency::publish(world, &mut publisher, &admin).await;
    Person::with_password(world, name, PASSWORD, agency.association).await
}

async fn staff_sign_in_with_password_and_code(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    next_step(world);
    let wrong = try_sign_in(world, NAME, "eiche linde ahorn").await.unwrap();
    let accounts = world.backend.accounts();
    let wrong = accounts.sign_in_finish(&nobody(), wrong.finish).await;
    assert_eq!(
        refused(wrong),
        Refusal::WrongCredentials,
        "nothing is said of a factor"
    );

    let (state, passkey) = asked(world, NAME).await;
    assert!(passkey.is_none());
    let other = App::make().code(world);
    for answer in [
        code(&other),
        code("12345"),
        code(""),
        Answer::Passkey(Secretive("{}".into())),
    ] {
        assert_eq!(
            refused(show(world, &state, answer).await),
            Refusal::WrongFactor
        );
    }
    let begun = show(world, &state, person.shows(world)).await.unwrap();
    assert_eq!(begun.reply.account, person.account);
    assert!(!begun.reply.factor_missing);
    let token = Some(begun.token.as_str());
    let actor = world.backend.sessions().resolve(token).await.unwrap();
    let factors = world.backend.factors();
    let listed = factors.list(&actor, ListFactors {}).await.unwrap();
    assert_eq!((listed.factors.len(), listed.spare), (1, 8));
}

async fn a_code_counts_once_however_it_is_sent(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let (state, _) = asked(world, NAME).await;
    let used = show(world, &state, person.shows(world)).await;
    assert_eq!(
        refused(used),
        Refusal::WrongFactor,
        "the one that set it up"
    );
    // The app's clock is a step ahead: its code counts, and then none before it.
    let now = person.shows(world);
    next_step(world);
    let ahead = person.shows(world);
    world.pass(-30 * SECOND);
    show(world, &state, ahead.clone()).await.unwrap();
    let (second, _) = asked(world, NAME).await;
    for used in [now, ahead] {
        assert_eq!(
            refused(show(world, &second, used).await),
            Refusal::WrongFactor
        );
    }
    for _ in 0..2 {
        next_step(world);
    }
    // A state that let somebody in lets nobody in again, with whatever code.
    let again = show(world, &state, person.shows(world)).await;
    assert_eq!(refused(again), Refusal::SignInExpired);
    show(world, &second, person.shows(world)).await.unwrap();
    // Two steps late is too late.
    let (third, _) = asked(world, NAME).await;
    next_step(world);
    let late = person.shows(world);
    world.pass(60 * SECOND);
    assert_eq!(
        refused(show(world, &third, late).await),
        Refusal::WrongFactor
    );
    show(world, &third, person.shows(world)).await.unwrap();
}

async fn the_same_code_twice_at_once_lets_one_in(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    for _ in 0..5 {
        next_step(world);
        let (one, _) = asked(world, NAME).await;
        let (other, _) = asked(world, NAME).await;
        let shows = person.shows(world);
        let (a, b) = tokio::join!(
            show(world, &one, shows.clone()),
            show(world, &other, shows.clone())
        );
        assert!(a.is_ok() != b.is_ok(), "two states");
        next_step(world);
        let (state, _) = asked(world, NAME).await;
        let shows = person.shows(world);
        let (a, b) = tokio::join!(
            show(world, &state, shows.clone()),
            show(world, &state, shows.clone())
        );
        assert!(a.is_ok() != b.is_ok(), "one state");
    }
    let (_, spare) = person.app.as_ref().unwrap();
    let (one, _) = asked(world, NAME).await;
    let (other, _) = asked(world, NAME).await;
    let (a, b) = tokio::join!(
        show(world, &one, code(&spare[0])),
        show(world, &other, code(&spare[0]))
    );
    assert!(a.is_ok() != b.is_ok(), "one code for a lost factor");
}

async fn wrong_codes_make_whoever_knows_the_password_wait(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let bystander = Person::colleague(world, "jonas.reuter", PASSWORD).await;
    next_step(world);
    let wrong = || App::make().code(world);
    let (state, _) = asked(world, NAME).await;
    for _ in 0..5 {
        let refusal = refused(show(world, &state, code(&wrong())).await);
        assert_eq!(refusal, Refusal::WrongFactor);
    }
    let mut waits = Vec::new();
    for _ in 0..4 {
        // Also the right one, and with whatever new sign-in.
        let (state, _) = asked(world, NAME).await;
        let refusal = refused(show(world, &state, person.shows(world)).await);
        let Refusal::TooMany { retry_after } = refusal else {
            panic!("{refusal:?}");
        };
        waits.push(retry_after);
        world.pass(i64::from(retry_after) * SECOND);
        let refusal = refused(show(world, &state, code(&wrong())).await);
        assert_eq!(refusal, Refusal::WrongFactor);
    }
    assert_eq!(waits, [2, 4, 8, 16]);
    // Nobody else waits, and nobody is locked out.
    let (other, _) = asked(world, "jonas.reuter").await;
    show(world, &other, bystander.shows(world)).await.unwrap();
    world.pass(HOUR);
    let (state, _) = asked(world, NAME).await;
    show(world, &state, person.shows(world)).await.unwrap();
}

async fn what_was_asked_for_one_thing_is_good_for_that_alone(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let other = Person::colleague(world, "jonas.reuter", PASSWORD).await;
    next_step(world);
    let (state, _) = asked(world, NAME).await;
    let theirs = show(world, &state, other.shows(world)).await;
    assert_eq!(refused(theirs), Refusal::WrongFactor, "another's app");
    let factors = world.backend.factors();
    let confirm = async |person: &Person, state: &Blob, answer| {
        let shown = Shown {
            state: state.clone(),
            answer,
        };
        let request = Confirm::Factor(shown);
        factors.confirm(&person.actor, request).await
    };
    let refusal = refused(confirm(&person, &state, person.shows(world)).await);
    assert_eq!(refusal, Refusal::SignInExpired, "asked for a sign-in");
    let renew = RenewSpare {
        confirmation: confirmation(world, NAME, PASSWORD).await,
    };
    let (raised, _) = needed(factors.renew_spare(&person.actor, renew).await);
    let refusal = refused(show(world, &raised, person.shows(world)).await);
    assert_eq!(refusal, Refusal::SignInExpired, "asked for a confirmation");
    let passed = confirm(&person, &raised, person.shows(world))
        .await
        .unwrap();
    let passed = |by: &Person| {
        let confirmation = Confirmation {
            state: passed.state.clone(),
            finish: Blob::default(),
        };
        let actor = by.actor.clone();
        async move {
            factors
                .renew_spare(&actor, RenewSpare { confirmation })
                .await
        }
    };
    assert_eq!(
        refused(passed(&other).await),
        Refusal::SignInExpired,
        "of somebody else"
    );
    passed(&person).await.unwrap();
    assert_eq!(
        refused(passed(&person).await),
        Refusal::SignInExpired,
        "once"
    );
    let (raised, _) = needed(
        factors
            .renew_spare(&person.actor, renew_again(world).await)
            .await,
    );
    let refusal = refused(confirm(&other, &raised, other.shows(world)).await);
    assert_eq!(refusal, Refusal::SignInExpired, "of somebody else");
    let mut changed = state.clone();
    changed.0[40] ^= 1;
    let refusal = refused(show(world, &changed, person.shows(world)).await);
    assert_eq!(refusal, Refusal::SignInExpired, "changed");
    world.pass(5 * MINUTE + 1);
    for state in [&state, &raised] {
        let refusal = refused(show(world, state, person.shows(world)).await);
        assert_eq!(refusal, Refusal::SignInExpired, "too late");
    }
}

async fn codes_for_a_lost_factor_count_once_each(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let (_, spare) = person.app.as_ref().unwrap();
    for typed in [spare[0].clone(), spare[1].to_lowercase().replace('-', " ")] {
        let (state, _) = asked(world, NAME).await;
        show(world, &state, code(&typed)).await.unwrap();
        let (state, _) = asked(world, NAME).await;
        assert_eq!(
            refused(show(world, &state, code(&typed)).await),
            Refusal::WrongFactor
        );
    }
    next_step(world);
    let factors = world.backend.factors();
    let renew = RenewSpare {
        confirmation: confirmation(world, NAME, PASSWORD).await,
    };
    let (state, _) = needed(factors.renew_spare(&person.actor, renew).await);
    let request = RenewSpare {
        confirmation: raised(world, &person, &state, person.shows(world)).await,
    };
    let renewed = factors.renew_spare(&person.actor, request).await.unwrap();
    let renewed: Vec<_> = renewed.spare.0.split(' ').collect();
    assert_eq!(renewed.len(), 8);
    let (state, _) = asked(world, NAME).await;
    assert_eq!(
        refused(show(world, &state, code(&spare[2])).await),
        Refusal::WrongFactor
    );
    show(world, &state, code(renewed[0])).await.unwrap();
}

async fn seekers_may_have_one_and_take_it_away(world: &World) {
    const NAME: &str = "stiller-bach27";
    let person = seeker(world, NAME).await;
    let elsewhere = sign_in(world, NAME, PASSWORD).await.unwrap();
    let (factors, app) = (world.backend.factors(), App::make());
    let without = AddFactor {
        confirmation: None,
        new: app.new_factor(world),
    };
    let refusal = refused(factors.add(&person.actor, without).await);
    assert_eq!(refusal, Refusal::WrongCredentials, "without the password");
    let wrong = AddFactor {
        confirmation: Some(confirmation(world, NAME, PASSWORD).await),
        new: match app.new_factor(world) {
            domain::factor::NewFactor::App { seed, .. } => domain::factor::NewFactor::App {
                seed,
                code: Secretive(App::make().code(world)),
            },
            other => other,
        },
    };
    let refusal = refused(factors.add(&person.actor, wrong).await);
    assert_eq!(refusal, Refusal::WrongFactor);
    let request = AddFactor {
        confirmation: Some(confirmation(world, NAME, PASSWORD).await),
        new: app.new_factor(world),
    };
    let added = factors.add(&person.actor, request).await.unwrap();
    assert!(added.token.is_none(), "the own session goes on");
    assert_eq!(added.reply.spare.0.split(' ').count(), 8);
    let resolve = async |token: &str| world.backend.sessions().resolve(Some(token)).await.unwrap();
    let ended = resolve(elsewhere.token.as_str()).await;
    assert!(ended.subject().account().is_none(), "all others have ended");

    next_step(world);
    let (state, _) = asked(world, NAME).await;
    show(world, &state, code(&app.code(world))).await.unwrap();
    next_step(world);
    let remove = RemoveFactor {
        confirmation: confirmation(world, NAME, PASSWORD).await,
        factor: None,
    };
    let (state, _) = needed(factors.remove(&person.actor, remove).await);
    let remove = RemoveFactor {
        confirmation: raised(world, &person, &state, code(&app.code(world))).await,
        factor: None,
    };
    factors.remove(&person.actor, remove).await.unwrap();
    sign_in(world, NAME, PASSWORD).await.unwrap();
    let listed = factors.list(&person.actor, ListFactors {}).await.unwrap();
    assert_eq!((listed.factors.len(), listed.spare), (0, 0));
}

async fn staff_keep_the_last_one(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let factors = world.backend.factors();
    let remove = async |factor| {
        next_step(world);
        let request = |confirmation| RemoveFactor {
            confirmation,
            factor,
        };
        let first = request(confirmation(world, NAME, PASSWORD).await);
        let (state, _) = needed(factors.remove(&person.actor, first).await);
        let confirmation = raised(world, &person, &state, person.shows(world)).await;
        factors.remove(&person.actor, request(confirmation)).await
    };
    let listed = factors.list(&person.actor, ListFactors {}).await.unwrap();
    let own = listed.factors[0].factor;
    for factor in [None, Some(own)] {
        assert_eq!(refused(remove(factor).await), Refusal::NotAllowed);
    }
    let other = Person::colleague(world, "jonas.reuter", PASSWORD).await;
    let theirs = factors.list(&other.actor, ListFactors {}).await.unwrap();
    let theirs = theirs.factors[0].factor;
    assert_eq!(refused(remove(Some(theirs)).await), Refusal::NotFound);
    // A second app, and the first one may go.
    next_step(world);
    let app = App::make();
    let add = |confirmation| AddFactor {
        confirmation: Some(confirmation),
        new: app.new_factor(world),
    };
    let first = add(confirmation(world, NAME, PASSWORD).await);
    let (state, _) = needed(factors.add(&person.actor, first).await);
    let added = add(raised(world, &person, &state, person.shows(world)).await);
    let added = factors.add(&person.actor, added).await.unwrap();
    assert!(added.reply.spare.0.is_empty(), "the codes of before go on");
    remove(Some(own)).await.unwrap();
    next_step(world);
    let (state, _) = asked(world, NAME).await;
    assert_eq!(
        refused(show(world, &state, person.shows(world)).await),
        Refusal::WrongFactor
    );
    show(world, &state, code(&app.code(world))).await.unwrap();
}

async fn dangerous_steps_ask_for_it(world: &World) {
    const NAME: &str = "stiller-bach27";
    let mut person = seeker(world, NAME).await;
    let (factors, app) = (world.backend.factors(), App::make());
    let request = AddFactor {
        confirmation: Some(confirmation(world, NAME, PASSWORD).await),
        new: app.new_factor(world),
    };
    factors.add(&person.actor, request).await.unwrap();
    person.app = Some((app, Vec::new()));
    let accounts = world.backend.accounts();
    let replace = |confirmation| ReplaceCode {
        confirmation,
        code: new_code(&person.code, person.account, &person.account_key),
    };
    let first = replace(confirmation(world, NAME, PASSWORD).await);
    let (state, _) = needed(
        world
            .backend
            .recoveries()
            .replace(&person.actor, first)
            .await,
    );
    let wrong = try_to_raise(world, &person, &state, code("000000")).await;
    assert_eq!(refused(wrong), Refusal::WrongFactor);
    next_step(world);
    let right = replace(raised(world, &person, &state, person.shows(world)).await);
    let recoveries = world.backend.recoveries();
    recoveries
        .replace(&person.actor, right.clone())
        .await
        .unwrap();
    let refusal = refused(recoveries.replace(&person.actor, right).await);
    assert_eq!(refusal, Refusal::SignInExpired, "once");
    let bytes = ChangePasswordStart {
        request: vec![0; 32].into(),
    };
    let started = accounts.change_password_start(&person.actor, bytes).await;
    assert!(!matches!(started, Err(Error::Internal { .. })));
    let delete = DeleteAccount {
        confirmation: confirmation(world, NAME, PASSWORD).await,
    };
    let (state, _) = needed(accounts.delete(&person.actor, delete).await);
    next_step(world);
    let delete = DeleteAccount {
        confirmation: raised(world, &person, &state, person.shows(world)).await,
    };
    accounts.delete(&person.actor, delete).await.unwrap();
}

async fn a_recovery_code_is_not_enough(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let recover = async |factor| {
        let request = Recover {
            id: person.code.derive_id().unwrap().to_vec().into(),
            proof: person.code.derive_proof().unwrap().expose().to_vec().into(),
            work: world.work(work::Purpose::Recovery),
            factor,
        };
        world.backend.recoveries().recover(&nobody(), request).await
    };
    let (state, _) = needed(recover(None).await);
    let shown = |answer| {
        Some(Shown {
            state: state.clone(),
            answer,
        })
    };
    let refusal = refused(recover(shown(code("000000"))).await);
    assert_eq!(refusal, Refusal::WrongFactor);
    next_step(world);
    let recovered = recover(shown(person.shows(world))).await.unwrap();
    assert_eq!(recovered.account, person.account);
    next_step(world);
    let refusal = refused(recover(shown(person.shows(world))).await);
    assert_eq!(refusal, Refusal::SignInExpired, "the state is used up");
    let refusal = refused(show(world, &state, person.shows(world)).await);
    assert_eq!(refusal, Refusal::SignInExpired, "and for nothing else");
}

async fn the_first_session_is_replaced_with_the_first_factor(world: &World) {
    let mut person = Person::new_colleague(world, NAME, PASSWORD).await;
    let begun = sign_in(world, NAME, PASSWORD).await.unwrap();
    assert!(begun.reply.factor_missing, "it allows nothing else");
    let resolve = async |token: &str| world.backend.sessions().resolve(Some(token)).await.unwrap();
    let limited = resolve(begun.token.as_str()).await;
    let accounts = world.backend.accounts();
    let refusal = refused(accounts.list_sessions(&limited, ListSessions {}).await);
    assert_eq!(refusal, Refusal::FactorMissing);
    let resumed = accounts.resume(&limited, ResumeSession {}).await.unwrap();
    assert!(resumed.factor_missing);
    let before = person.token.clone();
    person.set_up(world).await;
    for ended in [before.as_str(), begun.token.as_str()] {
        let actor = resolve(ended).await;
        assert!(actor.subject().account().is_none());
    }
    let sessions = accounts.list_sessions(&person.actor, ListSessions {}).await;
    assert_eq!(sessions.unwrap().len(), 1);
}
