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
    /// At which agency it waits.
    pub agency: AgencyId,
    /// About what.
    pub topic: TopicId,
    /// The counsellor wished for.
    pub wish: Option<AccountId>,
    /// When it arrived.
    pub received: Timestamp,
    /// Epoch records (type 0A), from 0 on; more than one if it was given back or handed over.
    pub epochs: Vec<Blob>,
    /// The inbox's epoch wraps (type 0B).
    pub wraps: Vec<Blob>,
    /// Identity records (type 01) of all account members of all epochs.
    pub identities: Vec<Blob>,
    /// The seeker's consent statements (type 0E) that the epochs name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Blob>,
    /// Its first messages, and the last ones if it waits again.
    pub messages: Vec<StoredMessage>,
    /// For whom it is meant, by whom: a wish of the agency's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assigned>,
}

/// Who is to take an enquiry, and who says so. Nobody else is kept from taking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// For whom.
    pub to: AccountId,
    /// By whom.
    pub by: AccountId,
}

/// Says who of an agency is to take what waits there; nobody takes the wish back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssignEnquiry {
    /// Which.
    pub conversation: ConversationId,
    /// For whom: somebody who may accept there.
    pub to: Option<AccountId>,
}

/// Takes an enquiry: one wins, the other is told who ([`crate::Refusal::AlreadyAccepted`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptEnquiry {
    /// Which.
    pub conversation: ConversationId,
    /// Epoch record (type 0A) with reason *accept*.
    pub epoch: Blob,
    /// Epoch wraps (type 0B): the new key for every member, and for those who are new the keys that
    /// the inbox has.
    pub wraps: Vec<AddressedWrap>,
}
