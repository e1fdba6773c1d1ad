//! The form before there is an account: ciphertext in the tab, its key in the server's memory.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use base64ct::{Base64Unpadded, Encoding as _};
use crypto::Secret;
use crypto::draft::{Draft as Sealed, DraftPlace};
use domain::Refusal;
use domain::account::Reference;
use domain::id::{AccountId, AgencyId, ConversationId, TabId};
use domain::keys::{CloseTab, OpenTab, ResumeTab, TabKey};
use domain::map::Map;
use domain::topic::TopicId;
use domain::work::Purpose;
use serde::{Deserialize, Serialize};

use crate::call::call;
use crate::enquiry::new_conversation;
use crate::error::Error;
use crate::form::{from_cbor, to_cbor};
use crate::recovery::{self, RecoverySecret};
use crate::session::Client;
use crate::work::{Place, call_with_work};
use crate::world::{World, tab_keys};

/// What a person typed and chose so far. Never the password.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// The screen on which the person is; the views' own number.
    pub screen: u8,
    /// The topic.
    pub topic: Option<TopicId>,
    /// The postcode as typed.
    pub postcode: String,
    /// The chosen agency.
    pub agency: Option<AgencyId>,
    /// Whether the agency came by its own link.
    pub link: bool,
    /// The counsellor wished for, from a personal link.
    pub wish: Option<AccountId>,
    /// What the link named to be counted.
    pub reference: Option<Reference>,
    /// What the seeker wants to be called.
    pub pseudonym: String,
    /// The user name as typed.
    pub user_name: String,
    /// The version of the consent text that was shown and agreed to.
    pub consent: Option<u32>,
    /// Answers to the topic's own questions.
    pub answers: Map<String, Vec<String>>,
    /// The message.
    pub text: String,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Form([redacted])")
    }
}

/// What is kept in the tab.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    form: Form,
    /// Made once, so that the enquiry is sent once.
    conversation: ConversationId,
    /// The user name that was last sent to the server.
    tried: Option<String>,
}

/// A form that survives reloads.
pub struct Draft<W: World> {
    client: Client<W>,
    kept: RefCell<Kept>,
    place: RefCell<Option<(TabId, DraftPlace)>>,
    version: Cell<u64>,
    lost: bool,
    /// For the account that the form becomes.
    code: Rc<RecoverySecret>,
    /// Whether the account has this code.
    code_counts: Cell<bool>,
}

impl<W: World> Draft<W> {
    /// Takes up what the tab kept, or begins an empty form. Without anything kept the server is
    /// not asked.
    ///
    /// # Errors
    /// [`Error::Unreachable`] or [`Error::Incident`] if something was kept and its key cannot be
    /// had now: try again.
    pub async fn open(client: &Client<W>) -> Result<Self, Error> {
        let world = client.world();
        let mut draft = Self::new(client);
        let stored = world.tab().get(tab_keys::FORM);
        let Some((tab, sealed)) = stored.as_deref().and_then(read) else {
            return Ok(draft);
        };
        match call(client.transport(), ResumeTab { tab }).await {
            Ok(key) => {
                let place = place(key)?;
                match sealed
                    .open(&place.1)
                    .ok()
                    .and_then(|plain| from_cbor(&plain).ok())
                {
                    Some(kept) => {
                        draft.kept = RefCell::new(kept);
                        draft.version.set(sealed.version());
                        draft.place = RefCell::new(Some(place));
                    }
                    None => draft.lose(),
                }
            }
            Err(Error::Refused(Refusal::TooMany { retry_after })) => {
                return Err(Error::Refused(Refusal::TooMany { retry_after }));
            }
            Err(Error::Refused(_)) => draft.lose(),
            Err(error) => return Err(error),
        }
        Ok(draft)
    }

    /// An empty form.
    #[must_use]
    pub fn new(client: &Client<W>) -> Self {
        let world = client.world();
        Self {
            client: client.clone(),
            kept: RefCell::new(Kept {
                form: Form::default(),
                conversation: new_conversation(&mut world.random()),
                tried: None,
            }),
            place: RefCell::new(None),
            version: Cell::new(0),
            lost: false,
            code: recovery::make(client),
            code_counts: Cell::new(false),
        }
    }

    /// Whether something was kept whose key is gone: after 60 minutes, or a restart of the server.
    #[must_use]
    pub const fn lost(&self) -> bool {
        self.lost
    }

    /// The form.
    #[must_use]
    pub fn form(&self) -> Form {
        self.kept.borrow().form.clone()
    }

    /// Remembers the form in memory; [`Draft::save`] keeps it through a reload.
    pub fn keep(&self, form: Form) {
        self.kept.borrow_mut().form = form;
    }

    /// Keeps the form in the tab, as ciphertext. Without a key of the server nothing is written.
    ///
    /// # Errors
    /// As [`call`]; [`Error::TooLong`] if the text is longer than any message.
    pub async fn save(&self) -> Result<(), Error> {
        if self.place.borrow().is_none() {
            let work: Place<OpenTab> = |open| &mut open.work;
            let open = OpenTab::default();
            let key = call_with_work(&self.client, Purpose::Tab, open, work).await?;
            self.place.replace(Some(place(key)?));
        }
        let world = self.client.world();
        let plain = to_cbor(&*self.kept.borrow())?;
        let place = self.place.borrow();
        let Some((tab, place)) = place.as_ref() else {
            return Ok(());
        };
        self.version.set(self.version.get().saturating_add(1));
        let sealed = Sealed::seal(&mut world.random(), place, self.version.get(), &plain)
            .map_err(|_| Error::TooLong)?;
        let text = format!(
            "{} {}",
            tab.to_hex(),
            Base64Unpadded::encode_string(sealed.as_bytes())
        );
        world.tab().set(tab_keys::FORM, &text);
        Ok(())
    }

    /// Forgets the form: in memory, in the tab, and its key on the server.
    pub async fn discard(&self) {
        self.client.world().tab().remove(tab_keys::FORM);
        *self.kept.borrow_mut() = Kept {
            form: Form::default(),
            conversation: new_conversation(&mut self.client.world().random()),
            tried: None,
        };
        let place = self.place.take();
        if let Some((tab, _)) = place {
            // A key without a ciphertext is worth nothing, and ends by itself.
            call(self.client.transport(), CloseTab { tab }).await.ok();
        }
    }

    /// The recovery code of the account that was made, if it is known that the account has it.
    #[must_use]
    pub fn code(&self) -> Option<&RecoverySecret> {
        self.code_counts.get().then_some(&*self.code)
    }

    pub(super) fn code_to_be(&self) -> &Rc<RecoverySecret> {
        &self.code
    }

    pub(super) fn code_counts(&self, counts: bool) {
        self.code_counts.set(counts);
    }

    pub(super) fn client(&self) -> &Client<W> {
        &self.client
    }

    pub(super) fn conversation(&self) -> ConversationId {
        self.kept.borrow().conversation
    }

    /// Notes that this user name is about to be sent; tells whether it was before.
    pub(super) fn note_try(&self, user_name: &str) -> bool {
        let mut kept = self.kept.borrow_mut();
        let before = kept.tried.as_deref() == Some(user_name);
        kept.tried = Some(user_name.to_owned());
        before
    }

    fn lose(&mut self) {
        self.client.world().tab().remove(tab_keys::FORM);
        self.lost = true;
    }
}

fn read(text: &str) -> Option<(TabId, Sealed)> {
    let (tab, sealed) = text.split_once(' ')?;
    let sealed = Sealed::decode(&Base64Unpadded::decode_vec(sealed).ok()?).ok()?;
    Some((TabId::from_hex(tab).ok()?, sealed))
}

fn place(key: TabKey) -> Result<(TabId, DraftPlace), Error> {
    let secret = Secret::from_slice(key.key.as_slice()).ok_or(Error::Damaged)?;
    Ok((key.tab, DraftPlace::of_tab(secret, &key.tab)))
}
