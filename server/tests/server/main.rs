//! The server from outside: real sockets, a real database in a folder of its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where something is not as it should be"
)]

mod backup;
mod calls;
mod canary;
mod command;
mod csrf;
mod headers;
mod journey;
mod limits;
mod live;
mod recorder;
mod size;
mod stage;
mod support;
mod twin;
mod visitors;
