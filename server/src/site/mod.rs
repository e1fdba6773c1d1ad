//! The site: hashed assets inside the binary, and this platform's own folder with `trust.json` and two shells.
//!
//! `xtask` writes `target/site` with `manifest.json`; a debug build reads it from there at run time, a release build
//! holds it. [`Site::open`] renews the shells in the site folder at each start.

mod assets;
mod folder;
mod install;
mod manifest;
mod serve;

pub use assets::{Encoding, Found};
pub use folder::{Site, SiteError, write_trust};
pub use manifest::{File, Manifest};
pub use serve::{router, serve_asset};

#[cfg(test)]
mod tests;
