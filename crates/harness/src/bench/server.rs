//! The program as a process: started, watched through /proc, killed.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use client::Platform;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::{Done, figures};

/// How long it may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);
/// The numbers of a platform that is measured.
const LIMITS: &str = include_str!("limits.toml");
/// Kernel ticks in a second: what `/proc/PID/stat` counts in, on every Linux.
const TICKS: f64 = 100.0;

/// Where a platform lies, and what runs it.
pub(crate) struct Place {
    pub(crate) program: PathBuf,
    pub(crate) folder: PathBuf,
    /// PostgreSQL's address; else the file in the folder.
    pub(crate) database: Option<String>,
}

impl Place {
    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(verb).arg("--data").arg(&self.folder);
        match &self.database {
            Some(url) => command.env("DATABASE_URL", url),
            None => command.env_remove("DATABASE_URL"),
        };
        command
    }

    /// Makes the platform: the demonstration's agencies and counsellors.
    pub(crate) fn make(&self) -> Done {
        let parent = self.folder.parent().ok_or("no folder")?;
        fs::create_dir_all(parent)?;
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        let began = Instant::now();
        let made = self
            .command("demo")
            .arg("--empty")
            .stdout(Stdio::null())
            .status()?;
        if !made.success() {
            return Err("the platform was not made".into());
        }
        fs::write(self.folder.join("beistand.toml"), LIMITS)?;
        let took = began.elapsed().as_secs_f64();
        figures::say(&format!("  (platform made in {took:.1} s)"));
        Ok(())
    }

    /// What the clients believe without proof.
    pub(crate) fn platform(&self) -> Done<Platform> {
        for entry in fs::read_dir(self.folder.join("site"))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("trust.") && name.ends_with(".json") {
                return Ok(Platform::parse(&fs::read(&path)?)?);
            }
        }
        Err("no trust.json".into())
    }
}

/// A running server; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) authority: String,
    pub(crate) platform: Platform,
    ready: Duration,
}

impl Server {
    pub(crate) async fn start(place: &Place) -> Done<Self> {
        let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        Self::start_at(place, free.to_string()).await
    }

    /// Starts it at `authority` (`host:port`), and waits until it answers a page.
    pub(crate) async fn start_at(place: &Place, authority: String) -> Done<Self> {
        let log = File::create(place.folder.with_extension("log"))?;
        let platform = place.platform()?;
        let mut command = place.command("serve");
        command
            .args(["--demo", "--listen", &authority])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let began = Instant::now();
        let mut server = Self {
            child: command.spawn()?,
            authority,
            platform,
            ready: Duration::ZERO,
        };
        while TcpStream::connect(&server.authority).await.is_err() {
            if server.child.try_wait()?.is_some() || began.elapsed() > PATIENCE {
                return Err("the server did not start".into());
            }
            sleep(Duration::from_millis(1)).await;
        }
        let mut line = crate::wire::Line::open(&server.authority, "").await?;
        line.get("/").await?;
        server.ready = began.elapsed();
        Ok(server)
    }

    /// From the start of the process to the first page, in milliseconds.
    pub(crate) fn ready_ms(&self) -> f64 {
        self.ready.as_secs_f64() * 1000.0
    }

    /// Resident memory, in kB.
    pub(crate) fn memory_kb(&self) -> Done<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(number.ok_or("no VmRSS")?.parse::<f64>()? * 1.024)
    }

    /// Time on processors so far, in seconds.
    pub(crate) fn cpu_seconds(&self) -> Done<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name before may hold blanks; utime and stime are the 14th and 15th field.
        let (_, rest) = stat.rsplit_once(')').ok_or("no stat")?;
        let fields: Vec<_> = rest.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        let both = ticks(11).zip(ticks(12)).ok_or("no times")?;
        Ok((both.0 + both.1) / TICKS)
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) -> Done {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it in order.
    pub(crate) fn stop(&mut self) -> Done {
        let id = self.child.id().to_string();
        Command::new("kill").arg(&id).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
