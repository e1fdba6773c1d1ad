//! The protocol against the real server: `client` as victim and as witness.
//!
//! Needs the program `beistand`: `target/debug/beistand`, or where `BEISTAND_BIN` says.

mod lies;
mod support;
mod talk;
