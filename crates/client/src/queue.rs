//! Messages that wait to be sent, kept as ciphertext in the tab: a reload loses nothing. And on an own device:
//! nothing does.
//!
//! What was sealed stays sealed: sending again sends the same bytes, until the server says that
//! their epoch is outdated, and then they were not stored.

use base64ct::{Base64Unpadded, Encoding as _};
use crypto::Digest;
use crypto::draft::{Draft, DraftPlace};
use crypto::message::ContentType;
use domain::id::{ConversationId, MessageId};
use domain::time::Timestamp;
use domain::{Blob, Refusal};

use crate::conversation::about::{About, Gone};
use crate::error::Error;
use crate::form::{from_cbor, to_cbor};
use crate::session::Session;
use crate::world::{World, tab_keys};

/// First byte of the plaintext: a queued text, not what is being written. What is about another
/// message has its content type there.
const TAG: u8 = b'q';

/// A message on its way.
#[derive(Debug, Clone)]
pub(crate) struct Queued {
    pub(crate) id: MessageId,
    pub(crate) kind: ContentType,
    /// What it says; of a deletion nothing.
    pub(crate) text: String,
    /// The message that it is about.
    pub(crate) about: Option<(MessageId, Digest)>,
    pub(crate) written: Timestamp,
    /// The message as it was last sent.
    pub(crate) sealed: Option<Blob>,
    /// Whether it may be stored already: it waited, here or in a tab that may be a copy.
    pub(crate) tried: bool,
    /// Whether an epoch has begun because of it.
    pub(crate) begun: bool,
    /// Why the server does not take it.
    pub(crate) held: Option<Refusal>,
}

impl Queued {
    pub(crate) const fn new(id: MessageId, text: String, written: Timestamp) -> Self {
        Self {
            id,
            kind: ContentType::TEXT,
            text,
            about: None,
            written,
            sealed: None,
            tried: false,
            begun: false,
            held: None,
        }
    }

    /// Whether it changes or takes back this message.
    pub(crate) fn amends(&self, message: MessageId) -> bool {
        matches!(self.kind, ContentType::DELETE | ContentType::EDIT)
            && self.about.is_some_and(|(id, _)| id == message)
    }

    /// What is kept of it beside its sealing.
    fn plain(&self) -> Result<Vec<u8>, Error> {
        let mut plain = match &self.about {
            Some((id, hash)) => [&[self.kind.0], &id.as_bytes()[..], hash.as_bytes()].concat(),
            None => vec![TAG],
        };
        plain.extend(to_cbor(&(self.id, self.written, &self.text))?);
        Ok(plain)
    }

    /// Its body; `gone` is what a deletion takes back.
    pub(crate) fn body(&self, gone: Vec<Gone>) -> Vec<u8> {
        let Some((target, hash)) = self.about else {
            return self.text.clone().into_bytes();
        };
        let about = About {
            target,
            hash,
            text: self.text.clone(),
            gone,
        };
        about.write()
    }
}

/// What tab and device kept of a conversation's queue. Lines that do not open are another account's
/// or damaged, and of no use to anybody.
pub(crate) fn load<W: World>(
    session: &Session<W>,
    conversation: ConversationId,
) -> Result<Vec<Queued>, Error> {
    let kept = session.client().world().tab().get(&name(conversation));
    let mut lines: Vec<_> = kept
        .iter()
        .flat_map(|kept| kept.lines())
        .map(str::to_owned)
        .collect();
    if let Some(keeper) = session.keeper() {
        let found = keeper.names(&record(conversation)).into_iter();
        let found = found.filter_map(|name| keeper.take(&name));
        lines.extend(found.filter_map(|line| String::from_utf8(line).ok()));
    }
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let place = place(session, conversation)?;
    let mut queue: Vec<Queued> = Vec::new();
    for queued in lines.iter().filter_map(|line| read(&place, line)) {
        match queue.iter_mut().find(|one| one.id == queued.id) {
            // The same: one of them may have been sealed.
            Some(known) => known.sealed = known.sealed.take().or(queued.sealed),
            None => queue.push(queued),
        }
    }
    queue.sort_by_key(|queued| queued.written);
    Ok(queue)
}

/// Keeps a conversation's queue: in the tab at once, and on an own device.
pub(crate) fn keep<W: World>(
    session: &Session<W>,
    conversation: ConversationId,
    queue: &[Queued],
) -> Result<(), Error> {
    let world = session.client().world();
    let keeper = session.keeper();
    let mut gone = match &keeper {
        Some(keeper) => keeper.names(&record(conversation)),
        None => Vec::new(),
    };
    let mut lines = String::new();
    let place = place(session, conversation)?;
    for (version, queued) in (0..).zip(queue) {
        let plain = queued.plain()?;
        let draft = Draft::seal(&mut world.random(), &place, version, &plain)
            .map_err(|_| Error::TooLong)?;
        let mut line = Base64Unpadded::encode_string(draft.as_bytes());
        if let Some(sealed) = &queued.sealed {
            line.push(' ');
            line.push_str(&Base64Unpadded::encode_string(sealed.as_slice()));
        }
        if let Some(keeper) = &keeper {
            let name = record(conversation) + &queued.id.to_hex();
            let sealed = queued.sealed.as_ref().map_or(&[][..], Blob::as_slice);
            let says = Digest::of(&[&plain, sealed].concat());
            keeper.set(world, &name, says, line.as_bytes());
            gone.retain(|one| *one != name);
        }
        lines.push_str(&line);
        lines.push('\n');
    }
    if let Some(keeper) = &keeper {
        gone.iter().for_each(|name| keeper.remove(name));
    }
    match lines.is_empty() {
        true => world.tab().remove(&name(conversation)),
        false => world.tab().set(&name(conversation), &lines),
    }
    Ok(())
}

fn read(place: &DraftPlace, line: &str) -> Option<Queued> {
    let (draft, sealed) = match line.split_once(' ') {
        Some((draft, sealed)) => (draft, Some(Blob(Base64Unpadded::decode_vec(sealed).ok()?))),
        None => (line, None),
    };
    let draft = Draft::decode(&Base64Unpadded::decode_vec(draft).ok()?).ok()?;
    let plain = draft.open(place).ok()?;
    let (tag, mut rest) = plain.split_first()?;
    let kind = ContentType(*tag);
    let mut about = None;
    if let ContentType::DELETE | ContentType::EDIT | ContentType::REPLY | ContentType::CONSENT =
        kind
    {
        let (id, left) = rest.split_first_chunk()?;
        let (hash, left) = left.split_first_chunk()?;
        about = Some((MessageId::from_bytes(*id), Digest::from_bytes(*hash)));
        rest = left;
    } else if *tag != TAG {
        return None;
    }
    let (id, written, text) = from_cbor(rest).ok()?;
    let queued = Queued::new(id, text, written);
    Some(Queued {
        sealed,
        tried: true,
        kind: about.map_or(queued.kind, |_| kind),
        about,
        ..queued
    })
}

fn name(conversation: ConversationId) -> String {
    tab_keys::QUEUE.to_owned() + &conversation.to_hex()
}

/// Before the message's id: each has a record of its own, so that two tabs do not undo each other's.
fn record(conversation: ConversationId) -> String {
    ["q/", &conversation.to_hex(), "/"].concat()
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
