//! The server from outside: real sockets, a real database in a folder of its own.

mod calls;
mod command;
mod csrf;
mod headers;
mod limits;
mod live;
mod support;
