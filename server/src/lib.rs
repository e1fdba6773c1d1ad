//! The program `beistand` as a library, so that tests drive the same parts.

pub mod address;
pub mod cli;
pub mod fault;
pub mod folder;
pub mod http;
pub mod live;
pub mod log;
pub mod operations;
pub mod running;
pub mod settings;
pub mod site;
