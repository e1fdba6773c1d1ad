//! The public face: complete documents, made on the server, that need no script and no cookie.
//!
//! Each function takes the [`Site`], a language and plain data and returns the whole HTML document.

mod agencies;
mod content;
mod crisis;
mod error;
mod frame;
mod legal;
mod operator;
mod sources;
mod start;
#[cfg(test)]
mod tests;
mod topic;
mod topics;

pub use content::{Content, ContentError, Contents, Fallback, Link, SilentHelp, State, TopicText};
pub use crisis::crisis;
pub use error::error;
pub use legal::{accessibility, imprint, privacy};
pub use operator::Operator;
pub use sources::Sources;
pub use start::start;
pub use topic::{AgencyView, topic};
pub use topics::topics;

use domain::language::Language;
use domain::topic::Register;

use crate::shell::Asset;

/// What every page needs to know.
#[derive(Clone, Debug)]
pub struct Site {
    /// The style sheet of the public face.
    pub style: Asset,
    /// The quick exit's script, the only one.
    pub exit_script: Asset,
    /// Path of the icon.
    pub icon: String,
    /// Who runs this platform.
    pub operator: Operator,
    /// Topics, crisis numbers, federal states.
    pub content: Contents,
    /// The public address without a path: pages in other languages are named with it.
    pub origin: String,
}

/// The languages of the public face. German is spoken in each topic's register.
pub const LANGUAGES: [Language; 3] = [
    Language::German(Register::Formal),
    Language::German(Register::Easy),
    Language::English,
];

/// The address of `path` in a language: what comes before it, and `path` (`/en/themen`).
#[must_use]
pub fn address(language: Language, path: &str) -> String {
    crate::texts::app::page(crate::texts::all(language), path)
}

/// The language that an address asks for.
#[must_use]
pub fn language_of(path: &str) -> Language {
    let below = |language: &Language| path.starts_with(&address(*language, "/"));
    // German stands before every path, the others are longer.
    LANGUAGES
        .into_iter()
        .rev()
        .find(below)
        .unwrap_or(Language::German(Register::Formal))
}
