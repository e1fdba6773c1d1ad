//! Texts as data: one file a register, in the order of the functions that `app/build.rs` makes of the same catalogue.

use anyhow::{Result, anyhow};

#[path = "../../../locales/catalogue.rs"]
mod catalogue;
#[path = "../../../locales/files.rs"]
mod files;

/// Name (`de-sie`) and content of every file of texts.
pub(crate) fn all() -> Result<Vec<(String, String)>> {
    let catalogue = catalogue::load(&crate::place::root().join("locales"))
        .map_err(|why| anyhow!("locales: {why}"))?;
    Ok(catalogue.files())
}
