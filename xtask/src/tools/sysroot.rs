//! The standard library for wasm, built once from the compiler's own sources into the person's cache.

use super::wasm::TARGET;
use crate::{command, fresh, place, say};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Without the bitcode, fat LTO fails later.
const FLAGS: &str = "-Cembed-bitcode=yes -Copt-level=z";

/// A panic ends the program at once, without its message: nobody could read it, a browser shows no standard error. So
/// nothing is ever written for those who debug. Library and programs must agree on it (docs/adr/0405).
pub(crate) const PANIC: &str = "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none";

/// Sorting, searching and numbers in their small forms.
const FEATURES: &str = "-Zbuild-std-features=optimize_for_size";

/// The folder with the standard library for `rustc` (of this `version`), built by `cargo` now if it is not there yet.
pub(crate) fn prepare(cargo: Command, rustc: &str, version: &str) -> Result<PathBuf> {
    let hash = fresh::short_hash(format!("{version}\n{FLAGS}\n{PANIC}\n{FEATURES}").as_bytes());
    let cache = place::cache()?;
    let sysroot = cache.join(format!("wasm-{hash}"));
    if sysroot.exists() {
        return Ok(sysroot);
    }
    let step = say::step("building the standard library for WebAssembly, once (about a minute)");
    // Made beside its place and renamed: a run that was cut off leaves nothing that looks complete.
    let work = cache.join(format!("wasm-{hash}.{}", std::process::id()));
    fs::create_dir_all(work.join("empty/src"))
        .with_context(|| format!("cannot write below {}", cache.display()))?;
    build(cargo, &work.join("empty"), rustc)?;
    let made = work.join("sysroot");
    collect(&work.join("empty"), &made)?;
    if fs::rename(&made, &sysroot).is_err() && !sysroot.exists() {
        anyhow::bail!("cannot write {}", sysroot.display());
    }
    fs::remove_dir_all(&work)?;
    step.done("built");
    Ok(sysroot)
}

fn build(mut cargo: Command, empty: &Path, rustc: &str) -> Result<()> {
    fs::write(
        empty.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n",
    )?;
    fs::write(empty.join("src/lib.rs"), "")?;
    cargo
        .current_dir(empty)
        .args([
            "build",
            "--quiet",
            "--release",
            "-Zbuild-std=std,panic_abort",
            FEATURES,
            "--target",
            TARGET,
        ])
        .env("CARGO_TARGET_DIR", empty.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", rustc)
        .env("RUSTFLAGS", format!("{FLAGS} {PANIC}"));
    command::run(&mut cargo).context(
        "the standard library for WebAssembly could not be built from the compiler's sources",
    )
}

fn collect(empty: &Path, sysroot: &Path) -> Result<()> {
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&libraries)?;
    let built = empty.join("target").join(TARGET).join("release/deps");
    for entry in
        fs::read_dir(&built).with_context(|| format!("nothing was built in {}", built.display()))?
    {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(entry.path(), libraries.join(name))?;
        }
    }
    Ok(())
}
