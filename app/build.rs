//! Makes one function a text (`locales/*.toml`), so that a missing key or placeholder does not compile.

#[path = "../locales/catalogue.rs"]
mod catalogue;
#[path = "../locales/code.rs"]
mod code;

use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../locales");
    println!("cargo::rerun-if-changed=build.rs");
    let catalogue = catalogue::load(Path::new("../locales"))?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    std::fs::write(out.join("texts.rs"), catalogue.code()?)?;
    Ok(())
}
