//! Backup and restore with the scripts of `docs/OPERATIONS.md`, while people write.

use crate::journey::count;
use crate::stage::{Person, Stage, serve_on};
use crate::support::{ROOMY, Scratch};
use client::inbox::Accepted;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tokio::task::{LocalSet, spawn_blocking};

const GUIDE: &str = include_str!("../../../docs/OPERATIONS.md");

const TAKEN: Person<'static> = Person {
    user_name: "alter-baum7",
    password: "kirsche wolke anker teppich",
    pseudonym: "Alter Baum",
    postcode: "79098",
    text: "Das wurde vor der Sicherung gelesen.",
};
const WAITING: Person<'static> = Person {
    user_name: "junger-baum7",
    text: "Das wartete bei der Sicherung noch.",
    ..TAKEN
};
const MEANWHILE: Person<'static> = Person {
    user_name: "neuer-baum7",
    text: "Das kam während der Sicherung.",
    ..TAKEN
};

/// The first script of the guide after these words.
fn script(after: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(after).unwrap();
    let (_, rest) = rest.split_once("```sh\n").unwrap();
    rest.split_once("```").unwrap().0
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

/// Runs a script as the guide says: the data folder, and a new folder for the backup.
fn back_up(script: &str, data: &Path, to: &Path, database: Option<&str>) {
    let mut shell = Command::new("sh");
    shell.args(["-s", "--"]).arg(data).arg(to);
    if let Some(url) = database {
        shell.env("DATABASE_URL", url);
    }
    let mut shell = shell.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = shell.stdin.take().unwrap();
    input.write_all(script.as_bytes()).unwrap();
    drop(input);
    assert!(shell.wait().unwrap().success());
}

/// A database of its own on the tests' server.
struct OnServer {
    url: String,
    name: String,
    server: String,
}

impl OnServer {
    fn make(purpose: &str) -> Option<Self> {
        let Ok(server) = std::env::var("BEISTAND_TEST_POSTGRES") else {
            let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!ci, "BEISTAND_TEST_POSTGRES must name a server");
            return None;
        };
        let name = format!("beistand_{purpose}_{}", std::process::id());
        run(Command::new("psql").args(["-Xqc", &format!("CREATE DATABASE {name}"), &server]));
        let (host, _) = server.rsplit_once('/').unwrap();
        Some(Self {
            url: format!("{host}/{name}"),
            name,
            server,
        })
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let dropped = Command::new("psql")
            .args(["-Xqc", &statement, &self.server])
            .status();
        drop(dropped);
    }
}

#[tokio::test]
async fn a_backup_of_sqlite_is_restored() {
    let database = |backup: &Path, data: &Path| {
        let file = data.join("beistand.sqlite");
        fs::copy(backup.join("beistand.sqlite"), &file).unwrap();
        run(Command::new("sqlite3")
            .arg(&file)
            .arg("DELETE FROM session"));
    };
    let work = round("SQLite (`sh backup.sh", None, None, &database);
    LocalSet::new().run_until(work).await;
}

#[tokio::test]
async fn a_backup_of_postgresql_is_restored() {
    let (Some(from), Some(into)) = (OnServer::make("backup"), OnServer::make("restored")) else {
        return;
    };
    let database = |backup: &Path, _: &Path| {
        run(Command::new("pg_restore")
            .args(["--exit-on-error", "--no-owner", "-d", &into.url])
            .arg(backup.join("beistand.dump")));
        run(Command::new("psql").args(["-Xqc", "DELETE FROM session", &into.url]));
    };
    let work = round(
        "PostgreSQL (the same call",
        Some(&from.url),
        Some(&into.url),
        &database,
    );
    LocalSet::new().run_until(work).await;
}

/// `database` brings the main database from a backup into a data folder.
async fn round(
    title: &str,
    from: Option<&str>,
    into: Option<&str>,
    database: &dyn Fn(&Path, &Path),
) {
    let stage = Stage::build_on(from).await;
    let data = stage.scratch.0.clone();
    fs::write(data.join("beistand.toml"), ROOMY).unwrap();
    let running = serve_on(&data, from, None, ROOMY).await;
    let authority = running.local_address().to_string();
    let (_, conversation) = stage.enquire(&authority, &TAKEN).await;
    let counsellor = stage.counsellor(&authority).await;
    let accepted = counsellor.accept(conversation, None).await.unwrap();
    assert_eq!(accepted, Accepted::Mine);
    counsellor.send(conversation, "Ich bin da.").unwrap();
    counsellor.flush().await.unwrap();
    stage.enquire(&authority, &WAITING).await;

    let folder = Scratch::new();
    let backup = folder.0.clone();
    let (script, url) = (script(title), from.map(str::to_owned));
    let (source, target) = (data.clone(), backup.clone());
    let copying = spawn_blocking(move || back_up(script, &source, &target, url.as_deref()));
    stage.enquire(&authority, &MEANWHILE).await;
    copying.await.unwrap();
    running.stop().await;
    assert!(backup.join("complete").exists());
    for secret in ["server.key", "platform-root.seed"] {
        assert!(data.join(secret).exists() && !backup.join(secret).exists());
    }

    let restored = Scratch::new();
    fs::create_dir(&restored.0).unwrap();
    fs::create_dir(restored.0.join("site")).unwrap();
    for entry in fs::read_dir(backup.join("site")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(
            entry.path(),
            restored.0.join("site").join(entry.file_name()),
        )
        .unwrap();
    }
    for file in ["beistand.toml", "wraps.sqlite"] {
        fs::copy(backup.join(file), restored.0.join(file)).unwrap();
    }
    fs::copy(data.join("server.key"), restored.0.join("server.key")).unwrap();
    database(&backup, &restored.0);

    let running = serve_on(&restored.0, into, None, ROOMY).await;
    let authority = running.local_address().to_string();
    let counsellor = stage.counsellor(&authority).await;
    counsellor.show(conversation).await.unwrap();
    for text in [TAKEN.text, "Ich bin da."] {
        assert_eq!(count(&counsellor, conversation, text), 1);
    }
    let waiting = counsellor.waiting();
    assert!(waiting.iter().any(|one| one.text == WAITING.text));
    for one in &waiting {
        assert_eq!(one.untrusted, None, "whole, or not there");
        assert!([WAITING.text, MEANWHILE.text].contains(&one.text.as_str()));
    }
    let first = waiting.first().unwrap().conversation;
    let accepted = counsellor.accept(first, None).await.unwrap();
    assert_eq!(accepted, Accepted::Mine, "people go on");
    running.stop().await;
}
