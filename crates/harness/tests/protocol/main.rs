//! The protocol against the real server: `client` as victim and as witness.
//!
//! Needs the program `beistand` beside it, as a build of the workspace makes it, or where
//! `BEISTAND_BIN` says.

#[cfg(test)]
mod connection;
#[cfg(test)]
mod deletion;
#[cfg(test)]
mod device;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod lies;
#[cfg(test)]
mod marks;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod passing;
#[cfg(test)]
mod renewal;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod talk;
#[cfg(test)]
mod typing;
#[cfg(test)]
mod writing;
