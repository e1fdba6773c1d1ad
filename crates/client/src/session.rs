//! A client, and somebody signed in with it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crypto::account::AccountKey;
use crypto::identity::{Identity, IdentityKeys};
use crypto::{Digest, Signed};
use domain::Blob;
use domain::account::{AccountKind, Secretive};
use domain::id::AccountId;
use domain::time::Day;

use crate::error::{Error, Untrusted};
use crate::platform::Platform;
use crate::trust::{Book, Pins};
use crate::vault::{Changing, Content};
use crate::work::Works;
use crate::world::{World, tab_keys};

/// A platform, and the world around this tab. Cloning copies the handle.
pub struct Client<W>(Rc<ClientInner<W>>);

struct ClientInner<W> {
    world: W,
    platform: Platform,
    works: Works,
}

impl<W> Clone for Client<W> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<W: World> Client<W> {
    /// A client of this platform.
    #[must_use]
    pub fn new(world: W, platform: Platform) -> Self {
        Self(Rc::new(ClientInner {
            world,
            platform,
            works: Works::default(),
        }))
    }

    /// Whether the tab kept a form or a session from before a reload.
    #[must_use]
    pub fn has_kept(&self) -> bool {
        let tab = self.world().tab();
        [tab_keys::FORM, tab_keys::UNLOCK]
            .iter()
            .any(|key| tab.get(key).is_some())
    }

    /// The world.
    #[must_use]
    pub fn world(&self) -> &W {
        &self.0.world
    }

    /// The platform.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.0.platform
    }

    pub(crate) fn works(&self) -> &Works {
        &self.0.works
    }

    /// The world's transport.
    #[must_use]
    pub fn transport(&self) -> &W::Transport {
        self.0.world.transport()
    }
}

/// Somebody signed in: the keys in memory. Cloning copies the handle; when the last one is
/// dropped the keys are wiped.
pub struct Session<W>(Rc<SessionInner<W>>);

struct SessionInner<W> {
    client: Client<W>,
    account: AccountId,
    kind: AccountKind,
    key: AccountKey,
    vault: RefCell<Content>,
    identity: Signed<Identity>,
    /// Those before, in the vault's order.
    former: Vec<Signed<Identity>>,
    saved: RefCell<Changing>,
    version: Cell<u64>,
    book: Book,
    previous: Cell<Option<Day>>,
    greets: Cell<bool>,
    factor_missing: Cell<bool>,
}

impl<W> Clone for Session<W> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<W: World> Session<W> {
    /// Opens the vault.
    pub(crate) fn open(
        client: Client<W>,
        account: AccountId,
        kind: AccountKind,
        key: AccountKey,
        vault: &Blob,
    ) -> Result<Self, Error> {
        let (content, version) = Content::open(vault, &key, client.platform(), account)?;
        let identity = content.identity(client.platform(), account)?;
        let platform = client.platform();
        let former = content.former.iter();
        let former = former.map(|former| former.identity(platform, account));
        let former = former.collect::<Result<_, Error>>()?;
        Ok(Self(Rc::new(SessionInner {
            client,
            account,
            kind,
            key,
            saved: RefCell::new(content.changing.clone()),
            vault: RefCell::new(content),
            identity,
            former,
            version: Cell::new(version),
            book: Book::default(),
            previous: Cell::new(None),
            greets: Cell::new(false),
            factor_missing: Cell::new(false),
        })))
    }

    /// Remembers the day of the sign-in before; `greets` if somebody has just signed in.
    pub(crate) fn came_back(self, previous: Option<Day>, greets: bool) -> Self {
        self.0.previous.set(previous);
        self.0.greets.set(greets);
        self
    }

    /// Remembers whether the session allows nothing but setting up a second factor.
    pub(crate) fn limited(self, factor_missing: bool) -> Self {
        self.0.factor_missing.set(factor_missing);
        self
    }

    /// Whether a second factor has to be set up before anything else, as the server says.
    #[must_use]
    pub fn lacks_factor(&self) -> bool {
        self.0.factor_missing.get()
    }

    /// The day of the sign-in before, as the server says; none after a registration.
    #[must_use]
    pub fn previous(&self) -> Option<Day> {
        self.0.previous.get()
    }

    /// The same, once, and only if somebody has just signed in.
    #[must_use]
    pub fn greeting(&self) -> Option<Day> {
        self.0.previous.get().filter(|_| self.0.greets.take())
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client<W> {
        &self.0.client
    }

    /// Whose session.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.0.account
    }

    /// Which face.
    #[must_use]
    pub fn kind(&self) -> AccountKind {
        self.0.kind
    }

    /// A setting of this account, the same on all devices.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<String> {
        self.0.vault.borrow().changing.settings.get(name).cloned()
    }

    /// Changes a setting; [`crate::vault::save`] makes it last.
    pub fn set_setting(&self, name: &str, value: &str) {
        let mut vault = self.0.vault.borrow_mut();
        vault
            .changing
            .settings
            .insert(name.to_owned(), value.to_owned());
    }

    /// The settings whose names begin like this.
    pub(crate) fn settings_with(&self, prefix: &str) -> Vec<(String, String)> {
        let vault = self.0.vault.borrow();
        let all = vault.changing.settings.iter();
        all.filter(|(name, _)| name.starts_with(prefix))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Forgets a setting; [`crate::vault::save`] makes it last. A tab that has it still may bring it back.
    pub(crate) fn remove_setting(&self, name: &str) {
        self.0.vault.borrow_mut().changing.settings.remove(name);
    }

    /// What this account signs in with.
    #[must_use]
    pub fn user_name(&self) -> Secretive {
        self.0.vault.borrow().user_name.clone()
    }

    pub(crate) fn key(&self) -> &AccountKey {
        &self.0.key
    }

    pub(crate) fn identity(&self) -> &Signed<Identity> {
        &self.0.identity
    }

    /// The own identity with this digest, the present one or one before, and its keys; nothing
    /// inside may await.
    pub(crate) fn with_identity<T>(
        &self,
        digest: &Digest,
        with: impl FnOnce(&Signed<Identity>, &IdentityKeys) -> T,
    ) -> Result<T, Untrusted> {
        let vault = self.0.vault.borrow();
        if *digest == self.0.identity.digest() {
            return Ok(with(&self.0.identity, &vault.keys));
        }
        let mut former = self.0.former.iter().zip(&vault.former);
        let found = former.find(|(identity, _)| identity.digest() == *digest);
        let (identity, former) = found.ok_or(Untrusted::Identity)?;
        Ok(with(identity, &former.keys))
    }

    /// This account's vault under new identity keys.
    pub(crate) fn renewed(&self, today: Day) -> Content {
        let rng = &mut self.0.client.world().random();
        self.0.vault.borrow().renewed(rng, today)
    }

    /// The number of the vault that was saved last.
    pub(crate) fn vault_version(&self) -> u64 {
        self.0.version.get()
    }

    /// What this session has verified.
    pub(crate) fn book(&self) -> &Book {
        &self.0.book
    }

    /// Uses the private keys; nothing inside may await.
    pub(crate) fn with_keys<T>(&self, with: impl FnOnce(&IdentityKeys) -> T) -> T {
        with(&self.0.vault.borrow().keys)
    }

    pub(crate) fn pins(&self) -> Pins {
        self.0.vault.borrow().changing.pins.clone()
    }

    /// Remembers what was verified; [`crate::vault::save`] makes it last.
    pub(crate) fn pin(&self, pins: &Pins) -> Result<(), Untrusted> {
        let mut vault = self.0.vault.borrow_mut();
        vault.changing.pins.merge(pins).map(|_| ())
    }

    /// The next version of the vault, its content and its number, if anything changed.
    pub(crate) fn vault_to_save(&self) -> Result<Option<(Blob, Changing, u64)>, Error> {
        let vault = self.0.vault.borrow();
        if vault.changing == *self.0.saved.borrow() {
            return Ok(None);
        }
        let version = self.0.version.get().saturating_add(1);
        let sealed = vault.seal(
            &mut self.0.client.world().random(),
            &self.0.key,
            self.0.client.platform(),
            self.0.account,
            version,
        )?;
        Ok(Some((sealed, vault.changing.clone(), version)))
    }

    /// What was saved is the new base.
    pub(crate) fn vault_saved(&self, changing: Changing, version: u64) {
        // Two saves at once: the later one may have been answered first.
        if version > self.0.version.get() {
            self.0.version.set(version);
            self.0.saved.replace(changing);
        }
    }

    /// Another tab saved meanwhile: takes over its pins and the settings that this tab left alone.
    pub(crate) fn merge_vault(&self, stored: &Blob) -> Result<(), Error> {
        let (other, version) = Content::open(
            stored,
            &self.0.key,
            self.0.client.platform(),
            self.0.account,
        )?;
        // The same one is this session's own save, made while another was on its way.
        if version < self.0.version.get() {
            return Err(Error::Untrusted(Untrusted::Rollback));
        }
        let mut vault = self.0.vault.borrow_mut();
        vault.changing.pins.merge(&other.changing.pins)?;
        let before = self.0.saved.borrow().settings.clone();
        for (name, value) in &other.changing.settings {
            if vault.changing.settings.get(name) == before.get(name) {
                vault.changing.settings.insert(name.clone(), value.clone());
            }
        }
        drop(vault);
        self.0.saved.replace(other.changing);
        self.0.version.set(version);
        Ok(())
    }
}
