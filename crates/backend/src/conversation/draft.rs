//! What somebody is writing: ciphertext for its author alone. No event tells of it; another device
//! learns of it when it looks, or when its own save comes too late.

use crypto::draft::Draft;
use domain::Refusal;
use domain::conversation::{LoadDraft, SaveDraft, StoredDraft};
use domain::policy::Action;

use crate::Inner;
use crate::actor::Actor;
use crate::check::malformed;
use crate::error::Error;
use crate::store::note;

pub(super) async fn load(
    inner: &Inner,
    actor: &Actor,
    request: &LoadDraft,
) -> Result<StoredDraft, Error> {
    let db = inner.store.read();
    super::own(db, actor, Action::WriteConversation, request.conversation).await?;
    let draft = note::draft(db, actor.account()?, request.conversation).await?;
    Ok(StoredDraft {
        draft: draft.map(Into::into),
    })
}

pub(super) async fn save(inner: &Inner, actor: &Actor, request: &SaveDraft) -> Result<(), Error> {
    let db = inner.store.read();
    let (found, _) = super::own(db, actor, Action::WriteConversation, request.conversation).await?;
    let draft = Draft::decode(request.draft.as_slice()).map_err(malformed)?;
    let account = actor.account()?;
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                let (version, body) = (draft.version(), draft.as_bytes().to_vec());
                if note::swap_draft(tx.db(), account, &found, version, body).await? {
                    Ok(())
                } else {
                    Err(Refusal::VersionOutdated.into())
                }
            })
        })
        .await
}
