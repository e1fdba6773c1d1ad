//! The first message to an agency, until somebody takes it.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::conversation::AddressedWrap;
use crate::id::{AccountId, AgencyId, ConversationId};
use crate::map::Map;
use crate::time::Timestamp;
use crate::topic::TopicId;

/// What is asked beside the text, content type 2: encrypted, for the counsellor only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnquiryFields {
    /// What the seeker wants to be called.
    pub pseudonym: String,
    /// The seeker's postcode, if asked and given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Answers to the topic's own questions: field, then value.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub answers: Answers,
}

/// Answers to the topic's own questions: the question's word, then the answers' words.
pub type Answers = Map<String, Vec<String>>;

impl std::fmt::Debug for EnquiryFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnquiryFields([redacted])")
    }
}

/// Longest pseudonym, in characters.
pub const PSEUDONYM_MAX: usize = 40;

/// Sends an enquiry. Sending it again with the same conversation id is answered alike.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubmitEnquiry {
    /// New, random, made by the client.
    pub conversation: ConversationId,
    /// To whom.
    pub agency: AgencyId,
    /// About what.
    pub topic: TopicId,
    /// The counsellor wished for, from a personal link.
    #[serde(default)]
    pub wish: Option<AccountId>,
    /// Epoch record 0 (type 0A).
    pub epoch: Blob,
    /// Two epoch wraps (type 0B): for the seeker and for the agency's inbox.
    pub wraps: Vec<AddressedWrap>,
    /// Messages (type 10): the fields, then the text.
    pub messages: Vec<Blob>,
    /// Proof of work for [`crate::work::Purpose::Enquiry`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Blob>,
}

/// The enquiry is durably stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnquiryReceipt {
    /// When it arrived.
    pub received: Timestamp,
}
