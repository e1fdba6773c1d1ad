//! Everything that a password opens, anew, in one write.

use crypto::draft::Draft;
use crypto::identity::Identity;
use crypto::private_label::PrivateLabel;
use crypto::vault::Vault;
use crypto::{Signed, Unverified};
use domain::Refusal;
use domain::account::SignedIn;
use domain::conversation::{SaveDraft, SaveLabel};
use domain::id::AccountId;
use domain::keys::RenewKeys;
use domain::policy::{Action, Object};

use crate::Inner;
use crate::account::{NewPassword, NewSession, begin_session, confirm, end_others};
use crate::actor::{Actor, Begun};
use crate::check::{agrees, formed, identity, malformed, unbelievable};
use crate::conversation::own;
use crate::error::Error;
use crate::recovery::{read_code, store_code};
use crate::store::account;
use crate::store::conversation::{self, Conversation};
use crate::store::{Tx, identity as identities, note};

/// The most labels, and the most drafts, in one request: more conversations than a person has.
const SEALED_MAX: usize = 500;

pub(super) async fn renew(
    inner: &Inner,
    actor: &Actor,
    request: RenewKeys,
) -> Result<Begun<SignedIn>, Error> {
    actor.may(Action::RenewOwnKeys, Object::None)?;
    let own = actor.account()?;
    let password = NewPassword::read(inner, own, &request.record, &request.key_wrap)?;
    let code = read_code(inner, own, &request.code)?;
    let vault = Vault::decode(request.vault.as_slice()).map_err(malformed)?;
    let new = Unverified::<Identity>::decode(request.identity.as_slice())
        .map_err(malformed)?
        .verify(&inner.trust.platform_id)
        .map_err(unbelievable)?;
    let sealed = Sealed::read(inner, actor, &request.labels, &request.drafts).await?;
    let platform = inner.trust.platform_id;
    let proven = confirm(inner, actor, &request.confirmation).await?;
    let (row, given) = NewSession::make(inner)?.split();
    let found = inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                proven.take(tx).await?;
                let found = account::find(tx.db(), own).await?;
                let found = found.ok_or(Refusal::NotSignedIn)?;
                follows(&identity(&platform, &found.identity)?, &new)?;
                let body = vault.as_bytes().to_vec();
                if !account::replace_vault(tx.db(), own, body, vault.version()).await? {
                    return Err(Refusal::VersionOutdated.into());
                }
                let (before, new) = (found.identity.clone(), new.as_bytes().to_vec());
                identities::replace(tx.db(), own, before, new).await?;
                password.set(tx).await?;
                store_code(tx, &code).await?;
                sealed.store(tx, own).await?;
                end_others(tx, own, None).await?;
                begin_session(tx, row, &found, Some(found.last_sign_in), None).await?;
                Ok(found)
            })
        })
        .await?;
    Ok(Begun {
        reply: SignedIn {
            account: found.id,
            kind: found.kind,
            key_wrap: request.key_wrap,
            vault: request.vault,
            share: given.share.to_vec().into(),
            previous: Some(found.last_sign_in),
            // Only seekers make everything anew.
            factor_missing: false,
        },
        token: given.token,
    })
}

/// The same account under keys that it did not have, with the next number.
fn follows(before: &Signed<Identity>, new: &Signed<Identity>) -> Result<(), Error> {
    agrees(new.account == before.account)?;
    formed(Some(new.key_no) == before.key_no.checked_add(1))?;
    formed(new.sig_key != before.sig_key && new.kem_key.digest() != before.kem_key.digest())
}

/// What was sealed under the account key before, sealed again.
struct Sealed {
    labels: Vec<(Conversation, PrivateLabel)>,
    drafts: Vec<(Conversation, Draft)>,
}

impl Sealed {
    async fn read(
        inner: &Inner,
        actor: &Actor,
        labels: &[SaveLabel],
        drafts: &[SaveDraft],
    ) -> Result<Self, Error> {
        let db = inner.store.read();
        if labels.len().max(drafts.len()) > SEALED_MAX {
            return Err(Refusal::TooLarge.into());
        }
        let mut sealed = Self {
            labels: Vec::with_capacity(labels.len()),
            drafts: Vec::with_capacity(drafts.len()),
        };
        for one in labels {
            let (found, _) = own(db, actor, Action::ReadConversation, one.conversation).await?;
            let label = PrivateLabel::decode(one.label.as_slice()).map_err(malformed)?;
            formed(label.conversation() == one.conversation)?;
            sealed.labels.push((found, label));
        }
        for one in drafts {
            let (found, _) = own(db, actor, Action::WriteConversation, one.conversation).await?;
            let draft = Draft::decode(one.draft.as_slice()).map_err(malformed)?;
            sealed.drafts.push((found, draft));
        }
        Ok(sealed)
    }

    /// Whatever was changed elsewhere meanwhile would be lost: then nothing is changed.
    async fn store(self, tx: &Tx, of: AccountId) -> Result<(), Error> {
        for (found, label) in self.labels {
            let (version, body) = (label.version(), label.as_bytes().to_vec());
            if !conversation::put_label(tx.db(), of, &found, version, body).await? {
                return Err(Refusal::VersionOutdated.into());
            }
        }
        for (found, draft) in self.drafts {
            let (version, body) = (draft.version(), draft.as_bytes().to_vec());
            if !note::swap_draft(tx.db(), of, &found, version, body).await? {
                return Err(Refusal::VersionOutdated.into());
            }
        }
        Ok(())
    }
}
