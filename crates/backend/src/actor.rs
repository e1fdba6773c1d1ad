//! Who asks.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Refusal;
use domain::id::{AccountId, AssociationId, SessionHandle};
use domain::policy::{Action, Object, Subject, authorize};

use crate::error::Error;
use crate::limits::AddressKey;

/// Somebody who asks for something, signed in or not: what [`crate::account::Sessions::resolve`]
/// makes of the cookie.
#[derive(Debug, Clone)]
pub struct Actor {
    pub(crate) subject: Subject,
    pub(crate) session: Option<SessionId>,
    pub(crate) association: Option<AssociationId>,
    pub(crate) from: Option<AddressKey>,
}

impl Actor {
    /// Nobody.
    #[must_use]
    pub const fn anonymous() -> Self {
        Self {
            subject: Subject::Anonymous,
            session: None,
            association: None,
            from: None,
        }
    }

    /// The same, asking from there; without it, from an address that is not known.
    #[must_use]
    pub fn at(mut self, from: Option<AddressKey>) -> Self {
        self.from = from;
        self
    }

    /// What rules ask for.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The association that the account belongs to; none for admins of the platform.
    #[must_use]
    pub const fn association(&self) -> Option<AssociationId> {
        self.association
    }

    /// A short name of the session for limits, kept in memory only: not the token, not the account.
    pub(crate) fn limiter_key(&self) -> Option<u32> {
        let (first, _) = self.session.as_ref()?.0.split_first_chunk()?;
        Some(u32::from_be_bytes(*first))
    }

    pub(crate) fn may(&self, action: Action, object: Object<'_>) -> Result<(), Error> {
        Ok(authorize(&self.subject, action, object)?)
    }

    pub(crate) fn account(&self) -> Result<AccountId, Error> {
        Ok(self.subject.account().ok_or(Refusal::NotSignedIn)?)
    }

    pub(crate) fn session(&self) -> Result<SessionId, Error> {
        Ok(self.session.ok_or(Refusal::NotSignedIn)?)
    }
}

/// SHA-256 of a session's token: what the database holds of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SessionId(pub(crate) [u8; 32]);

impl SessionId {
    /// What its owner calls it.
    pub(crate) fn handle(&self) -> SessionHandle {
        let half = self.0.first_chunk().copied();
        SessionHandle::from_bytes(half.unwrap_or_default())
    }

    /// 43 characters, for other nodes.
    pub(crate) fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads what [`Self::to_text`] writes.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// What a session is for: how long it may be unused, and how long it lives at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// Of somebody who seeks advice.
    Seeker,
    /// Of staff.
    Staff,
    /// Of staff who administer an agency, an association or the platform.
    Admin,
}

/// A session's token for the cookie: 256 random bits as base64url, 43 characters.
#[derive(Clone)]
pub struct SessionToken(pub(crate) String);

impl SessionToken {
    /// The cookie's value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken([redacted])")
    }
}

/// A reply with which a session begins.
#[derive(Debug)]
pub struct Begun<R> {
    /// The reply.
    pub reply: R,
    /// For the cookie.
    pub token: SessionToken,
}
