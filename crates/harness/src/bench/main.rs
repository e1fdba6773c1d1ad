//! Measures the real program from outside: real sockets, real sessions, ciphertexts of real size.
//!
//! `cargo xtask bench` builds and starts it. What is what: accounts, enquiries, acceptances,
//! sign-ins go through `client`, as browsers do them, but for Argon2id, which is the browser's
//! time and which the server cannot see ([`quick`]). Of each conversation one message is sealed by
//! `client`; those that are counted are its bytes with another id in the header, sent over plain
//! sockets ([`wire`]): so the client's own work, on the same cores, is small.
//!
//! Measurements, not tests: nothing here fails because it is slow, only because something was
//! lost, doubled or refused.

mod apart;
mod crash;
mod crowd;
mod figures;
mod million;
mod names;
mod people;
mod quick;
mod server;
mod sign_in;
mod talk;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use figures::Figures;
use people::People;
use server::{Place, Server};

/// What went wrong, in words.
type Fault = Box<dyn std::error::Error>;
type Done<T = ()> = Result<T, Fault>;

/// How much is measured.
#[derive(Clone, Copy)]
struct Extent {
    /// How long each rate is measured.
    time: Duration,
    /// Conversations of the larger talk.
    pairs: usize,
    /// Connections that are only open.
    idle: usize,
    /// Messages in a second while they are.
    rate: u32,
    /// Messages of a database that has seen years.
    rows: u32,
    /// Sign-ins in vain, with a known and with an unknown name each.
    names: usize,
}

impl Extent {
    const FULL: Self = Self {
        time: Duration::from_secs(10),
        pairs: 50,
        idle: 10_000,
        rate: 500,
        rows: 1_000_000,
        names: 2_000,
    };
    /// To see that it runs.
    const SHORT: Self = Self {
        time: Duration::from_millis(500),
        pairs: 8,
        idle: 100,
        rate: 50,
        rows: 2_000,
        names: 50,
    };
}

/// The command line: `--server PROGRAM --folder DIR [--postgres URL] [--short]`.
struct Line {
    server: PathBuf,
    folder: PathBuf,
    postgres: Option<String>,
    short: bool,
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = runtime.map_err(Fault::from).and_then(|runtime| {
        let work = async { run(line()?).await };
        tokio::task::LocalSet::new().block_on(&runtime, work)
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            figures::say(&format!("The measurement stopped: {fault}"));
            ExitCode::FAILURE
        }
    }
}

fn line() -> Done<Line> {
    let mut words = std::env::args().skip(1);
    let (mut server, mut folder, mut postgres, mut short) = (None, None, None, false);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--server" => server = words.next().map(PathBuf::from),
            "--folder" => folder = words.next().map(PathBuf::from),
            "--postgres" => postgres = words.next(),
            "--short" => short = true,
            other => return Err(format!("unknown: {other}").into()),
        }
    }
    Ok(Line {
        server: server.ok_or("--server is missing")?,
        folder: folder.ok_or("--folder is missing")?,
        postgres,
        short,
    })
}

async fn run(line: Line) -> Done {
    let extent = if line.short {
        Extent::SHORT
    } else {
        Extent::FULL
    };
    let mut figures = Figures::default();
    let databases = [("SQLite", None), ("PostgreSQL", line.postgres.as_deref())];
    for (name, url) in databases {
        if name == "PostgreSQL" && url.is_none() {
            figures::say("PostgreSQL is left out.");
            continue;
        }
        let place = Place {
            program: line.server.clone(),
            folder: line.folder.join(name.to_lowercase()),
            database: url.map(str::to_owned),
        };
        figures.begin(name);
        all(&place, extent, &mut figures).await?;
    }
    let file = line.folder.join(if line.short {
        "short.json"
    } else {
        "bench.json"
    });
    figures.write(&file)?;
    figures::say(&format!("\nAlso in {}", file.display()));
    Ok(())
}

async fn all(place: &Place, extent: Extent, figures: &mut Figures) -> Done {
    place.make()?;
    let mut server = Server::start(place).await?;
    figures.add("start to serving, empty", server.ready_ms(), "ms");
    figures.add("memory, idle", server.memory_kb()? / 1000.0, "MB");
    let people = People::make(&server, extent.pairs).await?;
    talk::measure(&server, &people, 1, extent.time, figures).await?;
    talk::measure(&server, &people, extent.pairs, extent.time, figures).await?;
    sign_in::measure(&server, &people, extent.time, figures).await?;
    names::measure(&server, &people, extent.names, figures).await?;
    crowd::measure(&server, &people, extent, figures).await?;
    crash::measure(&mut server, place, &people, extent.time, figures).await?;
    server.stop()?;
    million::fill(place, extent.rows).await?;
    let mut server = Server::start(place).await?;
    let what = format!("start to serving, {} messages more", extent.rows);
    figures.add(&what, server.ready_ms(), "ms");
    server.stop()
}
