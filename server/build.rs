//! Sees to it that the folder of the built web application exists before it is embedded, so that a server which was
//! compiled first still finds what is built afterwards; and embeds anew whatever is built anew.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    std::fs::create_dir_all(&site)?;
    println!(
        "cargo:rerun-if-changed={}",
        site.join("manifest.json").display()
    );
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}
