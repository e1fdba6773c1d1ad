//! Somebody answers an invitation; and is listed.

use crypto::Signed;
use crypto::identity::Identity;
use crypto::invitation::ANSWER_LEN;
use domain::Refusal;
use domain::id::{AccountId, AssociationId};
use domain::invitation::{Accepting, Post};

use super::open;
use crate::check::formed;
use crate::error::Error;
use crate::store::Tx;
use crate::store::invitation::{self, Answer};

/// Admits a registration by an invitation, before its account is stored; tells the association.
///
/// The operator's own is used up. Any other can be answered by three: the server cannot tell which of them knows the
/// code, and whoever merely found the link must not be in the way of who was meant.
pub(crate) async fn admit(tx: &Tx, with: &Accepting) -> Result<Option<AssociationId>, Error> {
    let found = open(invitation::find_locked(tx.db(), with.id).await?, tx.now())?;
    let Some(_) = found.post else {
        formed(with.answer.as_slice().is_empty())?;
        invitation::delete(tx.db(), found.id).await?;
        return Ok(found.association);
    };
    formed(with.answer.as_slice().len() == ANSWER_LEN && found.account.is_none())?;
    if invitation::tries(tx.db(), found.id).await? == 0 {
        return Err(Refusal::InvitationInvalid.into());
    }
    Ok(found.association)
}

/// Keeps the answer of who was admitted, once the account is stored.
pub(crate) async fn keep(
    tx: &Tx,
    with: &Accepting,
    identity: &Signed<Identity>,
) -> Result<(), Error> {
    if with.answer.as_slice().is_empty() {
        return Ok(());
    }
    let answer = Answer {
        account: identity.account,
        identity: identity.as_bytes().to_vec(),
        answer: with.answer.as_slice().to_vec(),
    };
    Ok(invitation::insert_answer(tx.db(), with.id, answer).await?)
}

/// Whoever was invited to this place is listed there now: the invitation is done.
pub(crate) async fn take_up(tx: &Tx, post: Post, listed: &[AccountId]) -> Result<(), Error> {
    for id in invitation::answered_by(tx.db(), post, listed).await? {
        invitation::delete(tx.db(), id).await?;
    }
    Ok(())
}
