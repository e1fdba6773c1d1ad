//! The command line of `beistand`. `trust certify-admin` and the first admin's link join here with the issue that
//! brings invitations; the root's seed that they need is written by `init` already.

mod demo;
mod init;
mod keys;
mod serve;

use crate::fault::Fault;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Beistand: online counselling, end-to-end encrypted.
#[derive(Debug, Parser)]
#[command(name = "beistand", version, about)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a platform: keys, database, trust file. Once.
    Init(Init),
    /// Make a demonstration in an empty folder; or tell the code for signing in to one.
    Demo(Demo),
    /// Serve a platform.
    Serve(Serve),
    /// The server key.
    #[command(subcommand)]
    Keys(Keys),
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Show the key, to write it down.
    Show(Data),
    /// Exchange the key: everything sealed is sealed anew. Nothing may serve the platform meanwhile.
    Rotate(Data),
}

#[derive(Debug, Args)]
struct Data {
    /// The folder that `init` or `demo` made.
    #[arg(long)]
    data: PathBuf,
}

#[derive(Debug, Args)]
struct Init {
    /// An empty folder, or one that does not exist yet.
    #[arg(long)]
    data: PathBuf,
    /// Where browsers will find the platform, `https://…`.
    #[arg(long)]
    public_url: String,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Demo {
    #[command(subcommand)]
    command: Option<DemoCommand>,
    /// An empty folder, or one that does not exist yet.
    #[arg(long, required = true)]
    data: Option<PathBuf>,
    /// Agencies and counsellors only; nobody has written yet.
    #[arg(long)]
    empty: bool,
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Tell the code that is asked for after the password, as the app of this person shows it now. Demonstrations only.
    Code {
        /// The user name.
        name: String,
        /// The folder of the demonstration.
        #[arg(long)]
        data: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Serve {
    /// The folder that `init` or `demo` made.
    #[arg(long)]
    data: PathBuf,
    /// Where to listen; an address of this machine only [default: 127.0.0.1:3000].
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Where browsers find the platform [default: the address listened on].
    #[arg(long)]
    public_url: Option<String>,
    /// Where health, readiness and metrics are told [default: nowhere].
    #[arg(long)]
    operations: Option<SocketAddr>,
    /// Serve a demonstration, whose passwords everybody knows.
    #[arg(long)]
    demo: bool,
}

/// Does what the command line says.
///
/// # Errors
/// [`Fault`] with what is in the way and what to do about it.
pub async fn run() -> Result<(), Fault> {
    match Line::parse().command {
        Command::Init(arguments) => init::run(&arguments.data, &arguments.public_url).await,
        Command::Demo(Demo {
            command: Some(DemoCommand::Code { name, data }),
            ..
        }) => demo::code(&data, &name).await,
        Command::Demo(arguments) => {
            demo::run(&arguments.data.unwrap_or_default(), arguments.empty).await
        }
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Keys(Keys::Show(arguments)) => keys::show(&arguments.data),
        Command::Keys(Keys::Rotate(arguments)) => keys::rotate(&arguments.data).await,
    }
}

/// A line for the person at the terminal.
#[expect(
    clippy::print_stdout,
    reason = "a command line program talks to its terminal"
)]
fn say(line: &str) {
    println!("{line}");
}

/// Says what stopped the command.
#[expect(
    clippy::print_stderr,
    reason = "a command line program talks to its terminal"
)]
pub fn complain(fault: &Fault) {
    eprintln!("{fault}");
}
