//! The live channel: what a connection says and hears. Frames are CBOR, at most 64 KiB.
//!
//! Where no WebSocket gets through there is a twin, a call that waits: [`WaitLive`]. Both say the
//! same frames in the same order.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::conversation::{MemberMark, State, StoredMessage};
use crate::id::{AccountId, AgencyId, ChannelId, ConversationId};

/// Largest frame, in bytes.
pub const FRAME_MAX: usize = 64 * 1024;

/// How long [`WaitLive`] waits for something to happen, and how often a WebSocket says that it is
/// there, in milliseconds: well below what proxies wait for.
pub const STILL: u32 = 20_000;

/// From the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToServer {
    /// The first frame: everything after this place is wanted.
    Resume {
        /// The last `seq` seen; `None` for "from now on".
        after: Option<u64>,
        /// Whose events; no others are told. A cookie can change hands in another tab.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
        /// Which tab's channel; with it a [`ToClient::Hello`] comes every [`STILL`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
    },
    /// The person is writing here, right now. Passed on to the other members who listen at this
    /// moment, and kept nowhere. Said every few seconds; more often than every two is not passed
    /// on.
    Typing {
        /// In which conversation.
        conversation: ConversationId,
    },
}

/// From the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToClient {
    /// Connected; what was missed follows. Said again while nothing happens, so that a dead
    /// connection can be told from a quiet one.
    Hello {
        /// The newest `seq` of this recipient.
        seq: u64,
    },
    /// As many tabs as may listen do so already. Over a WebSocket the last frame; the twin answers
    /// all the same, but does not wait.
    Crowded,
    /// Something happened.
    Event {
        /// Its place: without gap per recipient, in commit order.
        seq: u64,
        /// What.
        event: Event,
    },
    /// Somebody is writing. No event: it has no place, and is gone after a few seconds.
    Typing {
        /// In which conversation.
        conversation: ConversationId,
        /// Who, as the server says.
        account: AccountId,
    },
    /// The place asked for is too old: fetch afresh, then go on from here.
    Reset {
        /// Where to go on.
        seq: u64,
    },
    /// Something that a later version says: it is passed over. No server says it.
    #[serde(other)]
    Unknown,
}

/// The twin: asks for what happened, and waits for it. The answer is a list of frames and begins
/// with [`ToClient::Hello`] or [`ToClient::Reset`], before which [`ToClient::Crowded`] may stand.
/// Asking does not count as using the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitLive {
    /// Whose events; for others than the asker's: [`crate::Refusal::NotSignedIn`]. A cookie can
    /// change hands in another tab.
    pub account: AccountId,
    /// The last `seq` seen; `None` for "from now on".
    pub after: Option<u64>,
    /// Which tab asks: an older question of the same tab is answered at once.
    pub channel: ChannelId,
    /// Whether to wait until something happens, at most [`STILL`].
    pub wait: bool,
    /// As [`ToServer::Typing`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing: Option<ConversationId>,
}

/// What can happen. Never carries a wrap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A message was stored (the own ones too: the echo's confirmation).
    Message {
        /// Where.
        conversation: ConversationId,
        /// The conversation's state afterwards.
        state: State,
        /// The message.
        stored: StoredMessage,
    },
    /// An enquiry arrived at an agency whose inbox the recipient reads.
    EnquiryArrived {
        /// Its conversation.
        conversation: ConversationId,
        /// Where.
        agency: AgencyId,
    },
    /// An enquiry left the inbox: somebody accepted it.
    EnquiryTaken {
        /// Its conversation.
        conversation: ConversationId,
        /// By whom.
        by: AccountId,
    },
    /// A conversation of the recipient's began or got a new epoch: fetch its row.
    Epoch {
        /// Which.
        conversation: ConversationId,
        /// Its state.
        state: State,
        /// The record (type 0A).
        epoch: Blob,
    },
    /// A conversation was put away or brought back.
    State {
        /// Which.
        conversation: ConversationId,
        /// Its state.
        state: State,
    },
    /// The recipient's own label changed, perhaps in another tab.
    Label {
        /// Of which conversation.
        conversation: ConversationId,
        /// Private label (type 12).
        label: Blob,
    },
    /// A conversation was deleted; there is nothing of it any more.
    Gone {
        /// Which.
        conversation: ConversationId,
    },
    /// A member has read on; perhaps oneself, in another tab.
    Mark {
        /// In which conversation.
        conversation: ConversationId,
        /// Who, and how far.
        mark: MemberMark,
    },
    /// Something that a later version knows: its place is passed over. No server tells it.
    #[serde(other)]
    Unknown,
}
