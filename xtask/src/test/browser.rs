//! Playwright in the system's Chromium, against the server that the tests' profile built, with a fresh demonstration.

use super::report::Tally;
use super::stream;
use crate::run::{self, Wish};
use crate::tools::postgres::free_port;
use crate::{command, place, say};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs all browser tests.
pub(crate) fn test(chromium: &Path, long: bool, tally: &mut Tally) -> Result<()> {
    let binary = place::root().join("target/ci/beistand");
    let folder = std::env::temp_dir().join(format!("beistand-browser-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let wish = Wish {
        release: false,
        port: free_port()?,
        data: folder.join("data"),
    };
    run::fill(&binary, &wish.data)?;
    let server = Server::start(&binary, &wish, &folder.join("server.log"))?;
    let mut playwright = command::program("npx");
    playwright.current_dir(place::root().join("end2end")).args([
        "--no-install",
        "playwright",
        "test",
    ]);
    playwright
        .env("BEISTAND_URL", format!("http://127.0.0.1:{}", wish.port))
        .env("BEISTAND_CHROMIUM", chromium)
        .env("BEISTAND_DATA", &wish.data)
        .env("BEISTAND_LOG", folder.join("server.log"))
        .env("BEISTAND_BINARY", &binary);
    if long {
        playwright.env("BEISTAND_LONG", "1");
    }
    let result = stream::run(&mut playwright, tally, stream::playwright);
    drop(server);
    if result.is_ok() {
        fs::remove_dir_all(&folder)?;
    } else {
        say::line(&format!(
            "  data and log of the server are kept in {}; pictures and traces in end2end/test-results",
            folder.display()
        ));
    }
    result
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
