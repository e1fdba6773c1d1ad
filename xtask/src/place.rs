//! Where things lie.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The built site, which the server embeds.
pub(crate) fn site() -> PathBuf {
    root().join("target/site")
}

/// Cargo's folder for the wasm programs: another compiler, another folder.
pub(crate) fn front_target() -> PathBuf {
    root().join("target/front")
}

/// Marks of what is fresh, and logs.
pub(crate) fn marks() -> PathBuf {
    root().join("target/xtask-marks")
}

/// Our folder below the person's cache.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => {
            let home =
                std::env::var_os("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
            PathBuf::from(home).join(".cache")
        }
    };
    Ok(base.join("beistand"))
}
