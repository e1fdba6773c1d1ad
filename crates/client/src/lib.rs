//! The protocol as a program.
pub mod transport;
