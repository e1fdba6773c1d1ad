//! Sessions: a random token in the cookie, its hash in the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto::Digest;
use domain::account::AccountKind;
use domain::id::{AccountId, AssociationId};
use domain::policy::Subject;
use domain::time::{HOUR, MINUTE, Timestamp};
use zeroize::Zeroizing;

use crate::Inner;
use crate::actor::{Actor, SessionId, SessionToken};
use crate::config::Dice;
use crate::error::Error;
use crate::store::account::{self, Session};
use crate::store::{Tx, manifest as manifests, platform};

/// How exactly the last use is noted, in milliseconds: spares a write a request.
const TOUCH_EVERY: i64 = MINUTE;

/// How long a session may be unused, and how long it lives at the most, in milliseconds
/// (hardening.md 4.3).
pub(super) const fn limits(kind: AccountKind) -> (i64, i64) {
    match kind {
        AccountKind::Seeker => (20 * MINUTE, 8 * HOUR),
        AccountKind::Staff => (30 * MINUTE, 10 * HOUR),
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
        self.find(token, true).await
    }

    /// The same for who only listens: that is no use of the session, which ends as it would.
    ///
    /// # Errors
    /// [`Error::Internal`] only.
    pub async fn resolve_listener(&self, token: Option<&str>) -> Result<Actor, Error> {
        self.find(token, false).await
    }

    async fn find(&self, token: Option<&str>, uses: bool) -> Result<Actor, Error> {
        let Some(id) = token.and_then(hash) else {
            return Ok(Actor::anonymous());
        };
        let db = self.0.store.read();
        let Some((session, kind)) = account::find_session(db, id).await? else {
            return Ok(Actor::anonymous());
        };
        let now = self.0.clock.now();
        let (idle, absolute) = limits(kind);
        if now.since(session.last_active) > idle || now.since(session.started) > absolute {
            return Ok(Actor::anonymous());
        }
        if uses && now.since(session.last_active) > TOUCH_EVERY {
            self.touch(id).await?;
        }
        let (platform_admin, grants) = match kind {
            AccountKind::Seeker => (false, Vec::new()),
            AccountKind::Staff => (
                platform::is_admin(db, session.account).await?,
                manifests::grants(db, session.account).await?,
            ),
        };
        Ok(Actor {
            subject: Subject::Account {
                id: session.account,
                kind,
                platform_admin,
                grants,
            },
            session: Some(id),
            association: session.association,
            from: None,
        })
    }

    async fn touch(&self, id: SessionId) -> Result<(), Error> {
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    account::touch_session(tx.db(), id, tx.now()).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// The session that a cookie names; none if it cannot be one.
fn hash(token: &str) -> Option<SessionId> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(token).ok()?);
    (bytes.len() == 32).then(|| SessionId(*Digest::of(&bytes).as_bytes()))
}

/// A session that is about to begin.
pub(super) struct New {
    token: SessionToken,
    id: SessionId,
    share: Zeroizing<[u8; 32]>,
    share_sealed: Vec<u8>,
}

impl New {
    pub(super) fn make(inner: &Inner) -> Result<Self, Error> {
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
    pub(super) fn split(self) -> (Row, Given) {
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
pub(super) struct Row {
    id: SessionId,
    share_sealed: Vec<u8>,
}

/// What the person is given of a new session.
pub(super) struct Given {
    pub(super) token: SessionToken,
    pub(super) share: Zeroizing<[u8; 32]>,
}

/// Begins a session, and ends the one with which the request came.
pub(super) async fn begin(
    tx: &Tx,
    row: Row,
    account: AccountId,
    association: Option<AssociationId>,
    instead_of: Option<(AccountId, SessionId)>,
) -> Result<(), Error> {
    if let Some((before, old)) = instead_of {
        account::delete_session(tx.db(), old).await?;
        tx.end_session(before, old);
    }
    let new = Session {
        id: row.id,
        account,
        association,
        started: tx.now(),
        last_active: tx.now(),
        share_sealed: row.share_sealed,
    };
    account::insert_session(tx.db(), new).await?;
    Ok(())
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
    for kind in [AccountKind::Seeker, AccountKind::Staff] {
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
                for (account, session) in over {
                    account::delete_session(tx.db(), session).await?;
                    tx.end_session(account, session);
                }
                Ok(())
            })
        })
        .await
}
