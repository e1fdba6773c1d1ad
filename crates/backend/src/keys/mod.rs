//! The vault, everything anew, and keys of tab drafts.

mod renew;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crypto::vault::Vault;
use domain::Refusal;
use domain::account::SignedIn;
use domain::id::TabId;
use domain::keys::{
    CloseTab, LoadVault, OpenTab, RenewKeys, ResumeTab, SaveVault, StoredVault, TabKey,
};
use domain::policy::{Action, Object};
use domain::time::{MINUTE, Timestamp};
use domain::work::Purpose;
use zeroize::Zeroizing;

use crate::Inner;
use crate::actor::{Actor, Begun};
use crate::check::malformed;
use crate::config::Dice;
use crate::error::Error;
use crate::store::account;
use crate::work::{self, For};

/// How long a tab's key is kept after its last use, in milliseconds.
const TAB_KEPT: i64 = 60 * MINUTE;
/// The most keys of tabs in memory: about 10 MB.
const TABS_MAX: usize = 100_000;
/// Seconds until it makes sense to ask again for a tab's key when there are too many.
const TABS_RETRY: u32 = 60;

/// The vault, and keys of tab drafts.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a>(pub(crate) &'a Inner);

impl Keys<'_> {
    /// Answers [`LoadVault`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub async fn load_vault(&self, actor: &Actor, _: LoadVault) -> Result<StoredVault, Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let found = account::find(self.0.store.read(), actor.account()?).await?;
        let found = found.ok_or(Refusal::NotSignedIn)?;
        Ok(StoredVault {
            vault: found.vault.into(),
        })
    }

    /// Answers [`SaveVault`].
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`], [`Refusal::Malformed`], [`Refusal::VersionOutdated`].
    pub async fn save_vault(&self, actor: &Actor, request: SaveVault) -> Result<(), Error> {
        actor.may(Action::UseOwnAccount, Object::None)?;
        let id = actor.account()?;
        if request.account != id {
            return Err(Refusal::NotSignedIn.into());
        }
        let version = Vault::decode(request.vault.as_slice())
            .map_err(malformed)?
            .version();
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let vault = request.vault.into_vec();
                    if account::replace_vault(tx.db(), id, vault, version).await? {
                        Ok(())
                    } else {
                        Err(Refusal::VersionOutdated.into())
                    }
                })
            })
            .await
    }

    /// Answers [`RenewKeys`]: all sessions of the account end, and one begins.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for staff, whose identity a manifest lists;
    /// [`Refusal::WrongCredentials`], [`Refusal::SignInExpired`]; [`Refusal::VersionOutdated`] if
    /// vault, a label or a draft was changed elsewhere meanwhile; [`Refusal::Malformed`],
    /// [`Refusal::SignatureInvalid`], [`Refusal::NotFound`], [`Refusal::TooLarge`],
    /// [`Refusal::IdTaken`].
    pub async fn renew(&self, actor: &Actor, request: RenewKeys) -> Result<Begun<SignedIn>, Error> {
        renew::renew(self.0, actor, request).await
    }

    /// Answers [`OpenTab`].
    ///
    /// # Errors
    /// [`Refusal::WorkNeeded`]; [`Refusal::TooMany`] if the server's memory holds too many.
    pub async fn open_tab(&self, actor: &Actor, request: OpenTab) -> Result<TabKey, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let tries = self.0.limits.tab(actor.from);
        work::check(self.0, For::Ask(Purpose::Tab), tries, request.work.as_ref()).await?;
        self.0.limits.begin_tab(actor.from);
        let mut dice = Dice(self.0.random.as_ref());
        let tab = TabId::from_bytes(dice.bytes());
        let key = Zeroizing::new(dice.bytes());
        self.0.tabs.open(tab, key, self.0.clock.now())
    }

    /// Answers [`ResumeTab`].
    ///
    /// # Errors
    /// [`Refusal::DraftExpired`].
    pub async fn resume_tab(&self, actor: &Actor, request: ResumeTab) -> Result<TabKey, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        self.0.tabs.resume(request.tab, self.0.clock.now())
    }

    /// Answers [`CloseTab`].
    ///
    /// # Errors
    /// None so far.
    pub async fn close_tab(&self, actor: &Actor, request: CloseTab) -> Result<(), Error> {
        actor.may(Action::UsePublic, Object::None)?;
        self.0.tabs.lock().remove(&request.tab);
        Ok(())
    }
}

/// Keys of tabs, in memory only: a restart forgets them.
#[derive(Default)]
pub(crate) struct Tabs(Mutex<HashMap<TabId, Held>>);

struct Held {
    key: Zeroizing<[u8; 32]>,
    until: Timestamp,
}

impl Held {
    fn to_reply(&self, tab: TabId) -> TabKey {
        TabKey {
            tab,
            key: self.key.to_vec().into(),
        }
    }
}

impl std::fmt::Debug for Tabs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tabs")
    }
}

impl Tabs {
    fn open(&self, tab: TabId, key: Zeroizing<[u8; 32]>, now: Timestamp) -> Result<TabKey, Error> {
        let mut tabs = self.lock();
        if tabs.len() >= TABS_MAX {
            return Err(Refusal::TooMany {
                retry_after: TABS_RETRY,
            }
            .into());
        }
        let held = Held {
            key,
            until: now.plus(TAB_KEPT),
        };
        let reply = held.to_reply(tab);
        tabs.insert(tab, held);
        Ok(reply)
    }

    fn resume(&self, tab: TabId, now: Timestamp) -> Result<TabKey, Error> {
        let mut tabs = self.lock();
        let held = tabs.get_mut(&tab).filter(|held| held.until > now);
        let held = held.ok_or(Refusal::DraftExpired)?;
        held.until = now.plus(TAB_KEPT);
        Ok(held.to_reply(tab))
    }

    /// Forgets what is too old.
    pub(crate) fn drop_expired(&self, now: Timestamp) {
        self.lock().retain(|_, held| held.until > now);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TabId, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
