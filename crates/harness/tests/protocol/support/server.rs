//! The real binary: made a demonstration once per run, served while a test needs it.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, Weak};

use client::Platform;

/// A server; it ends with the last test that holds it.
pub(crate) struct Served {
    pub(crate) authority: String,
    pub(crate) platform: Platform,
    child: Mutex<Child>,
}

/// Followed by the process's id.
const FOLDER_NAME: &str = "protocol-";

static FOLDER: OnceLock<PathBuf> = OnceLock::new();
static RUNNING: Mutex<Weak<Served>> = Mutex::new(Weak::new());

impl Served {
    /// The server that runs, or a new one.
    pub(crate) fn get() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(|broken| broken.into_inner());
        if let Some(served) = running.upgrade() {
            return served;
        }
        let served = Arc::new(Self::start(FOLDER.get_or_init(make)));
        *running = Arc::downgrade(&served);
        served
    }

    fn start(folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = free.local_addr().unwrap().to_string();
        drop(free);
        let mut child = Command::new(program())
            .args(["serve", "--demo", "--listen", &authority, "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.any(|line| line.is_ok_and(|line| line.contains(&authority)));
        assert!(ready, "the server did not say that it is ready");
        // What it says later is not read, and must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            platform: trust(folder),
            authority,
            child: Mutex::new(child),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let mut child = self
            .child
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        child.kill().ok();
        child.wait().ok();
    }
}

/// What cargo built beside this test: `target/<profile>/deps/protocol-…` and
/// `target/<profile>/beistand`.
fn program() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let built = this
        .parent()
        .and_then(Path::parent)
        .unwrap()
        .join("beistand");
    let program = std::env::var_os("BEISTAND_BIN").map_or(built, PathBuf::from);
    assert!(
        program.exists(),
        "{} is not there: build it with `cargo build -p server` in this profile, or name it in BEISTAND_BIN",
        program.display()
    );
    program
}

fn make() -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    remove_left_over(scratch);
    let folder = scratch.join(format!("{FOLDER_NAME}{}", std::process::id()));
    let made = Command::new(program())
        .args(["demo", "--data"])
        .arg(&folder)
        .stdout(Stdio::null())
        .status();
    assert!(made.unwrap().success(), "`beistand demo` failed");
    folder
}

/// Removes what runs that have ended left; another run may be at work beside this one.
fn remove_left_over(scratch: &Path) {
    for entry in std::fs::read_dir(scratch).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name
            .to_str()
            .and_then(|name| name.strip_prefix(FOLDER_NAME));
        let process = process.and_then(|rest| rest.split('.').next());
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            std::fs::remove_dir_all(entry.path()).ok();
        }
    }
}

fn trust(folder: &Path) -> Platform {
    let site = std::fs::read_dir(folder.join("site")).unwrap();
    let file = site.map(|entry| entry.unwrap().path()).find(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("trust.") && name.ends_with(".json")
    });
    Platform::parse(&std::fs::read(file.unwrap()).unwrap()).unwrap()
}
