//! A demonstration of its own that is served while this value lives: for browsers that look at it.

use crate::run::{self, Wish};
use crate::tools::postgres::free_port;
use crate::{command, place};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A fresh demonstration, its server, and the folder of both.
pub(crate) struct Stage {
    binary: PathBuf,
    wish: Wish,
    folder: PathBuf,
    server: Server,
}

impl Stage {
    /// Makes a demonstration with `binary` and serves it on a free port.
    pub(crate) fn open(binary: PathBuf) -> Result<Self> {
        let port = free_port()?;
        let name = format!("beistand-stage-{}-{port}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        let wish = Wish {
            release: false,
            port,
            data: folder.join("data"),
        };
        run::fill(&binary, &wish.data)?;
        let server = Server::start(&binary, &wish, &folder.join("server.log"))?;
        Ok(Self {
            binary,
            wish,
            folder,
            server,
        })
    }

    /// A program of a folder of `end2end` that learns where everything is.
    pub(crate) fn program(&self, name: &str, folder: &str, chromium: &Path) -> Command {
        let mut program = command::program(name);
        program
            .current_dir(place::root().join(folder))
            .env(
                "BEISTAND_URL",
                format!("http://127.0.0.1:{}", self.wish.port),
            )
            .env("BEISTAND_CHROMIUM", chromium)
            .env("BEISTAND_DATA", &self.wish.data)
            .env("BEISTAND_LOG", self.folder.join("server.log"))
            .env("BEISTAND_BINARY", &self.binary);
        program
    }

    /// Ends the server and removes the folder.
    pub(crate) fn close(self) -> Result<()> {
        drop(self.server);
        Ok(fs::remove_dir_all(self.folder)?)
    }

    /// Ends the server and tells where its data and log are kept.
    pub(crate) fn keep(self) -> PathBuf {
        self.folder
    }
}

/// A server that ends with this value.
struct Server(Child);

impl Server {
    fn start(binary: &Path, wish: &Wish, log: &PathBuf) -> Result<Self> {
        let output = File::create(log)?;
        let mut command = run::serve(binary, wish);
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let mut server = Self(command.spawn().context("cannot start the server")?);
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", wish.port)).is_err() {
            let ended = server.0.try_wait()?.is_some();
            if ended || began.elapsed() > PATIENCE {
                bail!(
                    "the server did not start:\n{}",
                    fs::read_to_string(log).unwrap_or_default()
                );
            }
            sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
