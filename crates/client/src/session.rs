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

use crate::device::Keeper;
use crate::error::{Error, Untrusted};
use crate::form::to_cbor;
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
    /// Whether this device is the own one of whoever is signed in here.
    own: Cell<bool>,
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
            own: Cell::new(false),
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

    pub(crate) fn is_own(&self) -> bool {
        self.0.own.get()
    }

    pub(crate) fn set_own(&self, own: bool) {
        self.0.own.set(own);
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
    /// What outlives the tab, on an own device.
    keeper: RefCell<Option<Rc<Keeper>>>,
    /// The password that has opened the device, until there is a session on the server.
    password: RefCell<Option<Secretive>>,
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
            keeper: RefCell::default(),
            password: RefCell::default(),
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

    /// Whether an own device was opened, and the server does not know of it yet.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.0.password.borrow().is_some()
    }

    /// Whether this device is the own one of this account.
    #[must_use]
    pub fn is_own_device(&self) -> bool {
        self.0.keeper.borrow().is_some()
    }

    pub(crate) fn password(&self) -> Option<Secretive> {
        self.0.password.borrow().clone()
    }

    pub(crate) fn go_away(&self, password: Secretive) {
        self.0.password.replace(Some(password));
    }

    /// There is a session on the server.
    pub(crate) fn arrived(&self, previous: Option<Day>, factor_missing: bool) {
        self.0.previous.set(previous);
        self.0.factor_missing.set(factor_missing);
        self.0.password.take();
    }

    /// Keeps on this device what it knows from now on.
    pub(crate) fn keep(&self, keeper: Keeper) {
        self.0.client.set_own(true);
        self.0.keeper.replace(Some(Rc::new(keeper)));
    }

    /// Nothing is kept any more.
    pub(crate) fn keep_no_more(&self) {
        self.0.keeper.take();
    }

    pub(crate) fn keeper(&self) -> Option<Rc<Keeper>> {
        self.0.keeper.borrow().clone()
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

    /// The vault as it is now, under the number of the one that was saved last, for this device;
    /// with what stands for it.
    pub(crate) fn vault_to_keep(&self) -> Result<(Digest, Blob), Error> {
        let vault = self.0.vault.borrow();
        let version = self.0.version.get();
        let (client, account) = (&self.0.client, self.0.account);
        let rng = &mut client.world().random();
        let sealed = vault.seal(rng, &self.0.key, client.platform(), account, version)?;
        let changing = &vault.changing;
        let says = to_cbor(&(version, &changing.pins, &changing.settings))?;
        Ok((Digest::of(&says), sealed))
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
