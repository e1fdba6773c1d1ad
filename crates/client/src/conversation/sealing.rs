//! Writing a message.

use crypto::Digest;
use crypto::epoch::EpochKey;
use crypto::epoch::EpochRecord;
use crypto::message::{Content, ContentType, Message};
use crypto::random::make_bytes;
use crypto::{FormatError, Signed};
use domain::id::{ConversationId, MessageId};

use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::world::World;

/// Where this tab's chain stands in one conversation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chain {
    id: [u8; 8],
    seq: u32,
    /// The newest own message; of any chain, until this one has its first.
    prev_own: Digest,
}

impl Chain {
    /// A new chain behind `newest_own` (zero if there is none).
    pub(crate) fn begin<W: World>(session: &Session<W>, newest_own: Digest) -> Self {
        Self {
            id: make_bytes(&mut session.client().world().random()),
            seq: 0,
            prev_own: newest_own,
        }
    }

    /// The chain after `message` was stored.
    pub(crate) const fn advance(&mut self, message: Digest) {
        self.seq = self.seq.saturating_add(1);
        self.prev_own = message;
    }

    /// Whether it is the chain with this id.
    pub(crate) fn is(&self, id: [u8; 8]) -> bool {
        self.id == id
    }

    /// Whether nothing was sent in it yet.
    pub(crate) const fn is_new(&self) -> bool {
        self.seq == 0
    }
}

/// The place in which a message is written.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) record: &'a Signed<EpochRecord>,
    pub(crate) key: &'a EpochKey,
    pub(crate) slot: u16,
    /// The newest verified message of another member.
    pub(crate) seen: Digest,
}

/// Signs and encrypts a message as the next of `chain`, which does not advance yet.
pub(crate) fn seal<W: World>(
    session: &Session<W>,
    desk: Desk<'_>,
    chain: &Chain,
    id: MessageId,
    content_type: ContentType,
    body: Vec<u8>,
) -> Result<Message, Error> {
    let world = session.client().world();
    let content = Content {
        chain: chain.id,
        seq: chain.seq,
        prev_own_hash: chain.prev_own,
        seen_hash: desk.seen,
        sent: world.now().minute(),
        content_type,
        body,
    };
    let platform = &session.client().platform().id;
    let rng = &mut world.random();
    let me = desk.record.member(desk.slot).ok_or(Untrusted::Epoch)?;
    session
        .with_identity(&me.identity_hash, |_, keys| {
            Message::seal(
                rng,
                platform,
                desk.record,
                desk.key,
                &keys.sig,
                id,
                desk.slot,
                &content,
            )
        })?
        .map_err(|fault| match fault {
            FormatError::Length => Error::TooLong,
            _ => Error::Damaged,
        })
}

/// A new message's id.
pub(crate) fn new_message<W: World>(session: &Session<W>) -> MessageId {
    MessageId::from_bytes(make_bytes(&mut session.client().world().random()))
}

/// A new conversation's id.
pub fn new_conversation(rng: &mut impl crypto::random::CryptoRng) -> ConversationId {
    ConversationId::from_bytes(make_bytes(rng))
}
