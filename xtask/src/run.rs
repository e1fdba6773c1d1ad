//! `cargo xtask run`: builds what is not fresh, makes the demonstration once, serves.

use crate::front::{self, Profile};
use crate::{command, place, say};
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the person asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// What one would deploy.
    pub(crate) release: bool,
    /// Where to listen, on this machine only.
    pub(crate) port: u16,
    /// The data folder.
    pub(crate) data: PathBuf,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            release: false,
            port: 3000,
            data: place::root().join("data-local"),
        }
    }
}

/// Runs until somebody stops it.
pub(crate) fn run(wish: &Wish) -> Result<()> {
    check_port(wish.port)?;
    front::build(Profile::Release)?;
    let server = build_server(if wish.release {
        "server-release"
    } else {
        "dev"
    })?;
    fill(&server, &wish.data)?;
    let status = serve(&server, wish)
        .status()
        .context("cannot start the server")?;
    if !status.success() {
        bail!(
            "the server ended ({status}); what it says stands above. A data folder of an older version: delete {} or choose another with --data",
            wish.data.display()
        );
    }
    Ok(())
}

/// Says now, not after minutes of building, that the port is taken.
pub(crate) fn check_port(port: u16) -> Result<()> {
    if let Err(error) = TcpListener::bind(("127.0.0.1", port)) {
        bail!(
            "port {port} cannot be used ({error}). Stop what listens there, or choose another: cargo xtask run --port {}",
            port.wrapping_add(1)
        );
    }
    Ok(())
}

/// Builds the server with a profile; cargo itself skips what is fresh. Returns the program.
pub(crate) fn build_server(profile: &str) -> Result<PathBuf> {
    let step = say::step(&format!("compiling the server ({profile})"));
    let mut cargo = command::cargo();
    cargo.args([
        "build",
        "--locked",
        "--package",
        "server",
        "--bin",
        "beistand",
        "--profile",
        profile,
    ]);
    command::run(&mut cargo).context("the server does not compile")?;
    step.done("compiled");
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(place::root().join("target").join(folder).join("beistand"))
}

/// Fills an empty data folder with the demonstration; leaves any other alone.
pub(crate) fn fill(server: &Path, data: &Path) -> Result<()> {
    if fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some()) {
        return Ok(());
    }
    let step = say::step(&format!("making the demonstration in {}", data.display()));
    command::run(Command::new(server).arg("demo").arg("--data").arg(data))
        .context("the demonstration could not be made")?;
    step.done("made");
    Ok(())
}

/// The server, ready to be started.
pub(crate) fn serve(server: &Path, wish: &Wish) -> Command {
    let mut command = Command::new(server);
    command
        .args([
            "serve",
            "--demo",
            "--listen",
            &format!("127.0.0.1:{}", wish.port),
            "--data",
        ])
        .arg(&wish.data);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_said_with_the_remedy() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = check_port(port).unwrap_err().to_string();
        assert!(
            error.contains(&port.to_string()) && error.contains("--port"),
            "{error}"
        );
    }

    #[test]
    fn a_filled_folder_is_left_alone() {
        let folder = std::env::temp_dir().join(format!("beistand-filled-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("kept"), "").unwrap();
        fill(Path::new("/no/such/program"), &folder).unwrap();
        assert!(folder.join("kept").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
