//! Who steals the whole database without the server key has nothing to test a guess against: tried with the right
//! password, against everything that lies there. With the key the same attempt succeeds, so it is a real one.

use backend::Database;
use crypto::Secret;
use crypto::keywrap::KeyWrap;
use crypto::opaque::Parties;
use crypto::opaque::client::Login;
use crypto::opaque::server::{Record, Setup};
use crypto::random::SystemRandom;
use crypto::seal::{Cell, CredentialKey, ServerKey};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use crate::support::database::connect;
use crate::support::{Person, Scene, World, database::hex};

crate::on_both! { the_database_alone_tests_no_password }

const NAME: &str = "stiller-bach27";
const PASSWORD: &str = "apfel birne kirsche dattel";
const OTHER: &str = "eiche linde ahorn buche";

/// A guess without asking anybody: the server's half of a sign-in from stolen bytes, the client's with a password.
fn opens(world: &World, setup: &Setup, record: Record, identifier: &[u8], password: &str) -> bool {
    let parties = || Parties {
        user_name: NAME,
        platform: &world.trust.platform_id,
    };
    let rng = &mut SystemRandom;
    let (state, request) = Login::start(rng, password).unwrap();
    let answer = setup.login(rng, Some(record), &request, identifier, parties());
    let (_, response) = answer.unwrap();
    state.finish(rng, password, &response, parties()).is_ok()
}

/// All byte strings that a query gives.
async fn values(db: &DatabaseConnection, query: &str) -> Vec<Vec<u8>> {
    let statement = Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(statement).await.unwrap();
    let value = |row: &sea_orm::QueryResult| row.try_get_by_index::<Vec<u8>>(0).unwrap();
    rows.iter().map(value).collect()
}

async fn the_database_alone_tests_no_password(world: &World) {
    let scene = Scene::new(world).await;
    let association = scene.agency.association;
    let person = Person::with_password(world, NAME, PASSWORD, association).await;
    let colleague = world.staff().await;
    world.backend.close().await;
    let db = connect(&world.config.database).await;
    let id = match world.config.database {
        Database::Sqlite(_) => format!("x'{}'", hex(person.account.as_bytes())),
        Database::Postgres(_) => format!("'\\x{}'", hex(person.account.as_bytes())),
    };
    let account = async |column: &str| {
        let query = format!("SELECT {column} FROM account WHERE id = {id}");
        values(&db, &query).await.remove(0)
    };
    let platform = async |name: &str| {
        let query = format!("SELECT value FROM platform WHERE name = '{name}'");
        values(&db, &query).await.remove(0)
    };

    // The second factors are as sealed: neither a seed nor a code for a lost one can be read.
    let (app, spare) = colleague.app.as_ref().unwrap();
    let mut secrets = vec![app.seed().to_vec()];
    secrets.extend(spare.iter().map(|code| code.replace('-', "").into_bytes()));
    let mut factors = values(&db, "SELECT secret_sealed FROM factor").await;
    factors.extend(values(&db, "SELECT hash FROM spare_code").await);
    assert!(factors.len() > spare.len());
    for value in &factors {
        for secret in &secrets {
            assert!(!value.windows(secret.len()).any(|window| window == secret));
        }
    }

    // The thief's whole find about this account, and the platform's secrets.
    let mut found = vec![
        platform("opaque_setup").await,
        platform("credential_key").await,
        platform("name_key").await,
    ];
    for column in [
        "name_lookup",
        "name_sealed",
        "record_sealed",
        "key_wrap_sealed",
        "identity",
        "vault",
    ] {
        found.push(account(column).await);
    }
    let query = format!("SELECT key_wrap_sealed FROM recovery WHERE account_id = {id}");
    found.extend(values(&db, &query).await);
    let own = Setup::make(&mut SystemRandom);
    let mut guesses = 0;
    for value in &found {
        assert!(KeyWrap::decode(value).is_err(), "a wrap to try keys on");
        for window in value.windows(192) {
            if let Ok(record) = Record::from_slice(window) {
                guesses += 1;
                assert!(!opens(world, &own, record, NAME.as_bytes(), PASSWORD));
            }
        }
    }
    assert!(guesses > 0, "something had a record's form, and was tried");

    // With the server key the right password is told from a wrong one.
    let key = ServerKey::new(1, Secret::from_bytes([7; 32]));
    let open = |table, column, row: &[u8], sealed: &[u8]| {
        let cell = Cell { table, column, row };
        key.open(cell, sealed).unwrap()
    };
    let platform_id = world.trust.platform_id.as_bytes();
    let setup = open("platform", "opaque_setup", platform_id, &found[0]);
    let setup = Setup::from_slice(&setup).unwrap();
    let credential = open("platform", "credential_key", platform_id, &found[1]);
    let credential = CredentialKey::from_bytes(credential.as_slice().try_into().unwrap());
    let identifier = credential.derive_identifier(NAME).unwrap();
    let sealed = account("record_sealed").await;
    let record = open(
        "account",
        "record_sealed",
        person.account.as_bytes(),
        &sealed,
    );
    for (password, right) in [(PASSWORD, true), (OTHER, false)] {
        let record = Record::from_slice(&record).unwrap();
        assert_eq!(opens(world, &setup, record, &identifier, password), right);
    }
    db.close().await.unwrap();
}
