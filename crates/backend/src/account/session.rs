//! Sessions: a random token in the cookie, its hash in the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto::Digest;
use domain::account::AccountKind;
use domain::agency::Roles;
use domain::id::AccountId;
use domain::policy::Subject;
use domain::time::{Day, HOUR, MINUTE, Timestamp};
use zeroize::Zeroizing;

use crate::Inner;
use crate::actor::{Actor, SessionId, SessionKind, SessionToken};
use crate::config::Dice;
use crate::error::Error;
use crate::store::Tx;
use crate::store::account::{self, Account, Session};

/// How long a session may be unused, and how long it lives at the most, in milliseconds
/// (hardening.md 4.3).
pub(super) const fn limits(kind: SessionKind) -> (i64, i64) {
    match kind {
        SessionKind::Seeker => (20 * MINUTE, 8 * HOUR),
        SessionKind::Staff => (30 * MINUTE, 10 * HOUR),
        SessionKind::Admin => (15 * MINUTE, 8 * HOUR),
    }
}

/// Whether a session's time is over.
pub(super) fn is_over(session: &Session, kind: SessionKind, now: Timestamp) -> bool {
    let (idle, absolute) = limits(kind);
    now.since(session.last_active) > idle || now.since(session.started) > absolute
}

/// What a session of this account is for now. Rights may have come since it began: `before`.
pub(super) fn kind_of(subject: &Subject, before: SessionKind) -> SessionKind {
    let Subject::Account {
        platform_admin,
        grants,
        ..
    } = subject
    else {
        return before;
    };
    let admin = Roles::AGENCY_ADMIN.and(Roles::ASSOCIATION_ADMIN);
    if *platform_admin || grants.iter().any(|grant| grant.roles.has_any(admin)) {
        SessionKind::Admin
    } else {
        before
    }
}

/// Live sessions.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a>(pub(crate) &'a Inner);

impl Sessions<'_> {
    /// Who holds this cookie. A missing, unknown or ended session is nobody, not an error.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn resolve(&self, token: Option<&str>) -> Result<Actor, Error> {
        let Some(id) = token.and_then(hash) else {
            return Ok(Actor::anonymous());
        };
        let db = self.0.store.read();
        let Some((session, kind)) = account::find_session(db, id).await? else {
            return Ok(Actor::anonymous());
        };
        let subject = account::subject(db, session.account, kind).await?;
        let now = self.0.clock.now();
        if is_over(&session, kind_of(&subject, session.kind), now) {
            return Ok(Actor::anonymous());
        }
        // Asking is not using: what a page fetches by itself keeps no session (`super::stay`).
        Ok(Actor {
            subject,
            session: Some(id),
            association: session.association,
            from: None,
        })
    }
}

/// The session that a cookie names; none if it cannot be one.
fn hash(token: &str) -> Option<SessionId> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(token).ok()?);
    (bytes.len() == 32).then(|| SessionId(*Digest::of(&bytes).as_bytes()))
}

/// A session that is about to begin.
pub(crate) struct New {
    token: SessionToken,
    id: SessionId,
    share: Zeroizing<[u8; 32]>,
    share_sealed: Vec<u8>,
}

impl New {
    pub(crate) fn make(inner: &Inner) -> Result<Self, Error> {
        let mut dice = Dice(inner.random.as_ref());
        let secret = Zeroizing::new(dice.bytes::<32>());
        let id = SessionId(*Digest::of(secret.as_ref()).as_bytes());
        let share = Zeroizing::new(dice.bytes::<32>());
        let share_sealed = inner
            .safe
            .seal("session", "share_sealed", &id.0, share.as_ref())?;
        Ok(Self {
            token: SessionToken(URL_SAFE_NO_PAD.encode(secret.as_ref())),
            id,
            share,
            share_sealed,
        })
    }

    /// What the row needs, and what the person is given.
    pub(crate) fn split(self) -> (Row, Given) {
        let row = Row {
            id: self.id,
            share_sealed: self.share_sealed,
        };
        let given = Given {
            token: self.token,
            share: self.share,
        };
        (row, given)
    }
}

/// What the database is given of a new session.
pub(crate) struct Row {
    id: SessionId,
    share_sealed: Vec<u8>,
}

/// What the person is given of a new session.
pub(crate) struct Given {
    pub(crate) token: SessionToken,
    pub(crate) share: Zeroizing<[u8; 32]>,
}

/// Begins a session, and ends the one with which the request came; gives what its owner may do.
pub(crate) async fn begin(
    tx: &Tx,
    row: Row,
    of: &Account,
    previous: Option<Day>,
    instead_of: Option<(AccountId, SessionId)>,
) -> Result<Subject, Error> {
    if let Some((before, old)) = instead_of {
        account::delete_session(tx.db(), old).await?;
        tx.end_session(before, old);
    }
    let subject = account::subject(tx.db(), of.id, of.kind).await?;
    let new = Session {
        id: row.id,
        account: of.id,
        association: of.association,
        started: tx.now(),
        last_active: tx.now(),
        share_sealed: row.share_sealed,
        kind: match of.kind {
            AccountKind::Seeker => SessionKind::Seeker,
            AccountKind::Staff => kind_of(&subject, SessionKind::Staff),
        },
        previous,
        raised: tx.now(),
    };
    account::insert_session(tx.db(), new).await?;
    Ok(subject)
}

/// The server's half of the split unlock.
pub(super) fn open_share(inner: &Inner, session: &Session) -> Result<Zeroizing<Vec<u8>>, Error> {
    inner.safe.open(
        "session",
        "share_sealed",
        &session.id.0,
        &session.share_sealed,
    )
}

/// Ends all sessions that are over, and closes their connections.
pub(crate) async fn end_expired(inner: &Inner, now: Timestamp) -> Result<(), Error> {
    let mut over = Vec::new();
    for kind in [SessionKind::Seeker, SessionKind::Staff, SessionKind::Admin] {
        let (idle, absolute) = limits(kind);
        let db = inner.store.read();
        over.extend(
            account::sessions_before(db, kind, now.plus(-absolute), now.plus(-idle)).await?,
        );
    }
    if over.is_empty() {
        return Ok(());
    }
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                for session in over {
                    account::delete_session(tx.db(), session.id).await?;
                    tx.end_session(session.account, session.id);
                }
                Ok(())
            })
        })
        .await
}
