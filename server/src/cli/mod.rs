//! The command line of `beistand`.

mod demo;
mod init;
mod keys;
mod serve;
mod trust;

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
    /// Who administers the platform. Also while it is being served.
    #[command(subcommand)]
    Trust(Trust),
}

#[derive(Debug, Subcommand)]
enum Trust {
    /// Make a link, valid once and for 72 hours, with which an admin of the platform makes an account.
    #[command(name = "invite-admin")]
    Invite(Data),
    /// List somebody as admin of the platform, after comparing the eight words that their screen shows.
    #[command(name = "certify-admin")]
    Certify(Signing),
    /// End that somebody is admin of the platform.
    #[command(name = "retire-admin")]
    Retire(Signing),
}

#[derive(Debug, Args)]
struct Signing {
    /// The eight words, as the person reads them out.
    #[arg(required = true)]
    words: Vec<String>,
    #[command(flatten)]
    data: Data,
    /// The root's seed, wherever it is kept: the file that `init` wrote, or its paper typed off [default: in the folder].
    #[arg(long)]
    root: Option<PathBuf>,
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
        Command::Trust(Trust::Invite(arguments)) => trust::invite(&arguments.data).await,
        Command::Trust(Trust::Certify(arguments)) => trust::certify(&arguments).await,
        Command::Trust(Trust::Retire(arguments)) => trust::retire(&arguments).await,
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
