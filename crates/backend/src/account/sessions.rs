//! Sessions as their owner has them: what keeps one, where one is signed in, ending others.

use domain::Refusal;
use domain::account::{EndSessions, ListedSession, StaySignedIn, Stays};
use domain::id::AccountId;
use domain::time::{SECOND, Timestamp};

use super::session::{is_over, kind_of, limits};
use crate::Inner;
use crate::actor::{Actor, SessionId};
use crate::error::Error;
use crate::store::Tx;
use crate::store::account::{self, Session};

/// How exactly the last use is noted, in milliseconds: spares writes.
const TOUCH_EVERY: i64 = 20 * SECOND;

pub(super) async fn stay(
    inner: &Inner,
    actor: &Actor,
    request: &StaySignedIn,
) -> Result<Stays, Error> {
    let id = actor.session()?;
    let found = account::find_session(inner.store.read(), id).await?;
    let (mut session, _) = found.ok_or(Refusal::NotSignedIn)?;
    let kind = kind_of(&actor.subject, session.kind);
    let now = inner.clock.now();
    let used = now.plus(-i64::from(request.idle) * SECOND);
    if used.since(session.last_active) > TOUCH_EVERY {
        session.last_active = used;
        inner
            .store
            .write(move |tx| {
                Box::pin(async move {
                    account::touch_session(tx.db(), id, used).await?;
                    Ok(())
                })
            })
            .await?;
    }
    let (idle, absolute) = limits(kind);
    let until = |end: Timestamp| u32::try_from(end.since(now).max(0) / SECOND).unwrap_or(u32::MAX);
    let at_most = until(session.started.plus(absolute));
    Ok(Stays {
        left: until(session.last_active.plus(idle)).min(at_most),
        at_most,
    })
}

pub(super) async fn list(inner: &Inner, actor: &Actor) -> Result<Vec<ListedSession>, Error> {
    let own = actor.session()?;
    let now = inner.clock.now();
    let mut all = account::sessions_of(inner.store.read(), actor.account()?).await?;
    all.retain(|session| !is_over(session, kind_of(&actor.subject, session.kind), now));
    all.sort_by_key(|session| (session.id != own, -session.last_active.0));
    let listed = |session: Session| ListedSession {
        session: session.id.handle(),
        own: session.id == own,
        started: session.started.day(),
        used: session.last_active.day(),
    };
    Ok(all.into_iter().map(listed).collect())
}

/// Ends all sessions of an account but one.
pub(crate) async fn end_others(
    tx: &Tx,
    of: AccountId,
    but: Option<SessionId>,
) -> Result<(), Error> {
    for session in account::sessions_of(tx.db(), of).await? {
        if Some(session.id) != but {
            account::delete_session(tx.db(), session.id).await?;
            tx.end_session(of, session.id);
        }
    }
    Ok(())
}

pub(super) async fn end(inner: &Inner, actor: &Actor, request: EndSessions) -> Result<(), Error> {
    let (account, own) = (actor.account()?, actor.session()?);
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(wanted) = request.session else {
                    return end_others(tx, account, Some(own)).await;
                };
                let all = account::sessions_of(tx.db(), account).await?;
                let found = all.iter().find(|session| session.id.handle() == wanted);
                let found = found.ok_or(Refusal::NotFound)?;
                account::delete_session(tx.db(), found.id).await?;
                tx.end_session(account, found.id);
                Ok(())
            })
        })
        .await
}
