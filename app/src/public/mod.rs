//! The public face: complete documents, made on the server, that need no script and no cookie.
//!
//! Each function takes the [`Site`] and plain data and returns the whole HTML document.

mod agencies;
mod content;
mod crisis;
mod error;
mod frame;
mod legal;
mod operator;
mod start;
#[cfg(test)]
mod tests;
mod topic;
mod topics;

pub use content::{Content, ContentError, Fallback, Link, SilentHelp, Sources, State, TopicText};
pub use crisis::crisis;
pub use error::error;
pub use legal::{accessibility, imprint, privacy};
pub use operator::Operator;
pub use start::start;
pub use topic::{AgencyView, topic};
pub use topics::topics;

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
    pub content: Content,
}
