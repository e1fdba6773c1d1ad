//! What went wrong, in words for counsellors.

use client::Error;
use domain::Refusal;

use crate::texts::{Texts, device, factor, team};

/// One or two sentences: what happened, and what to do now.
#[must_use]
pub fn problem(t: Texts, error: &Error) -> String {
    match error {
        Error::Refused(refusal) => refused(t, refusal),
        Error::Unreachable => team::problem_unreachable(t).to_owned(),
        Error::Incident(number) if number.is_empty() => {
            team::problem_incident_unknown(t).to_owned()
        }
        Error::Incident(number) => team::problem_incident(t, number),
        Error::Untrusted(_) => team::problem_untrusted(t).to_owned(),
        Error::Damaged => team::problem_damaged(t).to_owned(),
        Error::Worker => team::problem_worker(t).to_owned(),
        Error::Storage => device::no_room(t).to_owned(),
        Error::TooLong => team::problem_too_long(t).to_owned(),
    }
}

fn refused(t: Texts, refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooMany { retry_after } => return team::problem_too_many(t, retry_after),
        Refusal::NotFound => team::problem_not_found(t),
        Refusal::NotSignedIn => team::session_ended(t),
        Refusal::NotAllowed => team::problem_not_allowed(t),
        Refusal::FactorNeeded { .. } | Refusal::FactorMissing | Refusal::ConfirmationNeeded => {
            team::factor_needed(t)
        }
        Refusal::WrongFactor => factor::wrong(t),
        Refusal::WrongCredentials | Refusal::WrongCode | Refusal::UserNameInvalid => {
            team::wrong_credentials(t)
        }
        Refusal::WorkNeeded { .. } => team::problem_worker(t),
        Refusal::SignInExpired | Refusal::DraftExpired => team::problem_expired(t),
        Refusal::TooLarge => team::problem_too_long(t),
        Refusal::SignatureInvalid => team::problem_untrusted(t),
        Refusal::Malformed => team::problem_reload(t),
        Refusal::UserNameTaken
        | Refusal::ConsentOutdated
        | Refusal::InvitationInvalid
        | Refusal::AgencyClosed
        | Refusal::InboxKeyOutdated
        | Refusal::ManifestOutdated
        | Refusal::AlreadyAccepted { .. }
        | Refusal::EpochOutdated
        | Refusal::EpochDue
        | Refusal::VersionOutdated
        | Refusal::WrongState
        | Refusal::IdTaken => team::problem_changed(t),
    }
    .to_owned()
}
