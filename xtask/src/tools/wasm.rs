//! A compiler for wasm: Debian's, or the active toolchain's; else one sentence that says what to do.

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
    /// The active toolchain, with a standard library that we built.
    Rustup(Own),
    /// Debian's compiler beside it, with a standard library that we built.
    Debian(Own),
    /// The active toolchain, with the standard library that it brings: the programs are a tenth larger.
    AsIs,
}

/// What belongs to an own standard library.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    /// The folder with our standard library.
    sysroot: PathBuf,
    /// The linker of the same LLVM.
    linker: PathBuf,
}

impl Compiler {
    /// `cargo` for wasm, ready for its arguments; the target is already named by the caller.
    pub(crate) fn cargo(&self) -> Command {
        self.program("/usr/bin/cargo")
    }

    /// `cargo clippy` for wasm. Debian's is called directly: its cargo would find rustup's, of another version.
    pub(crate) fn clippy(&self) -> Command {
        let mut command = self.program("/usr/bin/cargo-clippy");
        command.arg("clippy");
        command
    }

    /// `debian` is the program where Debian's compiler is used.
    fn program(&self, debian: &str) -> Command {
        match self {
            Self::Rustup(own) => own.with(command::cargo()),
            Self::Debian(own) => {
                let mut command = own.with(command::program(debian));
                command.env("RUSTC", DEBIAN_RUSTC);
                command
            }
            Self::AsIs => with_flags(command::cargo(), &flags()),
        }
    }
}

impl Own {
    fn with(&self, command: Command) -> Command {
        let mut command = with_flags(command, &own_flags(&self.sysroot));
        command
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker);
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
/// The oldest that knows our flags, as its second number.
const OLDEST: u32 = 95;
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "rust-web-src", "cargo-web", "rust-web-clippy"];

/// Finds a compiler, in this order: Debian's, which is the same on every machine and so makes the same programs; the active
/// toolchain with its sources; the active toolchain as it is.
pub(crate) fn find() -> Result<Compiler> {
    if debian_complete().is_none()
        && let Err(fault) = install_debian()
    {
        return match rustup_own()? {
            Some(own) => Ok(Compiler::Rustup(own)),
            None if has_target() || rustup_adds_target() => Ok(Compiler::AsIs),
            None => Err(fault),
        };
    }
    let linker = debian_complete().with_context(missing)?.into();
    let version = command::output(command::program(DEBIAN_RUSTC).arg("-vV"))?;
    let cargo = command::program("/usr/bin/cargo");
    let sysroot = sysroot::prepare(cargo, DEBIAN_RUSTC, &version)?;
    Ok(Compiler::Debian(Own { sysroot, linker }))
}

/// The active toolchain, if it has the sources of its standard library or rustup brings them.
fn rustup_own() -> Result<Option<Own>> {
    let Ok(root) = command::output(command::program("rustc").args(["--print", "sysroot"])) else {
        return Ok(None);
    };
    let root = PathBuf::from(root.trim());
    let sources = root.join("lib/rustlib/src/rust/library/std/Cargo.toml");
    if !sources.exists() {
        rustup_adds("component", "rust-src");
    }
    if !sources.exists() {
        return Ok(None);
    }
    let version = command::output(command::program("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let linker = host.map(|host| root.join(format!("lib/rustlib/{host}/bin/rust-lld")));
    let Some(linker) = linker.filter(|linker| linker.exists()) else {
        return Ok(None);
    };
    let rustc = root.join("bin/rustc").display().to_string();
    let sysroot = sysroot::prepare(command::cargo(), &rustc, &version)?;
    Ok(Some(Own { sysroot, linker }))
}

fn missing() -> String {
    format!(
        "no compiler for {TARGET}: run `rustup component add rust-src`, or on Debian and Ubuntu install {} and the lld of \
         the same LLVM as root, or use a toolchain that has the target",
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
    rustup_adds("target", TARGET) && has_target()
}

/// Asks rustup for a target or a component.
fn rustup_adds(kind: &str, name: &str) -> bool {
    if !command::succeeds(command::program("rustup").arg("--version")) {
        return false;
    }
    let step = say::step(&format!("asking rustup for {name}"));
    let added = command::succeeds(command::program("rustup").args([kind, "add", name]));
    step.done(if added { "added" } else { "not to be had" });
    added
}

fn install_debian() -> Result<()> {
    let base: Vec<String> = DEBIAN_PACKAGES
        .iter()
        .map(|&name| name.to_owned())
        .collect();
    // A fresh machine's list of packages is old, and so is what it would install.
    let candidate = || apt::candidate(DEBIAN_PACKAGES[0]).and_then(|version| minor(&version));
    if candidate() < Some(OLDEST) {
        apt::update()?;
    }
    if candidate() < Some(OLDEST) {
        bail!("the system's compiler for WebAssembly is too old");
    }
    let there = Path::new(DEBIAN_RUSTC).exists() && Path::new("/usr/bin/cargo-clippy").exists();
    if !there || debian_version()? < Some(OLDEST) {
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
    if debian_version().ok()? < Some(OLDEST) {
        return None;
    }
    let version = command::output(command::program(DEBIAN_RUSTC).arg("-vV")).ok()?;
    let linker = format!("/usr/bin/wasm-ld-{}", llvm_major(&version)?);
    Path::new(&linker).exists().then_some(linker)
}

fn debian_version() -> Result<Option<u32>> {
    let version = command::output(command::program(DEBIAN_RUSTC).arg("--version"))?;
    Ok(version.strip_prefix("rustc ").and_then(minor))
}

/// The second number of a version.
fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
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
        assert_eq!(minor("1.96.0+dfsg1-1~deb12u2"), Some(96));
        assert_eq!(minor("1"), None);
    }

    #[test]
    fn debians_cargo_is_told_compiler_sysroot_and_linker() {
        let compiler = Compiler::Debian(Own {
            sysroot: "/cache/wasm-1".into(),
            linker: "/usr/bin/wasm-ld-22".into(),
        });
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
