//! Contents about another message: taken back (type 3), changed (4), answered (7). JSON: an object
//! of strings, in which bytes are base64url.

use base64ct::{Base64Unpadded, Encoding as _};
use crypto::Digest;
use crypto::message::ContentType;
use domain::id::MessageId;
use domain::map::Map;
use domain::time::Minute;

use crate::conversation::case::Read;
use crate::export::json::quoted;
use crate::form::from_json;

/// Bytes of one [`Gone`]: `msg_id 16 | hash 32 | epoch 4 | chain 8 | seq 4 | prev_own_hash 32 |
/// sent_min 8`.
const GONE_LEN: usize = 104;

/// Such a content.
#[derive(Clone)]
pub(crate) struct About {
    pub(crate) target: MessageId,
    pub(crate) hash: Digest,
    /// Of an answer or a change.
    pub(crate) text: String,
    /// Of a deletion: the target first, then what had changed it.
    pub(crate) gone: Vec<Gone>,
}

/// What the others still need of a message that its author took back: its place in the author's
/// chain and in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) id: MessageId,
    pub(crate) digest: Digest,
    pub(crate) epoch: u32,
    pub(crate) chain: [u8; 8],
    pub(crate) seq: u32,
    pub(crate) prev_own: Digest,
    pub(crate) sent: Minute,
}

impl About {
    /// Reads a content of this type.
    pub(crate) fn read(kind: ContentType, body: &[u8]) -> Option<Self> {
        let form: Map<String, String> = from_json(body).ok()?;
        let field = |name: &str| form.get(name).cloned();
        let gone = bytes(&field("gone").unwrap_or_default())?;
        let mut left = gone.as_slice();
        let mut gone = Vec::new();
        while !left.is_empty() {
            gone.push(Gone::read(&mut left)?);
        }
        let this = Self {
            target: MessageId::from_bytes(bytes(&field("target")?)?.try_into().ok()?),
            hash: Digest::from_bytes(bytes(&field("hash")?)?.try_into().ok()?),
            text: field("text").unwrap_or_default(),
            gone,
        };
        let names = |first: &Gone| first.id == this.target && first.digest == this.hash;
        let whole = match kind {
            ContentType::DELETE => this.gone.first().is_some_and(names),
            _ => this.gone.is_empty(),
        };
        whole.then_some(this)
    }

    /// As it is signed.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut gone = Vec::with_capacity(self.gone.len() * GONE_LEN);
        for one in &self.gone {
            one.write(&mut gone);
        }
        let mut json = String::from("{");
        for (name, value) in [
            ("target", text(self.target.as_bytes())),
            ("hash", text(self.hash.as_bytes())),
            ("text", self.text.clone()),
            ("gone", text(&gone)),
        ] {
            if !value.is_empty() {
                let before = if json.len() > 1 { ",\"" } else { "\"" };
                json.push_str(&[before, name, "\":", &quoted(&value)].concat());
            }
        }
        json.push('}');
        json.into_bytes()
    }
}

/// Bytes in base64url, by the encoder that the tab's storage uses.
pub(crate) fn text(bytes: &[u8]) -> String {
    let turn = |letter| match letter {
        '+' => '-',
        '/' => '_',
        other => other,
    };
    let text = Base64Unpadded::encode_string(bytes);
    text.chars().map(turn).collect()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let turn = |letter| match letter {
        '-' => '+',
        '_' => '/',
        // Of the other alphabet.
        '+' | '/' => '=',
        other => other,
    };
    let text: String = text.chars().map(turn).collect();
    Base64Unpadded::decode_vec(&text).ok()
}

impl Gone {
    /// Of a message that is about to be taken back.
    pub(crate) const fn of(read: &Read) -> Self {
        Self {
            id: read.id,
            digest: read.digest,
            epoch: read.epoch,
            chain: read.chain,
            seq: read.seq,
            prev_own: read.prev_own,
            sent: read.sent,
        }
    }

    fn read(left: &mut &[u8]) -> Option<Self> {
        Some(Self {
            id: MessageId::from_bytes(take(left)?),
            digest: Digest::from_bytes(take(left)?),
            epoch: u32::from_be_bytes(take(left)?),
            chain: take(left)?,
            seq: u32::from_be_bytes(take(left)?),
            prev_own: Digest::from_bytes(take(left)?),
            sent: Minute(u64::from_be_bytes(take(left)?)),
        })
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(self.id.as_bytes());
        to.extend_from_slice(self.digest.as_bytes());
        to.extend_from_slice(&self.epoch.to_be_bytes());
        to.extend_from_slice(&self.chain);
        to.extend_from_slice(&self.seq.to_be_bytes());
        to.extend_from_slice(self.prev_own.as_bytes());
        to.extend_from_slice(&self.sent.0.to_be_bytes());
    }
}

fn take<const N: usize>(left: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = left.split_first_chunk()?;
    *left = rest;
    Some(*first)
}
