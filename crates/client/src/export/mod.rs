//! Taking one's conversations along: one archive that opens without this program.

mod archive;
pub(crate) mod json;
mod page;

use domain::time::Timestamp;

use crate::conversation::Thread;

/// The words of the readable page, and how times are written; everything else is the person's own.
pub struct Words<'a> {
    /// The page's language, as BCP 47 says it.
    pub language: &'a str,
    /// Above everything.
    pub title: &'a str,
    /// Who one is oneself.
    pub own: &'a str,
    /// Who somebody without a name is.
    pub other: &'a str,
    /// Stands for what is no readable text.
    pub unreadable: &'a str,
    /// Day and time, for people.
    pub moment: &'a dyn Fn(Timestamp) -> String,
    /// Day and time as RFC 3339 writes them.
    pub machine: &'a dyn Fn(Timestamp) -> String,
}

/// A ZIP archive of two files: a page for people, and the same for programs.
#[must_use]
pub fn archive(threads: &[Thread], words: &Words<'_>) -> Vec<u8> {
    archive::zip(&[
        ("beratung.html", page::write(threads, words).as_bytes()),
        ("beratung.json", json::write(threads, words).as_bytes()),
    ])
}

#[cfg(test)]
mod tests;
