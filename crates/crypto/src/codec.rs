//! Reading and writing the fixed layouts: big-endian, one spelling, no trailing bytes.
//!
//! Strings are expected in Unicode's form NFC, but the reader does not check it: the tables for
//! that would be the largest part of the program in the browser, and what is signed is compared
//! and shown as the bytes that were signed. Who writes a name normalises it (`String.normalize`
//! in the browser). What a name could deceive with, control and direction characters, is refused.

use domain::id::{AccountId, AgencyId, AssociationId, ConversationId, MessageId};
use domain::time::{Day, Minute};

use crate::digest::Digest;
use crate::error::FormatError;
use crate::signature::VerifyingKey;
use crate::wrap::{KEM_PUBLIC_LEN, KemPublicKey};

/// The only suite there is.
pub(crate) const SUITE: u8 = 0x01;

/// The first byte of every object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ObjectType {
    /// 01: an account's public keys.
    Identity = 0x01,
    /// 02: a key under a password, a code or a passkey.
    KeyWrap = 0x02,
    /// 03: an account's private keys and pins.
    Vault = 0x03,
    /// 04: the platform's admins.
    AdminList = 0x04,
    /// 05: an association in the directory.
    AssociationEntry = 0x05,
    /// 06: an agency in the directory.
    AgencyEntry = 0x06,
    /// 07: the directory's head.
    Head = 0x07,
    /// 08: an agency's staff and inbox key.
    Manifest = 0x08,
    /// 09: "this manifest was current on that day".
    Freshness = 0x09,
    /// 0A: who belongs to a conversation's epoch.
    EpochRecord = 0x0A,
    /// 0B: an epoch's key for one member.
    EpochWrap = 0x0B,
    /// 0C: an inbox seed for one counsellor.
    InboxWrap = 0x0C,
    /// 0D: an agency root's seed for one admin.
    RootWrap = 0x0D,
    /// 0E: a seeker's agreement to a handover.
    Consent = 0x0E,
    /// 10: a message.
    Message = 0x10,
    /// 11: how far a member has read.
    ReadMark = 0x11,
    /// 12: one's own title, tags, position of a conversation.
    PrivateLabel = 0x12,
    /// 13: a draft.
    Draft = 0x13,
    /// 14: a record on an own device.
    LocalRecord = 0x14,
    /// 15: a value under the server key.
    ServerSeal = 0x15,
    /// 16: a challenge to do some work.
    Work = 0x16,
    /// 17: what somebody is invited to.
    Invitation = 0x17,
}

/// Takes fields from the front of a byte string.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Checks type and suite, the first two bytes of every object.
    pub(crate) fn open(bytes: &'a [u8], object: ObjectType) -> Result<Self, FormatError> {
        let mut reader = Self(bytes);
        if reader.u8()? != object as u8 {
            return Err(FormatError::Type);
        }
        if reader.u8()? != SUITE {
            return Err(FormatError::Suite);
        }
        Ok(reader)
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], FormatError> {
        let (head, rest) = self.0.split_at_checked(len).ok_or(FormatError::Length)?;
        self.0 = rest;
        Ok(head)
    }

    pub(crate) fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.0)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        self.take(N)?.try_into().map_err(|_| FormatError::Length)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, FormatError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(crate) fn u16(&mut self) -> Result<u16, FormatError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, FormatError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, FormatError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    pub(crate) fn digest(&mut self) -> Result<Digest, FormatError> {
        Ok(Digest::from_bytes(self.array()?))
    }

    pub(crate) fn day(&mut self) -> Result<Day, FormatError> {
        Ok(Day(self.u32()?))
    }

    pub(crate) fn minute(&mut self) -> Result<Minute, FormatError> {
        Ok(Minute(self.u64()?))
    }

    pub(crate) fn account(&mut self) -> Result<AccountId, FormatError> {
        Ok(AccountId::from_bytes(self.array()?))
    }

    pub(crate) fn agency(&mut self) -> Result<AgencyId, FormatError> {
        Ok(AgencyId::from_bytes(self.array()?))
    }

    pub(crate) fn association(&mut self) -> Result<AssociationId, FormatError> {
        Ok(AssociationId::from_bytes(self.array()?))
    }

    pub(crate) fn conversation(&mut self) -> Result<ConversationId, FormatError> {
        Ok(ConversationId::from_bytes(self.array()?))
    }

    pub(crate) fn message(&mut self) -> Result<MessageId, FormatError> {
        Ok(MessageId::from_bytes(self.array()?))
    }

    pub(crate) fn verifying_key(&mut self) -> Result<VerifyingKey, FormatError> {
        Ok(VerifyingKey::from_bytes(self.array()?))
    }

    pub(crate) fn kem_key(&mut self) -> Result<KemPublicKey, FormatError> {
        KemPublicKey::from_slice(self.take(KEM_PUBLIC_LEN)?)
    }

    /// A short string: `len 1 | UTF-8`, of at most `limit` bytes and at least one.
    pub(crate) fn text(&mut self, limit: u8) -> Result<String, FormatError> {
        let len = self.u8()?;
        let text = core::str::from_utf8(self.take(len.into())?).map_err(|_| FormatError::Text)?;
        check_text(text, limit)?;
        Ok(text.to_owned())
    }

    /// Everything must have been read.
    pub(crate) fn finish(self) -> Result<(), FormatError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(FormatError::Length)
        }
    }
}

/// Appends fields to a byte string. A fault is kept and reported at the end.
pub struct Writer {
    bytes: Vec<u8>,
    fault: Option<FormatError>,
}

impl Writer {
    pub(crate) fn new(object: ObjectType) -> Self {
        Self {
            bytes: vec![object as u8, SUITE],
            fault: None,
        }
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(crate) fn u8(&mut self, value: u8) -> &mut Self {
        self.put(&[value])
    }

    pub(crate) fn u16(&mut self, value: u16) -> &mut Self {
        self.put(&value.to_be_bytes())
    }

    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.put(&value.to_be_bytes())
    }

    pub(crate) fn u64(&mut self, value: u64) -> &mut Self {
        self.put(&value.to_be_bytes())
    }

    /// The length of a list in one byte.
    pub(crate) fn count8(&mut self, len: usize) -> &mut Self {
        match u8::try_from(len) {
            Ok(len) => self.u8(len),
            Err(_) => self.fail(FormatError::List),
        }
    }

    /// The length of a list in two bytes.
    pub(crate) fn count16(&mut self, len: usize) -> &mut Self {
        match u16::try_from(len) {
            Ok(len) => self.u16(len),
            Err(_) => self.fail(FormatError::List),
        }
    }

    /// A short string, see [`Reader::text`].
    pub(crate) fn text(&mut self, text: &str, limit: u8) -> &mut Self {
        match (check_text(text, limit), u8::try_from(text.len())) {
            (Ok(()), Ok(len)) => self.u8(len).put(text.as_bytes()),
            _ => self.fail(FormatError::Text),
        }
    }

    pub(crate) fn finish(self) -> Result<Vec<u8>, FormatError> {
        match self.fault {
            None => Ok(self.bytes),
            Some(fault) => Err(fault),
        }
    }

    fn fail(&mut self, fault: FormatError) -> &mut Self {
        self.fault.get_or_insert(fault);
        self
    }
}

fn check_text(text: &str, limit: u8) -> Result<(), FormatError> {
    let fits = !text.is_empty() && text.len() <= usize::from(limit);
    if fits && !text.chars().any(is_deceptive) {
        Ok(())
    } else {
        Err(FormatError::Text)
    }
}

/// Characters that are not seen but change what is seen.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        )
}
