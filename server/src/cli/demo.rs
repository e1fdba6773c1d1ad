//! `beistand demo`: a platform in an empty folder, filled by `harness` through a real server, as browsers would.

use super::say;
use crate::address::PublicUrl;
use crate::fault::Fault;
use crate::folder::Folder;
use crate::running::{Running, bind};
use crate::settings::Settings;
use backend::config::SystemClock;
use backend::{Backend, Clock, Config, Purpose, platform};
use domain::account::UserName;
use domain::id::{AccountId, AssociationId, InvitationId};
use domain::time::{DAY, Timestamp};
use harness::demo::{self, Extent, Operator};
use harness::{CodeWords, Platform};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Lies in a folder for as long as a demonstration is being made there.
const UNFINISHED: &str = "unfinished-demonstration";
/// The demonstration's settings: whoever tries it out sits at one machine.
const SETTINGS: &str = include_str!("demo.toml");

pub(super) async fn run(data: &Path, empty: bool) -> Result<(), Fault> {
    Folder::new(data).create()?;
    let workshop = Workshop::open(data)?;
    let folder = Folder::new(&workshop.0);
    let settings = Settings::read(&Folder::new(data))?;
    let database = settings.database_url.as_deref();
    say(
        "Making the demonstration: every message in it is really encrypted, so this takes a moment.",
    );
    let made = folder
        .make_platform(Purpose::Demonstration, database)
        .await?;
    let clock = Arc::new(MovedClock::long_ago());
    let config = Config {
        clock: clock.clone(),
        limits: Settings::parse(&folder.settings(), SETTINGS)?.limits,
        ..folder.config(Purpose::Demonstration, database)?
    };
    let front = settings.front(&folder);
    let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let running = Running::start(config, front, None, listener).await?;

    let trust = crate::folder::trust_file(&made.trust)?;
    let platform = Platform::parse(&trust).map_err(|error| unmade(&error.to_string()))?;
    let operator = CommandLine {
        backend: running.http.backend.clone(),
        root_seed: made.root_seed,
        clock,
    };
    let authority = running.local_address().to_string();
    let extent = if empty { Extent::Empty } else { Extent::Whole };
    let filling = demo::make(&authority, platform, &operator, extent);
    let filled = tokio::task::LocalSet::new().run_until(filling).await;
    running.stop().await;
    filled.map_err(|error| unmade(&error.to_string()))?;
    let written = std::fs::write(folder.settings(), SETTINGS);
    written.map_err(|error| Fault::file(&folder.settings(), &error))?;
    workshop.move_to(data)?;
    say(&format!(
        "Done. Start it with: beistand serve --demo --data {}",
        data.display()
    ));
    Ok(())
}

/// What the app of somebody in this demonstration shows now.
pub(super) async fn code(data: &Path, name: &str) -> Result<(), Fault> {
    let folder = Folder::new(data);
    let settings = Settings::read(&folder)?;
    let config = folder.config(Purpose::Demonstration, settings.database_url.as_deref())?;
    let nobody = || {
        Fault::new(
            format!("Nobody here is called {name} and has an app that shows codes."),
            "The accounts are told when the demonstration starts.",
        )
    };
    let name = UserName::parse(name).map_err(|_| nobody())?;
    let code = platform::demo_code(&config, &name).await?;
    say(&code.ok_or_else(nobody)?);
    Ok(())
}

fn unmade(why: &str) -> Fault {
    Fault::new(
        format!("The demonstration was not made: {why}."),
        "Try again; if it stays so, report it with these words.",
    )
}

/// The folder beside the asked one, where the demonstration is made: a half-made one is never mistaken for a whole.
struct Workshop(PathBuf);

impl Workshop {
    fn open(data: &Path) -> Result<Self, Fault> {
        let mut name = data.as_os_str().to_owned();
        name.push(".making");
        let path = PathBuf::from(name);
        let failed = |error: std::io::Error| Fault::file(&path, &error);
        if path.with_extension(UNFINISHED).exists() {
            std::fs::remove_dir_all(&path).or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                _ => Err(failed(error)),
            })?;
        }
        std::fs::write(path.with_extension(UNFINISHED), "").map_err(failed)?;
        Ok(Self(path))
    }

    fn move_to(&self, data: &Path) -> Result<(), Fault> {
        std::fs::remove_dir(data)
            .and_then(|()| std::fs::rename(&self.0, data))
            .and_then(|()| std::fs::remove_file(self.0.with_extension(UNFINISHED)))
            .map_err(|error| Fault::file(data, &error))
    }
}

/// The operator's part in filling the demonstration.
struct CommandLine {
    backend: Backend,
    root_seed: platform::RootSeed,
    clock: Arc<MovedClock>,
}

impl Operator for CommandLine {
    async fn invite(&self, association: Option<AssociationId>) -> Result<InvitationId, String> {
        let invited = platform::create_invitation(&self.backend, association).await;
        invited.map_err(|error| error.to_string())
    }

    /// The code has nothing to tell here: person and operator are one program.
    async fn certify_admin(&self, account: AccountId, _: CodeWords) -> Result<(), String> {
        let certified = platform::certify_admin(&self.backend, &self.root_seed, account).await;
        certified.map_err(|error| error.to_string())
    }

    fn set_clock(&self, now: Option<Timestamp>) {
        *self.clock.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    fn progress(&self, what: &str) {
        say(&format!("  {what}"));
    }
}

/// The server's clock while conversations of past days are made.
#[derive(Debug)]
struct MovedClock(Mutex<Option<Timestamp>>);

impl MovedClock {
    /// Before everything that the demonstration tells: the first round of what is due must not find anything expired.
    fn long_ago() -> Self {
        Self(Mutex::new(Some(SystemClock.now().plus(-90 * DAY))))
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let moved = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        moved.unwrap_or_else(|| SystemClock.now())
    }
}

/// What a person who starts a demonstration wants to know.
pub(super) fn greet(address: &PublicUrl, data: &Path) -> Result<(), Fault> {
    let accounts = demo::accounts().map_err(|error| unmade(&error.to_string()))?;
    say(&format!("\nThe demonstration is ready: {address}\n"));
    for (staff, face) in [(true, "Staff, at /team"), (false, "Seekers, at /app")] {
        say(&format!("{face}:"));
        let greeted = accounts.iter().filter(|account| account.greeted);
        for account in greeted.filter(|account| account.staff == staff) {
            let demo::Account {
                user_name,
                password,
                about,
                ..
            } = account;
            say(&format!("  {user_name:<24} {password:<28} {about}"));
        }
        say("");
    }
    say("Staff are asked for a code after the password. It counts once, and for half a minute:");
    let program = std::env::current_exe().unwrap_or_else(|_| "beistand".into());
    say(&format!(
        "  {} demo code NAME --data {}\n",
        program.display(),
        data.display()
    ));
    say(&format!(
        "{} people in all: the others stand in data/demo of the source.\n",
        accounts.len()
    ));
    say(
        "Try first: open the address, choose a topic, and write an enquiry. Then sign in as a counsellor",
    );
    say("in another browser (or a private window), accept it, and write to each other.");
    say(
        "Everything here is invented, and the passwords are known to everybody: nothing for real people.\n",
    );
    Ok(())
}
