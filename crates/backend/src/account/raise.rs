//! What is dangerous asks who sits here, unless that was shown a moment ago.

use domain::Refusal;
use domain::account::Confirmation;
use domain::time::MINUTE;

use super::{Proven, confirm};
use crate::Inner;
use crate::actor::{Actor, SessionId};
use crate::error::Error;
use crate::store::{Tx, account};

/// How long it counts that password and second factor were shown, in milliseconds (hardening.md 4.3).
const RAISED: i64 = 5 * MINUTE;

/// Whoever sits here has shown password and second factor just now.
pub(crate) struct Raised(Option<(Proven, SessionId)>);

impl Raised {
    /// Belongs into the same write as what it allows.
    pub(crate) async fn take(&self, tx: &Tx) -> Result<(), Error> {
        if let Some((proven, session)) = &self.0 {
            proven.take(tx).await?;
            account::raise(tx.db(), *session, tx.now()).await?;
        }
        Ok(())
    }
}

/// Asks for a confirmation unless the session began, or was confirmed, a moment ago.
pub(crate) async fn raised(
    inner: &Inner,
    actor: &Actor,
    confirmation: Option<&Confirmation>,
) -> Result<Raised, Error> {
    let session = actor.session()?;
    if let Some(confirmation) = confirmation {
        let proven = confirm(inner, actor, confirmation).await?;
        return Ok(Raised(Some((proven, session))));
    }
    let found = account::find_session(inner.store.read(), session).await?;
    let (found, _) = found.ok_or(Refusal::NotSignedIn)?;
    if inner.clock.now().since(found.raised) <= RAISED {
        Ok(Raised(None))
    } else {
        Err(Refusal::ConfirmationNeeded.into())
    }
}
