//! Everything that the password opens, anew: somebody else may know it (crypto.md 3.9).

use crypto::account::AccountKey;
use crypto::draft::{Draft, DraftPlace};
use crypto::recovery::RecoverySecret;
use domain::account::Secretive;
use domain::conversation::{LoadDraft, SaveDraft, SaveLabel};
use domain::id::ConversationId;
use domain::keys::RenewKeys;
use domain::{Blob, Refusal};

use crate::account::{begin, confirm, next_password};
use crate::call::call;
use crate::desk::{Desk, Seeker};
use crate::device;
use crate::error::Error;
use crate::recovery::{self, new_code};
use crate::session::Session;
use crate::world::World;
use crate::{queue, vault};

/// How often it is tried against changes from elsewhere.
const TRIES: usize = 3;

impl<W: World> Desk<W, Seeker> {
    /// Sets a new password, a new account key, a new identity and a new code, and signs in with
    /// them; everybody else is signed out. The desk of the session that it gives enters every
    /// conversation with the new identity. This desk is of no use then.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`] for the password before; or as [`call`]. After
    /// [`Error::Unreachable`] either password may be the one that counts.
    pub async fn renew_keys(
        &self,
        before: Secretive,
        password: Secretive,
        code: &RecoverySecret,
    ) -> Result<Session<W>, Error> {
        let mut tries = TRIES;
        loop {
            tries -= 1;
            self.save_drafts().await?;
            let tried = self.try_renew(before.clone(), password.clone(), code).await;
            match tried {
                Err(Error::Refused(Refusal::VersionOutdated)) if tries > 0 => {
                    self.refresh().await?;
                }
                other => return other,
            }
        }
    }

    async fn try_renew(
        &self,
        before: Secretive,
        password: Secretive,
        code: &RecoverySecret,
    ) -> Result<Session<W>, Error> {
        let session = self.session();
        recovery::note(session, false);
        vault::save(session).await?;
        let (client, account) = (session.client(), session.account());
        let (world, platform) = (client.world(), client.platform());
        let key = AccountKey::make(&mut world.random());
        let drafts = self.drafts_for(&key).await?;
        let new = next_password(session, password, &key).await?;
        let rng = &mut world.random();
        let content = session.renewed(world.now().day());
        let version = session.vault_version().saturating_add(1);
        let request = RenewKeys {
            // Last: it is good for a minute.
            confirmation: confirm(session, before).await?,
            record: new.record,
            key_wrap: new.key_wrap,
            identity: Blob::from(content.identity(platform, account)?.as_bytes()),
            vault: content.seal(rng, &key, platform, account, version)?,
            code: new_code(rng, code, account, &key)?,
            labels: self.labels_for(&key)?,
            drafts,
        };
        let signed_in = call(client.transport(), request).await?;
        if signed_in.account != account {
            return Err(Error::Damaged);
        }
        let previous = session.previous();
        let session = begin(client, signed_in, key)?.came_back(previous, false);
        device::leave(client).await;
        // What waits in this tab is kept under the new key.
        for (conversation, open) in self.0.open.borrow().iter() {
            queue::keep(&session, *conversation, &open.queue)?;
            open.writing.keep(&session, *conversation)?;
        }
        Ok(session)
    }

    /// The private labels, sealed again.
    fn labels_for(&self, key: &AccountKey) -> Result<Vec<SaveLabel>, Error> {
        let state = self.0.state.borrow();
        let labels = state.conversations.values();
        let labels = labels.filter(|held| held.row.label.is_some());
        labels.map(|held| self.label_for(held, key)).collect()
    }

    /// The drafts that open, sealed again.
    async fn drafts_for(&self, key: &AccountKey) -> Result<Vec<SaveDraft>, Error> {
        let mut drafts = Vec::new();
        let all: Vec<_> = self
            .0
            .state
            .borrow()
            .conversations
            .keys()
            .copied()
            .collect();
        for conversation in all {
            let transport = self.session().client().transport();
            let stored = call(transport, LoadDraft { conversation }).await?.draft;
            let draft = stored.and_then(|stored| self.draft_for(conversation, &stored, key).ok());
            drafts.extend(draft.map(|draft| SaveDraft {
                conversation,
                draft: Blob::from(draft.as_bytes()),
            }));
        }
        Ok(drafts)
    }

    fn draft_for(
        &self,
        conversation: ConversationId,
        stored: &Blob,
        key: &AccountKey,
    ) -> Result<Draft, Error> {
        let session = self.session();
        let place = |key| DraftPlace::of_account(key, &session.account(), &conversation);
        let draft = Draft::decode(stored.as_slice())?;
        let plain = draft.open(&place(session.key())?)?;
        let version = draft.version().saturating_add(1);
        let rng = &mut session.client().world().random();
        Ok(Draft::seal(rng, &place(key)?, version, &plain)?)
    }
}
