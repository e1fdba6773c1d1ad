//! The web application: two wasm programs, their glue, style, texts, postcodes; hashed, packed, listed.

mod bindgen;
mod divide;
mod phrases;
mod policy;
mod postcodes;
mod shrink;
mod site;
mod style;
mod texts;

use crate::fresh::{self, Fingerprint};
use crate::tools::wasm::{self, Compiler, TARGET};
use crate::{command, place, say};
use anyhow::{Context, Result};
use site::Writer;
use std::fs::{self, File};
use std::path::PathBuf;

pub(crate) use site::{Built, read_manifest};

/// The programs.
pub(crate) const PROGRAMS: [&str; 2] = ["seeker", "staff"];

/// How much work the build puts into small files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick, for `watch`.
    Dev,
    /// Small, for everything else.
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }
}

/// What the web application is made of.
const SOURCES: [&str; 12] = [
    "app",
    "frontend",
    "crates/domain",
    "crates/crypto",
    "crates/client",
    "locales",
    "style",
    "public",
    "data",
    "xtask/src",
    "Cargo.toml",
    "Cargo.lock",
];

/// The fingerprint of all sources.
pub(crate) fn sources() -> Result<String> {
    let mut fingerprint = Fingerprint::default();
    for source in SOURCES {
        fingerprint = fingerprint.files(&place::root().join(source))?;
    }
    Ok(fingerprint.finish())
}

/// Builds what is not fresh and writes `target/site`.
pub(crate) fn build(profile: Profile) -> Result<()> {
    let _alone = alone()?;
    let fingerprint = Fingerprint::default()
        .words(profile.name())
        .words(&sources()?)
        .finish();
    if fresh::is_fresh("front", &fingerprint) && site::is_complete() {
        say::line("▸ web application: nothing to do");
        return Ok(());
    }
    let compiler = wasm::find()?;
    compile(&compiler, profile)?;
    assemble(profile)?;
    fresh::remember("front", &fingerprint)
}

/// One build at a time writes `target/site`: `watch` in one terminal, `test` in another. Held until dropped.
fn alone() -> Result<File> {
    fs::create_dir_all(place::marks())?;
    let lock = File::create(place::marks().join("front.lock"))?;
    if lock.try_lock().is_err() {
        say::line("▸ waiting for another build of the web application");
        lock.lock()?;
    }
    Ok(lock)
}

fn compile(compiler: &Compiler, profile: Profile) -> Result<()> {
    let step = say::step(&format!(
        "compiling the web application ({})",
        profile.name()
    ));
    let mut cargo = compiler.cargo();
    cargo.args([
        "build",
        "--locked",
        "--package",
        "frontend",
        "--bins",
        "--profile",
        profile.name(),
    ]);
    cargo
        .args(["--target", TARGET, "--target-dir"])
        .arg(place::front_target());
    command::run(&mut cargo).context("the web application does not compile")?;
    step.done("compiled");
    Ok(())
}

fn assemble(profile: Profile) -> Result<()> {
    let step = say::step("making glue, style, texts and postcodes; hashing and packing");
    let mut writer = Writer::begin(profile)?;
    let folder = place::front_target().join(TARGET).join(profile.name());
    let wasm = |name: &str| -> PathBuf { folder.join(format!("{name}.wasm")) };
    for name in PROGRAMS {
        writer.program(name, bindgen::generate(name, &wasm(name))?)?;
    }
    for sheet in style::SHEETS {
        writer.hashed(
            sheet,
            "css",
            "text/css; charset=utf-8",
            style::bundle(sheet)?.as_bytes(),
        )?;
    }
    for (name, texts) in texts::all()? {
        writer.hashed(
            &format!("texts.{name}"),
            "txt",
            "text/plain; charset=utf-8",
            texts.as_bytes(),
        )?;
    }
    // What the seeker's application fetches when it needs it.
    for (name, file) in [
        ("words", "words_de.txt"),
        ("common", "common_passwords.txt"),
    ] {
        let content = fs::read(place::root().join("data").join(file))
            .with_context(|| format!("cannot read data/{file}"))?;
        writer.hashed(name, "txt", "text/plain; charset=utf-8", &content)?;
    }
    writer.hashed(
        "postcodes",
        "bin",
        "application/octet-stream",
        &postcodes::packed()?,
    )?;
    writer.hashed(
        "phrases",
        "txt",
        "text/plain; charset=utf-8",
        phrases::packed()?.as_bytes(),
    )?;
    writer.public_files()?;
    let built = writer.finish()?;
    step.done(&format!("{} files", built.files.len()));
    for name in PROGRAMS {
        let size = |suffix: &str| {
            built
                .brotli(&format!("{name}.{suffix}"))
                .map_or_else(|| "?".to_owned(), say::kilobytes)
        };
        say::line(&format!(
            "  {name}: wasm {} + glue {} brotli",
            size("wasm"),
            size("js")
        ));
    }
    Ok(())
}
