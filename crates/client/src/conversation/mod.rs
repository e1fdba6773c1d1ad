//! Conversations: verified epochs, opened messages, and what views show of them.

pub(crate) mod about;
pub(crate) mod amend;
pub(crate) mod case;
pub(crate) mod chains;
pub(crate) mod epochs;
pub(crate) mod sealing;

pub use chains::{Alert, Fault};
pub use crypto::consent::ConsentTo;
pub use crypto::epoch::{MemberRole as Role, Reason};
use domain::Refusal;
use domain::conversation::{EDIT_TIME, State};
use domain::enquiry::EnquiryFields;
use domain::id::{AccountId, AgencyId, ConversationId, MessageId};
use domain::time::{Day, Timestamp};
use domain::topic::TopicId;

use crate::error::Untrusted;

/// The most bytes (UTF-8) of a message's text.
pub const TEXT_MAX: usize = crypto::message::BODY_LIMIT;

/// A member of a conversation's newest epoch. Staff's names are the manifest's; the seeker's is
/// the pseudonym that the seeker chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub account: AccountId,
    /// The name to show; empty for a seeker who gave none.
    pub name: String,
    /// What the person does here.
    pub role: Role,
    /// Whether it is oneself.
    pub own: bool,
}

/// Somebody who can read a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub person: Person,
    /// When the first message was written that they could read; none before there is one.
    pub since: Option<Timestamp>,
    /// Whether from the first message on.
    pub whole: bool,
    /// The words to compare: their numbers.
    pub words: [u16; 8],
    /// Whether one has compared them.
    pub compared: Compared,
}

/// Whether somebody's words were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// No.
    No,
    /// Yes, and they are the same.
    Yes,
    /// Yes, and they are others now.
    Changed,
}

/// What two people can compare to know that they were shown the same platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The number of the newest directory that was seen.
    pub seq: u64,
    /// Its digest.
    pub digest: [u8; 32],
    /// Its day.
    pub day: Day,
    /// The words of the agency, as on its flyer: their numbers.
    pub words: [u16; 8],
    /// The agency's name.
    pub agency: String,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Which.
    pub conversation: ConversationId,
    /// At which agency.
    pub agency: AgencyId,
    /// The agency's verified name; empty if it could not be verified.
    pub agency_name: String,
    /// About what.
    pub topic: TopicId,
    /// Where it stands.
    pub state: State,
    /// For a seeker: who counsels, or empty while waiting. For staff: the seeker's pseudonym.
    pub other: String,
    /// The beginning of the newest text; `None` if there is none or it does not open.
    pub preview: Option<String>,
    /// Whether the newest message was taken back.
    pub deleted: bool,
    /// Whether the newest message is one's own.
    pub newest_own: bool,
    /// When the newest message arrived.
    pub newest: Timestamp,
    /// When the enquiry arrived.
    pub created: Timestamp,
    /// Messages of others after the one read last.
    pub unread: u32,
    /// Messages of one's own that wait to be sent.
    pub being_sent: usize,
    /// Why it "could not be verified", if so: then nothing can be sent.
    pub untrusted: Option<Untrusted>,
    /// The day on which it is deleted if nobody writes any more; none while it is not put away.
    pub kept_until: Option<Day>,
}

/// A conversation to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// As in the list.
    pub summary: Summary,
    /// The members of the newest epoch.
    pub members: Vec<Person>,
    /// What was asked at the enquiry.
    pub fields: Option<EnquiryFields>,
    /// The messages, oldest first; then those that wait to be sent.
    pub items: Vec<Item>,
    /// Who is writing right now, by name; empty for a seeker who gave none.
    pub typing: Option<String>,
    /// The last of one's own messages that the other side has read, and when.
    pub read: Option<(MessageId, Timestamp)>,
    /// What is being written.
    pub draft: Draft,
    /// The first message that is new since the last visit.
    pub first_unread: Option<MessageId>,
    /// What is wrong with the order or completeness of messages, by position.
    pub alerts: Vec<Alert>,
    /// Whether one can write now.
    pub can_write: bool,
    /// Members whom one has compared and who are others now: nothing is sent until one has compared
    /// again.
    pub changed: Vec<AccountId>,
    /// The question whether somebody may join, and how it stands.
    pub asked: Option<Asked>,
    /// Whether nobody who counsels is left, by the agency's newest list that is known here.
    pub is_alone: bool,
    /// Who came and who went, and why; each before the first message after it, by position.
    pub passages: Vec<Passage>,
    /// How many messages are not for oneself: they are of before one came.
    pub closed: u32,
    /// Whether the whole history is there.
    pub complete: bool,
    /// Whether the server says that there are messages, and does not give them.
    pub withheld: bool,
}

/// The question whether somebody may join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who.
    pub to: ConsentTo,
    /// How that is called and who reads there; `None` if it could not be verified (yet).
    pub target: Option<Target>,
    /// What the seeker said.
    pub answer: Answer,
    /// When it was asked.
    pub asked: Timestamp,
    /// Whether there was no answer for two weeks.
    pub is_late: bool,
}

/// Whom a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The verified name of a person, or of an agency.
    pub name: String,
    /// Of an agency: who would be able to read there.
    pub readers: Vec<String>,
}

/// What the seeker said to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    None,
    /// They may join.
    Yes {
        /// And read everything, not only what comes.
        whole: bool,
    },
    /// They may not.
    No,
}

/// Somebody came or went, or has new keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The position of the first message after it; behind all if there is none yet.
    pub position: u32,
    /// What happened.
    pub reason: Reason,
    /// Who did it; empty for oneself and for a seeker without a name.
    pub by: String,
    /// Who is new, by name; of an inbox the agency's.
    pub new: Vec<String>,
    /// Who is gone, by name.
    pub gone: Vec<String>,
}

/// What is being written.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// What stands in the field.
    pub text: String,
    /// Grows whenever `text` became another one than was typed here.
    pub turn: u32,
    /// What was written on another device or in another tab at once; empty if nothing was. Both
    /// are kept until the person has chosen.
    pub elsewhere: String,
    /// Whether the server gave a draft that could not be verified.
    pub unverified: bool,
}

/// Nothing of a draft may reach a log.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draft([redacted])")
    }
}

/// A message to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id, the same from the local echo on.
    pub id: MessageId,
    /// Its place; `None` while it is being sent.
    pub position: Option<u32>,
    /// Who wrote it.
    pub author: Author,
    /// When it was sent, as the author's device says; of a message that does not open, when it
    /// arrived.
    pub time: Timestamp,
    /// What it says.
    pub body: Body,
    /// Where it is; of one that is being changed or taken back, where that is.
    pub delivery: Delivery,
    /// What changed it last, or took it back.
    pub amended: Option<MessageId>,
    /// The message that it answers.
    pub quote: Option<Box<Quote>>,
}

impl Item {
    /// Whether it can be answered with a quote.
    #[must_use]
    pub fn can_be_quoted(&self) -> bool {
        self.position.is_some() && matches!(self.body, Body::Text(_))
    }

    /// Whether one can take it back.
    #[must_use]
    pub fn can_be_deleted(&self) -> bool {
        self.can_be_quoted() && self.author == Author::Own && self.delivery == Delivery::Sent
    }

    /// Whether one can still change it.
    #[must_use]
    pub fn can_be_edited(&self, now: Timestamp) -> bool {
        self.can_be_deleted() && now.since(self.time) < EDIT_TIME
    }
}

/// A message that is answered, as it is here: an answer carries no copy of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Which.
    pub of: MessageId,
    /// Who wrote it.
    pub author: Author,
    /// The beginning of its text; [`Body::Deleted`], or [`Body::Unverified`] if it is not here to
    /// be read.
    pub body: Body,
    /// What changed it last.
    pub amended: Option<MessageId>,
}

/// Who wrote a message, as proved by its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// Oneself.
    Own,
    /// Somebody else.
    Other {
        /// The verified name, or the seeker's pseudonym.
        name: String,
        /// What the person does here.
        role: Role,
    },
    /// Not proved.
    Unknown,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Text.
    Text(String),
    /// The enquiry's fields.
    Enquiry(EnquiryFields),
    /// Its author took it back.
    Deleted,
    /// A kind of message that this version does not know.
    Newer,
    /// It could not be verified; it is shown as exactly that.
    Unverified(Untrusted),
}

/// Where an own message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Kept in this tab, on its way.
    BeingSent,
    /// Durably stored by the server.
    Sent,
    /// Kept in this tab; the server refused it.
    Held(Refusal),
}
