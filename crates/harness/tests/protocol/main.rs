//! The protocol against the real server: `client` as victim and as witness.
//!
//! Needs the program `beistand`: `target/debug/beistand`, or where `BEISTAND_BIN` says.

#[cfg(test)]
mod lies;
#[cfg(test)]
mod support;
#[cfg(test)]
mod talk;
