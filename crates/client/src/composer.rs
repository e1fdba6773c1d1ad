//! What is being written in a conversation: in the tab with every keystroke, on the server after a
//! pause; ciphertext in both. Two devices that write at once lose nothing: both texts stay until
//! the person has chosen.

use base64ct::{Base64Unpadded, Encoding as _};
use crypto::Digest;
use crypto::draft::{Draft, DraftPlace};
use domain::Blob;
use domain::id::ConversationId;

use crate::error::Error;
use crate::session::Session;
use crate::world::{World, tab_keys};

/// First byte of the plaintext: what is being written, not a queued message.
const TAG: u8 = b'c';
/// The same in the tab, if the server has it as it is: after a reload nothing was changed here.
const SAVED: u8 = b's';
/// Between the texts: no text field gives it.
const BETWEEN: char = '\0';
/// Between texts that are put into one.
const BLANK_LINE: &str = "\n\n";

/// Which of two texts that were written at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// What stands in the field.
    Here,
    /// What was written elsewhere.
    Elsewhere,
    /// One below the other.
    Both,
}

/// What is being written in one conversation, and what the server has of it.
#[derive(Clone, Default)]
pub(crate) struct Writing {
    /// What stands in the field, then what was written elsewhere meanwhile. Never empty once used.
    texts: Vec<String>,
    /// The version of the server's draft that was seen last.
    version: u64,
    /// What that one said, as far as it is known.
    base: Option<Vec<String>>,
    /// What was sent to be saved as the next version: an answer may have been lost.
    sent: Vec<(Blob, Vec<String>)>,
    /// How often the field's text became another one than was typed here.
    pub(crate) turn: u32,
    /// The server's draft is older than what was seen, or does not open.
    pub(crate) unverified: bool,
    /// Saving has no use any more: nothing is saved over what would be lost.
    stopped: bool,
}

impl Writing {
    /// What stands in the field.
    pub(crate) fn text(&self) -> &str {
        self.texts.first().map_or("", String::as_str)
    }

    /// What was written elsewhere meanwhile.
    pub(crate) fn elsewhere(&self) -> &[String] {
        self.texts.get(1..).unwrap_or_default()
    }

    /// Something was typed.
    pub(crate) fn set(&mut self, text: &str) {
        let text = text.replace(BETWEEN, "");
        match self.texts.first_mut() {
            Some(first) => *first = text,
            None => self.texts.push(text),
        }
    }

    /// The person has chosen.
    pub(crate) fn settle(&mut self, choice: Choice) {
        let first = match choice {
            Choice::Here => return self.texts.truncate(1),
            Choice::Elsewhere => 1,
            Choice::Both => 0,
        };
        let texts = self.texts.get(first..).unwrap_or_default();
        let texts = texts.iter().filter(|text| !text.is_empty());
        let one = texts.cloned().collect::<Vec<_>>().join(BLANK_LINE);
        self.texts = vec![one];
        self.turn += 1;
    }

    /// Whether there is nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.iter().all(String::is_empty)
    }

    /// Whether nothing was typed or loaded yet.
    pub(crate) fn is_new(&self) -> bool {
        self.version == 0 && self.base.is_none() && self.is_empty()
    }

    /// Whether the server has it.
    pub(crate) fn is_saved(&self) -> bool {
        match &self.base {
            Some(base) => same(base, &self.texts),
            None => self.version == 0 && self.is_empty(),
        }
    }

    /// The draft to save; none if the server has it, or must not be given it.
    ///
    /// # Errors
    /// [`Error::TooLong`].
    pub(crate) fn next<W: World>(
        &mut self,
        session: &Session<W>,
        conversation: ConversationId,
    ) -> Result<Option<Blob>, Error> {
        let Some(version) = self.version.checked_add(1) else {
            return Ok(None);
        };
        if self.stopped || self.is_saved() {
            return Ok(None);
        }
        let draft = self.seal(session, conversation, version, TAG)?;
        let draft = Blob::from(draft.as_bytes());
        self.sent.push((draft.clone(), self.texts.clone()));
        Ok(Some(draft))
    }

    /// What was sent is stored.
    pub(crate) fn saved(&mut self, draft: &Blob) {
        let stored = self.sent.iter().find(|(sent, _)| sent == draft);
        if let Some((_, texts)) = stored {
            self.base = Some(texts.clone());
            self.version += 1;
            self.sent.clear();
        }
    }

    /// Nothing can be saved in this conversation any more.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    /// Takes in the server's draft.
    pub(crate) fn take<W: World>(
        &mut self,
        session: &Session<W>,
        conversation: ConversationId,
        stored: Option<&Blob>,
    ) -> Result<(), Error> {
        let draft = match stored.map(|stored| Draft::decode(stored.as_slice())) {
            None if self.version == 0 => {
                self.base = Some(Vec::new());
                return Ok(());
            }
            Some(Ok(draft)) if draft.version() >= self.version => draft,
            // Taken back, or no draft at all. Nothing is built upon it.
            None | Some(_) => {
                self.unverified = true;
                self.stopped = true;
                return Ok(());
            }
        };
        let place = place(session, conversation)?;
        let version = draft.version();
        match open(&place, &draft, TAG) {
            Some(theirs) => {
                self.unverified = false;
                self.stopped = false;
                self.merge(version, theirs);
            }
            // Whatever it is, nobody can read it: the next save takes its place.
            None => {
                self.unverified = true;
                self.version = version;
                self.base = Some(Vec::new());
                self.sent.clear();
            }
        }
        Ok(())
    }

    /// Puts together what was written here and there since both were the same. What one side
    /// changed is the other's too; what both changed stays twice, unless one text goes on where
    /// the other ends.
    fn merge(&mut self, version: u64, theirs: Vec<String>) {
        let is_next = self.version.checked_add(1) == Some(version);
        let own_save = is_next && self.sent.iter().any(|(_, texts)| same(texts, &theirs));
        let base = match &self.base {
            _ if own_save => theirs.clone(),
            Some(base) => base.clone(),
            // After a reload: what the tab kept was written over this version.
            None if self.version == version => theirs.clone(),
            None => Vec::new(),
        };
        let stays = |text: &&String, other: &[String]| {
            !text.is_empty() && (other.contains(text) || !base.contains(text))
        };
        if !same(&self.texts, &theirs) {
            let before = self.text().to_owned();
            let own = self.texts.iter().filter(|text| stays(text, &theirs));
            let their = theirs.iter().filter(|text| stays(text, &self.texts));
            let mut all: Vec<String> = Vec::new();
            for text in own.chain(their) {
                if all.iter().any(|one| one.starts_with(text.as_str())) {
                    continue;
                }
                match all.iter_mut().find(|one| text.starts_with(one.as_str())) {
                    Some(shorter) => shorter.clone_from(text),
                    None => all.push(text.clone()),
                }
            }
            self.texts = all;
            self.turn += u32::from(self.text() != before);
        }
        if self.version != version {
            self.sent.clear();
        }
        self.version = version;
        self.base = Some(theirs);
    }

    /// Keeps it in the tab.
    ///
    /// # Errors
    /// [`Error::TooLong`] above the room of a draft: it is not kept, and would not fit a message.
    pub(crate) fn keep<W: World>(
        &self,
        session: &Session<W>,
        conversation: ConversationId,
    ) -> Result<(), Error> {
        let tab = session.client().world().tab();
        let name = name(conversation);
        if self.is_empty() && self.is_saved() {
            forget(session, conversation);
            return Ok(());
        }
        let tag = if self.is_saved() { SAVED } else { TAG };
        let draft = self.seal(session, conversation, self.version, tag)?;
        let text = Base64Unpadded::encode_string(draft.as_bytes());
        tab.set(&name, &text);
        if let Some(keeper) = session.keeper() {
            let says = Digest::of(draft.as_bytes());
            let world = session.client().world();
            keeper.set(world, &record(conversation), says, text.as_bytes());
        }
        Ok(())
    }

    fn seal<W: World>(
        &self,
        session: &Session<W>,
        conversation: ConversationId,
        version: u64,
        tag: u8,
    ) -> Result<Draft, Error> {
        let place = place(session, conversation)?;
        let mut plain = vec![tag];
        let texts = self.texts.join(BETWEEN.encode_utf8(&mut [0; 4]));
        plain.extend_from_slice(texts.as_bytes());
        Draft::seal(
            &mut session.client().world().random(),
            &place,
            version,
            &plain,
        )
        .map_err(|_| Error::TooLong)
    }
}

/// Whether two lists say the same: nothing is nothing, in whatever way.
fn same(one: &[String], other: &[String]) -> bool {
    one == other
        || [one, other]
            .iter()
            .all(|list| list.iter().all(String::is_empty))
}

/// What tab or device kept; nothing if it is another account's.
pub(crate) fn load<W: World>(session: &Session<W>, conversation: ConversationId) -> Writing {
    read(session, conversation).unwrap_or_default()
}

/// Keeps a text that the server does not know as what is being written.
pub(crate) fn keep<W: World>(
    session: &Session<W>,
    conversation: ConversationId,
    text: &str,
) -> Result<(), Error> {
    let mut writing = Writing::default();
    writing.set(text);
    writing.keep(session, conversation)
}

/// Forgets what was being written, in this tab.
pub(crate) fn forget<W: World>(session: &Session<W>, conversation: ConversationId) {
    session.client().world().tab().remove(&name(conversation));
    if let Some(keeper) = session.keeper() {
        keeper.remove(&record(conversation));
    }
}

fn read<W: World>(session: &Session<W>, conversation: ConversationId) -> Option<Writing> {
    let tab = session.client().world().tab().get(&name(conversation));
    let kept = tab.or_else(|| {
        let kept = session.keeper()?.take(&record(conversation))?;
        String::from_utf8(kept).ok()
    })?;
    let draft = Draft::decode(&Base64Unpadded::decode_vec(&kept).ok()?).ok()?;
    let place = place(session, conversation).ok()?;
    let (texts, base) = match open(&place, &draft, SAVED) {
        Some(saved) => (saved.clone(), Some(saved)),
        None => (open(&place, &draft, TAG)?, None),
    };
    Some(Writing {
        texts,
        base,
        version: draft.version(),
        ..Writing::default()
    })
}

fn open(place: &DraftPlace, draft: &Draft, tag: u8) -> Option<Vec<String>> {
    let plain = draft.open(place).ok()?;
    let texts = str::from_utf8(plain.strip_prefix(&[tag])?).ok()?;
    Some(texts.split(BETWEEN).map(str::to_owned).collect())
}

fn place<W: World>(
    session: &Session<W>,
    conversation: ConversationId,
) -> Result<DraftPlace, Error> {
    Ok(DraftPlace::of_account(
        session.key(),
        &session.account(),
        &conversation,
    )?)
}

fn name(conversation: ConversationId) -> String {
    tab_keys::COMPOSER.to_owned() + &conversation.to_hex()
}

/// On an own device.
fn record(conversation: ConversationId) -> String {
    "w/".to_owned() + &conversation.to_hex()
}

#[cfg(test)]
mod tests;
