//! Opening: schemas, purposes, keys, and what a process that was killed leaves behind.

use std::path::Path;

use backend::config::write_new_private;
use backend::{Backend, Database, OpenError, Purpose, ServerKey, platform};
use crypto::random::SystemRandom;
use domain::account::ResumeSession;
use domain::conversation::{ListConversations, LoadHistory};
use domain::inbox::ListInbox;
use migrations::{Migrator, WrapsMigrator};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use sea_orm_migration::MigratorTrait as _;

use crate::factor_alone::wrap;
use crate::factor_passkey::set_up;
use crate::support::authenticator::Authenticator;
use crate::support::person::try_sign_in_at;
use crate::support::{
    Person, Scene, World,
    database::{connect, file, hex},
    nobody, random,
};

crate::on_both! {
    schemas_go_up_down_and_up,
    a_newer_schema_is_refused,
    a_platform_is_made_once,
    demonstrations_and_real_platforms_are_never_mixed_up,
    another_server_key_does_not_open,
    what_a_killed_process_leaves_is_whole,
    rows_hold_no_secret_in_clear,
    another_server_key_takes_the_place_of_the_first,
}

/// Names of the tables, sorted.
async fn tables(db: &DatabaseConnection) -> Vec<String> {
    let query = match db.get_database_backend() {
        sea_orm::DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        _ => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut names = texts(db, query).await;
    names.sort();
    names
}

/// The first column of what a query gives.
async fn texts(db: &DatabaseConnection, query: &str) -> Vec<String> {
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

async fn count_rows(db: &DatabaseConnection, query: &str) -> i64 {
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), query);
    let row = db.query_one_raw(statement).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

async fn schemas_go_up_down_and_up(world: &World) {
    world.backend.close().await;
    let db = connect(&world.config.database).await;
    let before = tables(&db).await;
    assert!(before.len() > 20);
    Migrator::down(&db, None).await.unwrap();
    assert_eq!(tables(&db).await, ["seaql_migrations"]);
    Migrator::up(&db, None).await.unwrap();
    assert_eq!(tables(&db).await, before);
    for _ in Migrator::migrations() {
        Migrator::down(&db, Some(1)).await.unwrap();
    }
    assert_eq!(tables(&db).await, ["seaql_migrations"]);
    db.close().await.unwrap();
    platform::migrate(&world.config).await.unwrap();

    let db = file(&world.config.wraps);
    WrapsMigrator::down(&db, None).await.unwrap();
    WrapsMigrator::up(&db, None).await.unwrap();
    assert_eq!(tables(&db).await, ["seaql_migrations", "wrap"]);
}

async fn a_newer_schema_is_refused(world: &World) {
    world.backend.close().await;
    let db = connect(&world.config.database).await;
    let newer =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_x', 0)";
    db.execute_unprepared(newer).await.unwrap();
    let result = Backend::open(world.config.clone()).await;
    assert!(matches!(result, Err(OpenError::SchemaTooNew)), "{result:?}");
}

async fn a_platform_is_made_once(world: &World) {
    let again = platform::init(&world.config).await;
    assert!(matches!(again, Err(OpenError::AlreadyInitialised)));
    world.backend.close().await;
    let db = connect(&world.config.database).await;
    db.execute_unprepared("DELETE FROM platform").await.unwrap();
    let result = Backend::open(world.config.clone()).await;
    assert!(matches!(result, Err(OpenError::NotInitialised)));
}

async fn demonstrations_and_real_platforms_are_never_mixed_up(world: &World) {
    assert!(!world.backend.is_demo());
    let mut config = world.config.clone();
    config.purpose = Purpose::Demonstration;
    let result = Backend::open(config.clone()).await;
    assert!(matches!(result, Err(OpenError::NotDemonstration)));

    let folder = world.place.folder().join("demonstration");
    std::fs::create_dir(&folder).unwrap();
    config.database = Database::Sqlite(folder.join("main.sqlite"));
    config.wraps = folder.join("wraps.sqlite");
    platform::init(&config).await.unwrap();
    let demonstration = Backend::open(config.clone()).await.unwrap();
    assert!(demonstration.is_demo());
    demonstration.close().await;
    config.purpose = Purpose::Real;
    let result = Backend::open(config).await;
    assert!(matches!(result, Err(OpenError::IsDemonstration)));
}

async fn another_server_key_does_not_open(world: &World) {
    let mut config = world.config.clone();
    config.server_key = ServerKey::from_bytes([8; 32]);
    let result = Backend::open(config).await;
    assert!(matches!(result, Err(OpenError::WrongKey)));
}

/// Copies a SQLite database as the disk has it at this moment, log and all.
fn copy(from: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        let name = |path: &Path| format!("{}{suffix}", path.display());
        if Path::new(&name(from)).exists() {
            std::fs::copy(name(from), name(to)).unwrap();
        }
    }
}

async fn what_a_killed_process_leaves_is_whole(world: &World) {
    let scene = Scene::new(world).await;
    let case = scene.accepted(world).await;
    let waiting = scene.waiting(world).await;
    // What had reached the disk when the power went: nothing was closed.
    let folder = world.place.folder().join("after");
    std::fs::create_dir(&folder).unwrap();
    let mut config = world.config.clone();
    config.wraps = folder.join("wraps.sqlite");
    copy(&world.config.wraps, &config.wraps);
    if let Database::Sqlite(path) = &world.config.database {
        let to = folder.join("main.sqlite");
        copy(path, &to);
        config.database = Database::Sqlite(to);
    }
    let after = Backend::open(config).await.unwrap();
    let rows = after
        .conversations()
        .list(&scene.first.actor, ListConversations {})
        .await
        .unwrap();
    assert_eq!((rows.len(), rows[0].wraps.len(), rows[0].count), (1, 2, 2));
    let request = LoadHistory {
        conversation: case.id,
        after: 0,
        limit: 10,
    };
    let history = after
        .conversations()
        .load_history(&scene.seeker.actor, request)
        .await
        .unwrap();
    assert_eq!(history.messages.len(), 2);
    let listed = after
        .inbox()
        .list(&scene.second.actor, ListInbox {})
        .await
        .unwrap();
    assert_eq!(listed[0].conversation, waiting.id);
    after.close().await;
}

async fn rows_hold_no_secret_in_clear(world: &World) {
    let scene = Scene::new(world).await;
    scene.accepted(world).await;
    world.backend.close().await;
    let Database::Sqlite(path) = &world.config.database else {
        return;
    };
    let main = std::fs::read(path).unwrap();
    let holds = |needle: &[u8]| main.windows(needle.len()).any(|window| window == needle);
    assert!(holds(
        scene
            .seeker
            .identity
            .as_bytes()
            .first_chunk::<64>()
            .unwrap()
    ));
    assert!(!holds(scene.seeker.name.as_bytes()), "user name");
    assert!(
        !holds(scene.seeker.token.as_str().as_bytes()),
        "session token"
    );
    let wraps = std::fs::read(&world.config.wraps).unwrap();
    let key = scene.seeker.identity.kem_key.digest();
    assert!(wraps.windows(32).any(|window| window == key.as_bytes()));
    assert!(
        !holds(key.as_bytes()),
        "epoch wraps lie in their own store only"
    );
}

#[test]
fn key_files_must_be_private_and_whole() {
    let folder = std::env::temp_dir().join(format!("beistand_test_{}", hex(&random::<8>())));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("server.key");
    assert!(matches!(
        ServerKey::read(&path),
        Err(OpenError::KeyMissing(_))
    ));
    ServerKey::create(&path, &SystemRandom).unwrap();
    ServerKey::read(&path).unwrap();
    let again = ServerKey::create(&path, &SystemRandom);
    assert!(
        matches!(again, Err(OpenError::File { .. })),
        "never overwritten"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        for readable in [0o640, 0o604, 0o644] {
            mode(readable);
            assert!(matches!(
                ServerKey::read(&path),
                Err(OpenError::KeyReadable(_))
            ));
        }
        mode(0o600);
    }
    let short = folder.join("short.key");
    write_new_private(&short, &[1; 31]).unwrap();
    assert!(matches!(
        ServerKey::read(&short),
        Err(OpenError::KeyMalformed(_))
    ));
    std::fs::remove_dir_all(folder).unwrap();
}

async fn another_server_key_takes_the_place_of_the_first(world: &World) {
    const NAME: &str = "stiller-bach27";
    const PASSWORD: &str = "apfel birne kirsche dattel";
    let scene = Scene::new(world).await;
    let association = scene.agency.association;
    let person = Person::with_password(world, NAME, PASSWORD, association).await;
    let colleague = Person::colleague(world, "hannah.brandt", PASSWORD).await;
    let opens = Some(wrap(colleague.account));
    set_up(world, &colleague, &Authenticator::p256(0), opens)
        .await
        .unwrap();
    world.backend.close().await;
    let next = ServerKey::from_bytes([9; 32]);
    let after = backend::Config {
        server_key: next.clone(),
        ..world.config.clone()
    };
    assert!(platform::is_key(&world.config).await.unwrap());
    assert!(!platform::is_key(&after).await.unwrap());
    let wrong = platform::rotate_key(&after, &next).await;
    assert!(matches!(wrong, Err(OpenError::WrongKey)), "{wrong:?}");
    let count = platform::rotate_key(&world.config, &next).await.unwrap();
    let db = connect(&world.config.database).await;
    let rows = async |table: &str| count_rows(&db, &format!("SELECT count(*) FROM {table}")).await;
    let factors = rows("factor").await + rows("factor WHERE key_wrap_sealed IS NOT NULL").await;
    let rest = rows("recovery").await + rows("session").await + factors;
    let sealed = 3 + 3 * rows("account").await + rest;
    assert_eq!(i64::try_from(count).unwrap(), sealed);
    assert!(platform::is_key(&after).await.unwrap());
    let before = Backend::open(world.config.clone()).await;
    assert!(matches!(before, Err(OpenError::WrongKey)), "{before:?}");

    // No seal of the key before is left, in whatever column: type, suite, number.
    if matches!(world.config.database, Database::Sqlite(_)) {
        for table in tables(&db).await {
            let columns = format!("SELECT name FROM pragma_table_info('{table}')");
            for column in texts(&db, &columns).await {
                let old = format!(
                    "SELECT count(*) FROM \"{table}\" WHERE substr(\"{column}\", 1, 4) = x'15010001'"
                );
                assert_eq!(count_rows(&db, &old).await, 0, "{table}.{column}");
            }
        }
    }
    db.close().await.unwrap();

    let backend = Backend::open(after.clone()).await.unwrap();
    // A session goes on, and its tab opens.
    let token = Some(person.token.as_str());
    let actor = backend.sessions().resolve(token).await.unwrap();
    let resumed = backend.accounts().resume(&actor, ResumeSession {}).await;
    assert_eq!(resumed.unwrap().account, person.account);
    // And the password opens the account: the OPRF's seed is the same.
    let attempt = try_sign_in_at(&backend, world, NAME, PASSWORD)
        .await
        .unwrap();
    let accounts = backend.accounts();
    let signed_in = accounts.sign_in_finish(&nobody(), attempt.finish).await;
    assert_eq!(signed_in.unwrap().reply.account, person.account);
    backend.close().await;
}
