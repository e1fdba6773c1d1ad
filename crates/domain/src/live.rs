//! The live channel: what a connection says and hears. Frames are CBOR, at most 64 KiB.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::conversation::{MemberMark, State, StoredMessage};
use crate::id::{AccountId, AgencyId, ConversationId};

/// Largest frame, in bytes.
pub const FRAME_MAX: usize = 64 * 1024;

/// From the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToServer {
    /// The first frame: everything after this place is wanted.
    Resume {
        /// The last `seq` seen; `None` for "from now on".
        after: Option<u64>,
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
    /// Connected; what was missed follows.
    Hello {
        /// The newest `seq` of this recipient.
        seq: u64,
    },
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
    /// A member has read on; perhaps oneself, in another tab.
    Mark {
        /// In which conversation.
        conversation: ConversationId,
        /// Who, and how far.
        mark: MemberMark,
    },
}
