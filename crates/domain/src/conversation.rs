//! Conversations: states, messages, history.

use serde::{Deserialize, Serialize};

use crate::account::Confirmation;
use crate::id::{AccountId, AgencyId, ConversationId, MessageId};
use crate::time::{DAY, Day, MINUTE, Timestamp};
use crate::topic::TopicId;
use crate::{Blob, Refusal};

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody has taken it yet.
    Waiting,
    /// Somebody counsels.
    Active,
    /// Put away; a message from either side brings it back.
    Archived,
}

/// What can happen to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A counsellor takes it.
    Accept,
    /// Somebody writes.
    Write,
    /// Somebody changes or takes back what they wrote: no news.
    Amend,
    /// A counsellor puts it away.
    Archive,
    /// A counsellor brings it back without writing.
    Reopen,
    /// It goes to an agency's inbox: given back, or handed over to another agency.
    Return,
}

impl State {
    /// The state after `command`.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] where the rules do not allow it.
    pub const fn after(self, command: Command) -> Result<Self, Refusal> {
        match (self, command) {
            (Self::Waiting, Command::Accept) => Ok(Self::Active),
            (Self::Waiting, Command::Write) => Ok(Self::Waiting),
            (Self::Active | Self::Archived, Command::Write) => Ok(Self::Active),
            (Self::Active, Command::Archive) => Ok(Self::Archived),
            (Self::Archived, Command::Reopen) => Ok(Self::Active),
            (Self::Active | Self::Archived, Command::Return) => Ok(Self::Waiting),
            (_, Command::Amend) => Ok(self),
            _ => Err(Refusal::WrongState),
        }
    }
}

/// The most messages under one key (crypto.md 3.7).
pub const EPOCH_MESSAGES: u32 = 500;
/// How long one key is used, in milliseconds: 90 days (crypto.md 3.7).
pub const EPOCH_TIME: i64 = 90 * DAY;

/// Whether an epoch that holds so many messages and began then is over: nothing more is written
/// in it, and who writes next begins another one.
#[must_use]
pub fn epoch_is_over(messages: u32, began: Timestamp, now: Timestamp) -> bool {
    messages >= EPOCH_MESSAGES || now >= began.plus(EPOCH_TIME)
}

/// How many days a conversation is kept after it was put away, if its agency does not say less.
pub const RETENTION_DAYS: u16 = 90;

/// The days that count for an agency whose manifest says `days`; 0 says nothing.
#[must_use]
pub const fn retention(days: u16) -> u16 {
    match days {
        1..RETENTION_DAYS => days,
        _ => RETENTION_DAYS,
    }
}

/// A member of an epoch: a person's account, or an agency's inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemberId {
    /// A person.
    Account(AccountId),
    /// An agency's inbox.
    Inbox(AgencyId),
}

/// An epoch wrap (type 0B) and whom it is for; epoch and conversation stand inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressedWrap {
    /// For whom.
    pub to: MemberId,
    /// The wrap.
    pub wrap: Blob,
}

/// A message as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMessage {
    /// Its place in the conversation, counted from 1 without gap.
    pub position: u32,
    /// When it arrived; rounded to the hour after a day.
    pub received: Timestamp,
    /// Message (type 10), or the 32 bytes of its SHA-256 once its author has taken it back.
    pub message: Blob,
}

/// Bytes of what stays of a message that was taken back: its SHA-256.
pub const TOMBSTONE_LEN: usize = 32;

impl StoredMessage {
    /// Whether its author has taken it back, as the server says. What proves it is a message of
    /// content type 3.
    #[must_use]
    pub fn is_tombstone(&self) -> bool {
        self.message.as_slice().len() == TOMBSTONE_LEN
    }
}

/// How long an own message can be changed, in milliseconds: its author's program asks no longer.
pub const EDIT_TIME: i64 = 15 * MINUTE;
/// How long after a message a change of it is believed, by its author's clock; by the server's twice
/// that. More than [`EDIT_TIME`]: a change may have waited for a connection.
pub const EDIT_LATEST: i64 = DAY;
/// The most changes of one message that its author's program makes.
pub const EDITS_MAX: usize = 40;

/// Asks for the own conversations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListConversations {}

/// Asks for one of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadConversation {
    /// Which.
    pub conversation: ConversationId,
}

/// A conversation of the asker's, without its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRow {
    /// Which.
    pub conversation: ConversationId,
    /// At which agency.
    pub agency: AgencyId,
    /// About what.
    pub topic: TopicId,
    /// Where it stands.
    pub state: State,
    /// When the enquiry arrived.
    pub created: Timestamp,
    /// Epoch records (type 0A), from 0 on.
    pub epochs: Vec<Blob>,
    /// The asker's epoch wraps (type 0B).
    pub wraps: Vec<Blob>,
    /// Identity records (type 01) of all account members of all epochs.
    pub identities: Vec<Blob>,
    /// The opening messages of the seeker (fields and text): the list shows the pseudonym.
    pub opening: Vec<StoredMessage>,
    /// The newest message.
    pub newest: Option<StoredMessage>,
    /// How many messages there are; the newest has this position.
    pub count: u32,
    /// The asker's private label (type 12).
    pub label: Option<Blob>,
    /// How far members have read, by rising account.
    #[serde(default)]
    pub marks: Vec<MemberMark>,
    /// The day on which it was put away, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Day>,
    /// The seeker's consent statements (type 0E): those that an epoch names, and one that waits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Blob>,
}

/// How far a member has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberMark {
    /// Who.
    pub account: AccountId,
    /// Read mark (type 11).
    pub mark: Blob,
}

/// Asks for messages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadHistory {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Only those after this position. 0: from the first on.
    #[serde(default)]
    pub after: u32,
    /// At most this many, counted from `after`; the server may give fewer.
    pub limit: u32,
}

/// Messages in order; more follow if `more`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct History {
    /// The messages, by position.
    pub messages: Vec<StoredMessage>,
    /// Whether there are later ones.
    pub more: bool,
}

/// Sends a message. Sending it again with the same message id is answered alike.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendMessage {
    /// Message (type 10); conversation, epoch and sender's slot stand inside.
    pub message: Blob,
    /// Own messages that it takes back, at most [`DELETES_MAX`]: with it their ciphertexts go, and
    /// their hashes stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deletes: Vec<MessageId>,
    /// It brings nothing back that was put away. Said where something is put away, by what
    /// changes a message; whoever takes one back need not say it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub quiet: bool,
}

impl SendMessage {
    /// Sends what is news.
    #[must_use]
    pub const fn new(message: Blob) -> Self {
        Self {
            message,
            deletes: Vec::new(),
            quiet: false,
        }
    }
}

/// The most messages taken back at once: one, and what has changed it.
pub const DELETES_MAX: usize = 64;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The message is durably stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Its place.
    pub position: u32,
    /// When it arrived.
    pub received: Timestamp,
}

/// Begins the next epoch under a new key: with those members who are still listed, and with whom
/// its reason lets in. Asked again with the same record it is answered alike. A seeker who has a new
/// identity enters with it, signed by the one before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RotateEpoch {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Epoch record (type 0A), with reason *rotate*, *leave* if it leaves somebody out, *key
    /// change*, *return* to the inbox, or *handover* with the seeker's consent.
    pub epoch: Blob,
    /// Epoch wraps (type 0B) of the new key, one for each member; and for who is new those of the
    /// epochs that were agreed.
    pub wraps: Vec<AddressedWrap>,
}

/// How long a consent holds, in days.
pub const CONSENT_DAYS: u32 = 30;
/// After how many days without an answer the one who asked is told what can be done.
pub const CONSENT_WAIT_DAYS: i64 = 14;

/// Says that somebody may join: replaces a consent of the same conversation that was not used yet.
/// Only its seeker's to say. Asked again it is answered alike.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveConsent {
    /// Consent statement (type 0E); the conversation stands inside.
    pub consent: Blob,
}

/// Deletes a conversation at once, for everybody. Only its seeker's to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteConversation {
    /// Which.
    pub conversation: ConversationId,
    /// The password, typed just now.
    pub confirmation: Confirmation,
}

/// Puts a conversation away, or brings it back. Asked again it is answered alike.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ArchiveConversation {
    /// Which.
    pub conversation: ConversationId,
    /// `true`: put away.
    pub archived: bool,
    /// How many messages the asker knows: what nobody has read yet is not put away, but refused
    /// with [`Refusal::VersionOutdated`].
    pub count: u32,
}

/// Replaces the own private label if its version is higher than the stored one. Two tabs of one
/// person often say the same at once: whoever is late is given the stored one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveLabel {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Private label (type 12).
    pub label: Blob,
}

/// Whether it was stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LabelSaved {
    /// The stored label (type 12), if another tab or device was faster: nothing was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<Blob>,
}

/// Replaces the own read mark if its version is higher than the stored one; otherwise
/// [`Refusal::VersionOutdated`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveMark {
    /// Read mark (type 11); conversation, epoch and slot stand inside.
    pub mark: Blob,
}

/// Asks for the own draft of a conversation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadDraft {
    /// Of which conversation.
    pub conversation: ConversationId,
}

/// The own draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredDraft {
    /// Draft (type 13); none before the first save.
    pub draft: Option<Blob>,
}

/// Replaces the own draft if its version is exactly one more than the stored one (1 for the
/// first); otherwise [`Refusal::VersionOutdated`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveDraft {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Draft (type 13); an empty one is saved like any other.
    pub draft: Blob,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_may_keep_less_but_never_more() {
        for (said, kept) in [
            (0, 90),
            (1, 1),
            (30, 30),
            (90, 90),
            (91, 90),
            (u16::MAX, 90),
        ] {
            assert_eq!(retention(said), kept);
        }
    }

    #[test]
    fn an_epoch_ends_by_messages_or_by_time() {
        let began = Timestamp(1_000);
        let end = began.plus(EPOCH_TIME);
        assert!(!epoch_is_over(499, began, Timestamp(end.0 - 1)));
        assert!(epoch_is_over(500, began, began));
        assert!(epoch_is_over(0, began, end));
        // A clock that goes wrong ends nothing before its time.
        assert!(!epoch_is_over(0, began, Timestamp(0)));
    }

    #[test]
    fn the_whole_table() {
        use Command::{Accept, Amend, Archive, Reopen, Return, Write};
        use State::{Active, Archived, Waiting};
        let no = Err(Refusal::WrongState);
        for (state, command, after) in [
            (Waiting, Accept, Ok(Active)),
            (Waiting, Write, Ok(Waiting)),
            (Waiting, Archive, no.clone()),
            (Active, Accept, no.clone()),
            (Active, Write, Ok(Active)),
            (Active, Archive, Ok(Archived)),
            (Archived, Accept, no.clone()),
            (Archived, Write, Ok(Active)),
            (Archived, Archive, no.clone()),
            (Waiting, Reopen, no.clone()),
            (Active, Reopen, no),
            (Archived, Reopen, Ok(Active)),
            (Waiting, Return, Err(Refusal::WrongState)),
            (Active, Return, Ok(Waiting)),
            (Archived, Return, Ok(Waiting)),
            (Waiting, Amend, Ok(Waiting)),
            (Active, Amend, Ok(Active)),
            (Archived, Amend, Ok(Archived)),
        ] {
            assert_eq!(state.after(command), after, "{state:?} {command:?}");
        }
    }
}
