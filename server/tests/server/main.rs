//! The server from outside: real sockets, a real database in a folder of its own.

mod calls;
mod canary;
mod command;
mod csrf;
mod headers;
mod journey;
mod limits;
mod live;
mod recorder;
mod stage;
mod support;
