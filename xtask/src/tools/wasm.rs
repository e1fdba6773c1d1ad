//! A compiler for wasm: the active toolchain's, rustup's, Debian's; else one sentence that says what to do.

use super::{apt, sysroot};
use crate::{command, say};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// How the wasm programs are compiled.
#[derive(Clone, Debug)]
pub(crate) enum Compiler {
    /// The active toolchain has the target.
    Rustup,
    /// Debian's compiler beside it, with a standard library that we built.
    Debian {
        /// The folder with our standard library.
        sysroot: PathBuf,
        /// The linker of the same LLVM.
        linker: String,
    },
}

impl Compiler {
    /// `cargo` for wasm, ready for its arguments; the target is already named by the caller.
    pub(crate) fn cargo(&self) -> Command {
        match self {
            Self::Rustup => with_flags(command::cargo(), &flags()),
            Self::Debian { .. } => self.debian("/usr/bin/cargo"),
        }
    }

    /// `cargo clippy` for wasm. Debian's is called directly: its cargo would find rustup's, of another version.
    pub(crate) fn clippy(&self) -> Command {
        let mut command = match self {
            Self::Rustup => with_flags(command::cargo(), &flags()),
            Self::Debian { .. } => self.debian("/usr/bin/cargo-clippy"),
        };
        command.arg("clippy");
        command
    }

    fn debian(&self, name: &str) -> Command {
        let mut command = command::program(name);
        if let Self::Debian { sysroot, linker } = self {
            command = with_flags(command, &own_flags(sysroot));
            command
                .env("RUSTC", DEBIAN_RUSTC)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        command
    }
}

/// Leptos then builds every component behind one type: less to compile, less to load. Hashes are loops: unrolled, they
/// are the largest functions of all. And panics name their places as on every other machine: where somebody keeps
/// cargo's files is no part of the program.
fn flags() -> String {
    let sources = command::cargo_home().map(|home| home.join("registry/src"));
    let remap = sources
        .filter(|sources| !sources.to_string_lossy().contains(char::is_whitespace))
        .map(|sources| format!(" --remap-path-prefix={}=/crates", sources.display()));
    format!("{CFGS}{}", remap.unwrap_or_default())
}

const CFGS: &str = "--cfg erase_components --cfg sha2_backend_soft=\"compact\"";

/// With our own standard library.
fn own_flags(sysroot: &Path) -> String {
    format!(
        "--sysroot={} {} {}",
        sysroot.display(),
        flags(),
        sysroot::PANIC
    )
}

fn with_flags(mut command: Command, flags: &str) -> Command {
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
    command
}

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "rust-web-src", "cargo-web", "rust-web-clippy"];

/// Finds a compiler, in this order: the active toolchain, `rustup target add`, Debian's packages.
pub(crate) fn find() -> Result<Compiler> {
    if has_target() {
        return Ok(Compiler::Rustup);
    }
    if debian_complete().is_none() && rustup_adds_target() {
        return Ok(Compiler::Rustup);
    }
    if debian_complete().is_none() {
        install_debian()?;
    }
    let linker = debian_complete().with_context(missing)?;
    let version = command::output(command::program(DEBIAN_RUSTC).arg("-vV"))?;
    let sysroot = sysroot::prepare(DEBIAN_RUSTC, &version)?;
    Ok(Compiler::Debian { sysroot, linker })
}

fn missing() -> String {
    format!(
        "no compiler for {TARGET}: run `rustup target add {TARGET}`, or use a toolchain that has it, or on Debian and Ubuntu \
         install {} and the lld of the same LLVM as root",
        DEBIAN_PACKAGES.join(" ")
    )
}

fn has_target() -> bool {
    let libraries = command::output(command::program("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]));
    libraries.is_ok_and(|folder| contains_std(Path::new(folder.trim())))
}

fn contains_std(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn rustup_adds_target() -> bool {
    if !command::succeeds(command::program("rustup").arg("--version")) {
        return false;
    }
    let step = say::step(&format!("asking rustup for {TARGET}"));
    let added = command::succeeds(command::program("rustup").args(["target", "add", TARGET]))
        && has_target();
    step.done(if added {
        "added"
    } else {
        "not to be had; trying the system's packages"
    });
    added
}

fn install_debian() -> Result<()> {
    let base: Vec<String> = DEBIAN_PACKAGES
        .iter()
        .map(|&name| name.to_owned())
        .collect();
    if !Path::new(DEBIAN_RUSTC).exists() || !Path::new("/usr/bin/cargo-clippy").exists() {
        apt::install(&base, "a compiler for WebAssembly").with_context(missing)?;
    }
    let version = command::output(command::program(DEBIAN_RUSTC).arg("-vV"))?;
    let Some(llvm) = llvm_major(&version) else {
        bail!("{DEBIAN_RUSTC} does not name its LLVM version")
    };
    if !Path::new(&format!("/usr/bin/wasm-ld-{llvm}")).exists() {
        apt::install(&[format!("lld-{llvm}")], "the linker for WebAssembly")
            .with_context(missing)?;
    }
    Ok(())
}

/// The linker's path, if everything of Debian's is there.
fn debian_complete() -> Option<String> {
    let sources = Path::new("/usr/lib/rustlib/src/rust/library/std/Cargo.toml");
    let all = [
        Path::new(DEBIAN_RUSTC),
        Path::new("/usr/bin/cargo"),
        Path::new("/usr/bin/cargo-clippy"),
        sources,
    ];
    if !all.iter().all(|path| path.exists()) {
        return None;
    }
    let version = command::output(command::program(DEBIAN_RUSTC).arg("-vV")).ok()?;
    let linker = format!("/usr/bin/wasm-ld-{}", llvm_major(&version)?);
    Path::new(&linker).exists().then_some(linker)
}

fn llvm_major(rustc_version: &str) -> Option<u32> {
    let version = rustc_version
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "))?;
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linkers_version_is_the_compilers_llvm() {
        let version =
            "rustc 1.96.0\nhost: x86_64-unknown-linux-gnu\nrelease: 1.96.0\nLLVM version: 22.1.8\n";
        assert_eq!(llvm_major(version), Some(22));
        assert_eq!(llvm_major("rustc 1.96.0"), None);
    }

    #[test]
    fn debians_cargo_is_told_compiler_sysroot_and_linker() {
        let compiler = Compiler::Debian {
            sysroot: "/cache/wasm-1".into(),
            linker: "/usr/bin/wasm-ld-22".into(),
        };
        let command = compiler.clippy();
        assert_eq!(command.get_program(), "/usr/bin/cargo-clippy");
        let environment: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?)))
            .collect();
        assert!(environment.contains(&("RUSTC", "/usr/bin/rustc")));
        let flags = format!("--sysroot=/cache/wasm-1 {} {}", flags(), sysroot::PANIC);
        assert!(environment.contains(&(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            flags.as_str()
        )));
    }
}
