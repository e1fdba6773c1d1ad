//! Accounts: names, sign-in, sessions.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, AssociationId, SessionHandle};
use crate::invitation::Accepting;
use crate::recovery::NewCode;
use crate::time::Day;
use crate::{Blob, Refusal};

/// What a person signs in with: 3–32 characters, lower-case letters, digits, `.`, `_`, `-`.
///
/// Letters of every script count. Combining marks do not, so a name has one spelling only
/// (NFC); clients normalise before they parse.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserName(String);

impl UserName {
    /// The fewest characters of a name.
    pub const MIN: usize = 3;
    /// The most characters of a name.
    pub const MAX: usize = 32;

    /// Reads what a person typed: spaces around it are dropped, capitals become small.
    ///
    /// # Errors
    /// [`Refusal::UserNameInvalid`] if a rule is broken.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let name = small(typed.trim());
        let length = name.chars().count();
        let fits = (Self::MIN..=Self::MAX).contains(&length);
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        if fits && name.chars().all(allowed) {
            Ok(Self(name))
        } else {
            Err(Refusal::UserNameInvalid)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In small letters, each for itself: the same word is the same however it was typed. Σ becomes σ at the end of a word too.
pub(crate) fn small(text: &str) -> String {
    text.chars()
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Names stay out of logs.
impl std::fmt::Debug for UserName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UserName([redacted])")
    }
}

/// Which face of the application an account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// Somebody who seeks advice.
    Seeker,
    /// Somebody who works for an agency, an association or the platform.
    Staff,
}

/// The consent a person gave: whose text, and which version of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The association whose responsible body the text names.
    pub association: AssociationId,
    /// The version of the text, counted from 1.
    pub version: u32,
}

/// Where somebody found a link (`ref`): 1–8 ASCII letters or digits. Counted by month, never kept with a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(String);

impl Reference {
    /// Reads it; `None` if it is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = matches!(text.len(), 1..=8) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| Self(text.to_owned()))
    }

    /// As it stood in the link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.0
    }
}

impl TryFrom<String> for Reference {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text).ok_or(Refusal::Malformed)
    }
}

/// First step of a registration (RFC 9807, 5.1).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RegisterStart {
    /// The wished user name.
    pub user_name: Secretive,
    /// OPAQUE `RegistrationRequest`, 32 bytes.
    pub request: Blob,
    /// Proof of work for [`crate::work::Purpose::Registration`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Blob>,
}

/// Answer to [`RegisterStart`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RegisterStarted {
    /// OPAQUE `RegistrationResponse`, 64 bytes.
    pub response: Blob,
    /// To be sent with the last step: its work is done.
    pub work: Blob,
}

/// Last step of a registration; a session begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RegisterFinish {
    /// The user name of the first step.
    pub user_name: Secretive,
    /// OPAQUE `RegistrationRecord`, 192 bytes.
    pub record: Blob,
    /// Identity record (type 01); names the account's id.
    pub identity: Blob,
    /// Key wrap (type 02) of the account key for purpose `pw`.
    pub key_wrap: Blob,
    /// Vault (type 03), version 1.
    pub vault: Blob,
    /// Seekers: the consent. Staff: none.
    pub consent: Option<Consent>,
    /// Staff: the invitation. Seekers: none.
    pub invitation: Option<Accepting>,
    /// [`RegisterStarted::work`], unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Blob>,
    /// The recovery code that was made with the account.
    pub code: NewCode,
    /// Seekers: what their link named. It is counted, and not stored with the account.
    #[serde(default)]
    pub reference: Option<Reference>,
}

/// First step of a sign-in: OPAQUE KE1.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignInStart {
    /// Who.
    pub user_name: Secretive,
    /// KE1, 96 bytes.
    pub request: Blob,
    /// Proof of work, once asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Blob>,
}

/// Answer to [`SignInStart`]; the same shape for names that do not exist.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignInStarted {
    /// KE2, 320 bytes.
    pub response: Blob,
    /// The server's state, sealed under its key, for 60 seconds.
    pub state: Blob,
}

/// Last step of a sign-in: OPAQUE KE3.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignInFinish {
    /// [`SignInStarted::state`], unchanged.
    pub state: Blob,
    /// KE3, 64 bytes.
    pub finish: Blob,
}

/// A sign-in to the own account that begins no session: the password was typed just now. Whatever
/// could lock its owner out carries one, or what [`crate::factor::Confirm`] made of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Confirmation {
    /// [`SignInStarted::state`], or [`crate::factor::Confirmed::state`], unchanged.
    pub state: Blob,
    /// KE3, 64 bytes; with the latter, nothing.
    pub finish: Blob,
}

/// First step of another password for the own account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangePasswordStart {
    /// OPAQUE `RegistrationRequest`, 32 bytes.
    pub request: Blob,
}

/// Answer to [`ChangePasswordStart`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangePasswordStarted {
    /// OPAQUE `RegistrationResponse`, 64 bytes.
    pub response: Blob,
}

/// Last step: from now on only the new password opens the account. All other sessions end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The password before, typed just now.
    pub confirmation: Confirmation,
    /// OPAQUE `RegistrationRecord`, 192 bytes.
    pub record: Blob,
    /// Key wrap (type 02) of the account key for purpose `pw`.
    pub key_wrap: Blob,
}

/// Deletes the own account and everything in it at once. Only seekers delete themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteAccount {
    /// The password, typed just now.
    pub confirmation: Confirmation,
}

/// How many days the account of a seeker is kept who does not sign in.
pub const QUIET_DAYS: u32 = 365;
/// How many days an account is kept with which nobody has written.
pub const EMPTY_DAYS: u32 = 30;

/// A session has begun; the cookie came with the answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedIn {
    /// Whose session.
    pub account: AccountId,
    /// Which face.
    pub kind: AccountKind,
    /// Key wrap (type 02) of the account key for purpose `pw`.
    pub key_wrap: Blob,
    /// Vault (type 03).
    pub vault: Blob,
    /// The server's half of the split unlock, 32 bytes: only this session is given it.
    pub share: Blob,
    /// The day of the sign-in before this one; none after a registration.
    #[serde(default)]
    pub previous: Option<Day>,
    /// The session allows nothing but setting up a second factor.
    #[serde(default)]
    pub factor_missing: bool,
}

/// Asks whether the cookie's session lives, and for what a reloaded tab needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResumeSession {}

/// The session lives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resumed {
    /// Whose session.
    pub account: AccountId,
    /// Which face.
    pub kind: AccountKind,
    /// Vault (type 03).
    pub vault: Blob,
    /// The server's half of the split unlock, 32 bytes.
    pub share: Blob,
    /// The day of the sign-in before this one; none after a registration.
    #[serde(default)]
    pub previous: Option<Day>,
    /// The session allows nothing but setting up a second factor.
    #[serde(default)]
    pub factor_missing: bool,
}

/// Says when the person last did something here. Only this keeps a session: what a page does by
/// itself does not. Who asks without having done anything asks how long the session lives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaySignedIn {
    /// Whole seconds since then.
    pub idle: u32,
}

/// How long the session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stays {
    /// Seconds, if the person does nothing more; another tab may have done something.
    pub left: u32,
    /// Seconds, whatever the person does.
    pub at_most: u32,
}

/// Asks where the account is signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListSessions {}

/// One session of the own account. Neither address nor browser is known, and days are all that is
/// told of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSession {
    /// To end it by.
    pub session: SessionHandle,
    /// Whether it is the one that asks.
    pub own: bool,
    /// When it began.
    pub started: Day,
    /// When the person last did something there.
    pub used: Day,
}

/// Ends sessions of the own account; their connections are closed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndSessions {
    /// Which one; without it, all but the one that asks.
    pub session: Option<SessionHandle>,
}

/// Ends the session of the cookie; the server forgets its share.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct SignOut {
    /// On an own device: the client empties its storage itself, or it is somebody else's. Otherwise
    /// the browser is told to empty it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keep: bool,
}

/// A text that must not appear in logs: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secretive(pub String);

impl std::fmt::Debug for Secretive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_checked() {
        assert_eq!(
            UserName::parse("  Stiller-Bach27 ").unwrap().as_str(),
            "stiller-bach27"
        );
        assert_eq!(UserName::parse("müller_9").unwrap().as_str(), "müller_9");
        assert_eq!(UserName::parse("νίκος"), UserName::parse("ΝΊΚΟΣ"));
        for wrong in [
            "ab",
            "a b c",
            "x@y.de",
            "naïve\u{308}",
            "",
            &"a".repeat(33),
            "abc/",
        ] {
            assert_eq!(
                UserName::parse(wrong),
                Err(Refusal::UserNameInvalid),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn debug_hides_names() {
        let name = UserName::parse("stiller-bach27").unwrap();
        assert!(!format!("{name:?}").contains("bach"));
        assert!(!format!("{:?}", Secretive("bach".into())).contains("bach"));
    }
}
