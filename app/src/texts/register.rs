//! Which texts go with which register.

#[cfg(feature = "ssr")]
use super::{DU, LEICHT, SIE, Texts};
#[cfg(feature = "ssr")]
use domain::topic::Register;

/// The texts of a register; the server holds all of them.
#[cfg(feature = "ssr")]
#[must_use]
pub fn all(register: Register) -> Texts {
    match register {
        Register::Formal => Texts(&SIE),
        Register::Informal => Texts(&DU),
        Register::Easy => Texts(&LEICHT),
    }
}
