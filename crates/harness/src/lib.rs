//! Programs over `client`, native only: the demonstration, and a transport that lies.
//!
//! They do what a browser does, with the same code: there is no second implementation of the
//! protocol, and no way around it.

pub mod demo;
pub mod disk;
pub mod factor;
pub mod lying;
pub mod net;
pub mod person;

pub use client::Platform;
pub use client::admin::CodeWords;
