//! A private PostgreSQL for one run: in a temporary folder, on a free port of this machine.

use super::apt;
use crate::{command, say};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running cluster; dropping it stops it and removes its folder.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    owner: Option<Owner>,
    port: u16,
    server: Option<Child>,
}

/// What a commit promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// It is on the disk: for measurements.
    Durable,
    /// Nothing: for tests, quickly.
    None,
}

/// How long it may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who runs it when we are root: PostgreSQL refuses root.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

impl Cluster {
    /// Makes and starts a cluster.
    pub(crate) fn start(promise: Promise) -> Result<Self> {
        let programs = find_or_install()?;
        let step = say::step("starting a private PostgreSQL");
        let folder = std::env::temp_dir().join(format!("beistand-postgres-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let owner = if apt::is_root() {
            Some(Owner::find()?)
        } else {
            None
        };
        if let Some(owner) = owner {
            std::os::unix::fs::chown(&folder, Some(owner.user), Some(owner.group))?;
        }
        let mut cluster = Self {
            programs,
            folder,
            owner,
            port: free_port()?,
            server: None,
        };
        cluster.initialise()?;
        cluster.run(promise)?;
        step.done(&format!("on port {}", cluster.port));
        Ok(cluster)
    }

    /// Where tests reach it, as a user that may make databases.
    pub(crate) fn url(&self) -> String {
        format!("postgres://beistand@127.0.0.1:{}/postgres", self.port)
    }

    fn initialise(&self) -> Result<()> {
        let mut initdb = self.program("initdb");
        initdb.args([
            "--username=beistand",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        command::output(initdb.arg(self.data())).map(drop)
    }

    /// A child of ours, not a daemon: Ctrl-C at the terminal ends it too.
    fn run(&mut self, promise: Promise) -> Result<()> {
        let log = self.folder.join("log");
        let output = File::create(&log)?;
        let mut postgres = self.program("postgres");
        postgres
            .arg("-D")
            .arg(self.data())
            .args(["-p", &self.port.to_string(), "-h", "127.0.0.1", "-k"])
            .arg(&self.folder);
        let hasty: &[&str] = match promise {
            Promise::Durable => &[],
            Promise::None => &[
                "fsync=off",
                "full_page_writes=off",
                "synchronous_commit=off",
            ],
        };
        for setting in hasty.iter().chain(&["max_connections=300"]) {
            postgres.args(["-c", setting]);
        }
        postgres
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        self.server = Some(postgres.spawn().context("cannot start PostgreSQL")?);
        let began = Instant::now();
        while !self.is_ready() {
            let ended = self
                .server
                .as_mut()
                .is_none_or(|server| !matches!(server.try_wait(), Ok(None)));
            if ended || began.elapsed() > PATIENCE {
                bail!(
                    "PostgreSQL did not start:\n{}",
                    fs::read_to_string(&log).unwrap_or_default()
                );
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn is_ready(&self) -> bool {
        command::succeeds(self.program("pg_isready").args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
        ]))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(&self.folder).env("LC_ALL", "C");
        if let Some(owner) = self.owner {
            command.uid(owner.user).gid(owner.group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        command::succeeds(
            stop.args(["stop", "--silent", "--mode=immediate", "-D"])
                .arg(self.data()),
        );
        if let Some(server) = &mut self.server {
            drop(server.wait());
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Owner {
    fn find() -> Result<Self> {
        for name in ["postgres", "nobody"] {
            let id = |flag: &str| {
                command::output(Command::new("id").args([flag, name]))
                    .ok()?
                    .trim()
                    .parse()
                    .ok()
            };
            if let (Some(user), Some(group)) = (id("-u"), id("-g")) {
                return Ok(Self { user, group });
            }
        }
        bail!(
            "PostgreSQL refuses root, and there is neither a user `postgres` nor `nobody` to run it as"
        )
    }
}

fn find_or_install() -> Result<PathBuf> {
    if let Some(folder) = find() {
        return Ok(folder);
    }
    apt::install(&["postgresql".to_owned()], "PostgreSQL (for the tests)")?;
    find().context(
        "PostgreSQL was installed and its `initdb` cannot be found below /usr/lib/postgresql",
    )
}

/// The folder with the newest `initdb`: Debian's, which is on nobody's PATH, else the PATH's.
fn find() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder): &(u32, PathBuf)| folder.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder).or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .find(|folder: &PathBuf| Path::new(folder).join("initdb").exists())
    })
}

/// A port that nobody uses at this moment.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")
        .context("no free port on this machine")?
        .local_addr()?
        .port())
}
