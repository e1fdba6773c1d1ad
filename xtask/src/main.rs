//! `cargo xtask`: builds, runs and tests Beistand, and makes what is missing for that.

mod bench;
mod command;
mod fresh;
mod front;
mod pictures;
mod place;
mod run;
mod say;
mod stage;
mod test;
mod tools;
mod watch;

use anyhow::Result;
use lexopt::prelude::*;
use run::Wish;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask run [--release] [--port N] [--data DIR]
    Builds, makes the demonstration in DIR (default: data-local), serves it on http://127.0.0.1:3000.

cargo xtask test [--long] [--only STEP]
    Formatting, lints, all tests on SQLite and PostgreSQL, sizes, browser tests.

cargo xtask watch [--port N] [--data DIR]
    As run, quickly built; every edit is built and shown at once.

cargo xtask bench [--short]
    Messages, connections, sign-ins, a crash: measured on SQLite and PostgreSQL, into target/bench.

cargo xtask wasm [--dev]
    Builds the web application only.

cargo xtask pictures
    Takes the README's pictures from a demonstration into docs/pictures.

What is missing (a compiler for WebAssembly; for test and bench also PostgreSQL, Node, Chromium) is installed on
Debian and Ubuntu if this runs as root; else it says what to install.";

/// A command with its arguments.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Help,
    Run(Wish),
    Test { long: bool, only: Option<String> },
    Watch(Wish),
    Bench(bench::Extent),
    Wasm { dev: bool },
    Pictures,
}

fn main() -> ExitCode {
    let done = parse(lexopt::Parser::from_env()).and_then(perform);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::line(&format!("\nStopped: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    match task {
        Task::Help => {
            say::line(HELP);
            Ok(())
        }
        Task::Run(wish) => run::run(&wish),
        Task::Test { long, only } => test::test(long, only),
        Task::Watch(wish) => watch::watch(&wish),
        Task::Bench(extent) => bench::bench(extent),
        Task::Wasm { dev } => front::build(if dev {
            front::Profile::Dev
        } else {
            front::Profile::Release
        }),
        Task::Pictures => pictures::take(),
    }
}

fn parse(mut arguments: lexopt::Parser) -> Result<Task> {
    let mut name = None;
    let mut wish = Wish::default();
    let (mut long, mut dev) = (false, false);
    let mut extent = bench::Extent::Full;
    let mut only = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(word) if name.is_none() => name = Some(word.string()?),
            Short('h') | Long("help") => return Ok(Task::Help),
            Long("release") if name.as_deref() == Some("run") => wish.release = true,
            Long("port") if serves(name.as_deref()) => wish.port = arguments.value()?.parse()?,
            Long("data") if serves(name.as_deref()) => {
                wish.data = std::path::absolute(PathBuf::from(arguments.value()?))?
            }
            Long("long") if name.as_deref() == Some("test") => long = true,
            Long("only") if name.as_deref() == Some("test") => {
                only = Some(arguments.value()?.string()?);
            }
            Long("short") if name.as_deref() == Some("bench") => extent = bench::Extent::Short,
            Long("dev") if name.as_deref() == Some("wasm") => dev = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(match name.as_deref() {
        Some("run") => Task::Run(wish),
        Some("test") => Task::Test { long, only },
        Some("watch") => Task::Watch(wish),
        Some("bench") => Task::Bench(extent),
        Some("wasm") => Task::Wasm { dev },
        Some("pictures") => Task::Pictures,
        None | Some("help") => Task::Help,
        Some(other) => anyhow::bail!("there is no `cargo xtask {other}`\n\n{HELP}"),
    })
}

fn serves(name: Option<&str>) -> bool {
    matches!(name, Some("run" | "watch"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Result<Task> {
        parse(lexopt::Parser::from_args(words))
    }

    #[test]
    fn words_become_tasks() {
        assert_eq!(of(&[]).unwrap(), Task::Help);
        let only = Some("lints".to_owned());
        assert_eq!(
            of(&["test", "--long", "--only", "lints"]).unwrap(),
            Task::Test { long: true, only }
        );
        assert_eq!(of(&["wasm", "--dev"]).unwrap(), Task::Wasm { dev: true });
        assert_eq!(
            of(&["bench", "--short"]).unwrap(),
            Task::Bench(bench::Extent::Short)
        );
        assert_eq!(of(&["pictures"]).unwrap(), Task::Pictures);
        let Task::Run(wish) =
            of(&["run", "--release", "--port", "4000", "--data", "/srv/b"]).unwrap()
        else {
            panic!("not run")
        };
        assert!(wish.release && wish.port == 4000 && wish.data == *"/srv/b");
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        for words in [
            &["fly"][..],
            &["run", "--long"],
            &["run", "--short"],
            &["pictures", "--dev"],
            &["test", "--port", "1"],
            &["run", "--port", "x"],
            &["run", "again"],
        ] {
            assert!(of(words).is_err(), "{words:?}");
        }
    }
}
