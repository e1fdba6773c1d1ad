//! `cargo xtask`: builds, runs and tests Beistand, and makes what is missing for that.

mod command;
mod fresh;
mod front;
mod place;
mod say;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask wasm [--dev]
    Builds the web application only.
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::line(&format!("\nStopped: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("wasm") => front::build(if arguments.any(|word| word == "--dev") {
            front::Profile::Dev
        } else {
            front::Profile::Release
        }),
        _ => {
            say::line(HELP);
            Ok(())
        }
    }
}
