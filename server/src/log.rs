//! What operators read. The rules of what never stands there (addresses, agents, path parameters, bodies, names)
//! are kept by never handing these to `tracing` in the first place; panics are the exception that needs a hook.

use std::panic;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// For people.
    #[default]
    Plain,
    /// One JSON object a line.
    Json,
}

/// Begins to write to standard error. A second call changes nothing.
pub fn start(format: Format) {
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false);
    let layer = match format {
        Format::Plain => layer
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .boxed(),
        Format::Json => layer.json().flatten_event(true).boxed(),
    };
    let started = tracing_subscriber::registry()
        .with(layer.with_filter(filter()))
        .try_init();
    if started.is_ok() {
        quiet_panics();
    }
}

/// Our own words from INFO on; of libraries, only what went wrong.
fn filter() -> Targets {
    Targets::new()
        .with_default(LevelFilter::WARN)
        .with_targets(["app", "backend", "server"].map(|ours| (ours, LevelFilter::INFO)))
}

/// A panic's message can hold what somebody typed: only its place is logged.
fn quiet_panics() {
    panic::set_hook(Box::new(|info| match info.location() {
        Some(place) => tracing::error!(file = place.file(), line = place.line(), "panic"),
        None => tracing::error!("panic"),
    }));
}
