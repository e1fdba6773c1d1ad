//! Finding, and where possible installing, what the build and the tests need beside Rust.

pub(crate) mod apt;
pub(crate) mod browser;
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod sysroot;
pub(crate) mod wasm;
