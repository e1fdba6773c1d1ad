//! Which texts go with which language.

#[cfg(feature = "ssr")]
use super::{DU, EN, LEICHT, SIE, Texts};
#[cfg(feature = "ssr")]
use domain::language::Language;
#[cfg(feature = "ssr")]
use domain::topic::Register;

/// The texts of a language; the server holds all of them.
#[cfg(feature = "ssr")]
#[must_use]
pub fn all(language: Language) -> Texts {
    match language {
        Language::German(Register::Formal) => Texts(&SIE),
        Language::German(Register::Informal) => Texts(&DU),
        Language::German(Register::Easy) => Texts(&LEICHT),
        Language::English => Texts(&EN),
    }
}
