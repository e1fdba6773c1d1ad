//! What waits at an agency, and accepting it.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::conversation::{AddressedWrap, StoredMessage};
use crate::id::{AccountId, AgencyId, ConversationId};
use crate::time::Timestamp;
use crate::topic::TopicId;

/// Asks for all that waits at agencies where the asker has the inbox role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListInbox {}

/// An enquiry that nobody has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingEnquiry {
    /// Its conversation.
    pub conversation: ConversationId,
    /// At which agency.
    pub agency: AgencyId,
    /// About what.
    pub topic: TopicId,
    /// The counsellor wished for.
    pub wish: Option<AccountId>,
    /// When it arrived.
    pub received: Timestamp,
    /// Epoch record 0 (type 0A).
    pub epoch: Blob,
    /// The inbox's epoch wrap (type 0B) of the first key.
    pub wrap: Blob,
    /// The seeker's identity record (type 01).
    pub seeker: Blob,
    /// Its messages.
    pub messages: Vec<StoredMessage>,
}

/// Takes an enquiry: one wins, the other is told who ([`crate::Refusal::AlreadyAccepted`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptEnquiry {
    /// Which.
    pub conversation: ConversationId,
    /// Epoch record 1 (type 0A).
    pub epoch: Blob,
    /// Epoch wraps (type 0B): the new key and the first one, for every member of epoch 1.
    pub wraps: Vec<AddressedWrap>,
}
