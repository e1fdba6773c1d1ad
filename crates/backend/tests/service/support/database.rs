//! Databases of tests: a folder of their own, or a database of their own on a server.

use std::path::{Path, PathBuf};

use backend::Database;
use sea_orm::ConnectionTrait as _;
use sea_orm::DatabaseConnection;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use sqlite::{Migrating, Writing};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// Where one test's database is.
#[derive(Clone)]
pub(crate) struct Place {
    folder: PathBuf,
    database: Database,
    on_server: Option<(String, String)>,
}

impl Place {
    /// A new, empty one. `None` if there is no server to test with; in CI there must be one.
    pub(crate) async fn make(kind: Kind) -> Option<Self> {
        let name = format!("beistand_test_{}", hex(&super::random::<8>()));
        let folder = std::env::temp_dir().join(&name);
        let (database, on_server) = match kind {
            Kind::Sqlite => (Database::Sqlite(folder.join("main.sqlite")), None),
            Kind::Postgres => {
                let Ok(server) = std::env::var("BEISTAND_TEST_POSTGRES") else {
                    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
                    assert!(!ci, "BEISTAND_TEST_POSTGRES must name a server");
                    return None;
                };
                run(&server, &format!("CREATE DATABASE {name}")).await;
                let url = with_database(&server, &name);
                (Database::Postgres(url), Some((server, name)))
            }
        };
        std::fs::create_dir_all(&folder).unwrap();
        Some(Self {
            folder,
            database,
            on_server,
        })
    }

    pub(crate) fn database(&self) -> Database {
        self.database.clone()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The first column of a query's rows, as text.
    pub(crate) async fn rows(&self, query: &str) -> Vec<String> {
        let db = connect(&self.database).await;
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), query);
        let rows = db.query_all_raw(statement).await.unwrap();
        let texts = rows
            .iter()
            .map(|row| row.try_get_by_index(0).unwrap())
            .collect();
        db.close().await.unwrap();
        texts
    }

    pub(crate) async fn remove(self) {
        if let Some((server, name)) = &self.on_server {
            run(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

async fn run(server: &str, statement: &str) {
    let options: PgConnectOptions = server.parse().unwrap();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    connection
        .execute(AssertSqlSafe(statement.to_owned()))
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// `postgres://who@where:port/any?how` with another database.
fn with_database(server: &str, name: &str) -> String {
    let (scheme, rest) = server.split_once("://").unwrap();
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, format!("?{query}")),
        None => (rest, String::new()),
    };
    let host = rest.split('/').next().unwrap();
    format!("{scheme}://{host}/{name}{query}")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A connection past the program.
pub(crate) async fn connect(database: &Database) -> DatabaseConnection {
    match database {
        Database::Sqlite(path) => file(path),
        Database::Postgres(url) => sea_orm::Database::connect(url).await.unwrap(),
    }
}

/// The same to a SQLite file.
pub(crate) fn file(path: &Path) -> DatabaseConnection {
    Migrating::new(&Writing::open(path).unwrap()).db
}
