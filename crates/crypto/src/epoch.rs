//! 0A: who belongs to a conversation's epoch; and the epoch's key.

use domain::id::{AccountId, AgencyId, ConversationId, PlatformId};
use subtle::ConstantTimeEq as _;

pub use domain::conversation::MemberId;

use crate::codec::{ObjectType, Reader, Writer};
use crate::derive::derive;
use crate::digest::Digest;
use crate::error::{FormatError, OpenError, VerifyError};
use crate::identity::Identity;
use crate::secret::{Secret, secret_key};
use crate::signature::SigningKey;
use crate::signed::{Layout, Signed, Unverified};

/// The most members of an epoch.
pub const MEMBERS_LIMIT: usize = 200;

/// An epoch of a conversation: who reads and writes under one key, and why it began.
///
/// Whether a record may *follow* another is `client`'s to judge; the form alone is judged here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochRecord {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Counts its epochs, from 0.
    pub epoch: u32,
    /// Digest of the record before; zero exactly in epoch 0.
    pub prev_hash: Digest,
    /// [`EpochKey::derive_commit`] of the epoch's key.
    pub commit: Digest,
    /// The agency.
    pub agency: AgencyId,
    /// Digest of the manifest that lists the staff of this epoch.
    pub manifest_hash: Digest,
    /// Digest of the consent statement for who is new; zero where none is needed.
    pub consent_hash: Digest,
    /// The author's place in `members`.
    pub author_slot: u16,
    /// Why the epoch began.
    pub reason: Reason,
    /// The members; the place is the *slot* by which messages name their sender.
    pub members: Vec<Member>,
}

/// A member of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// A person or an inbox.
    pub id: MemberId,
    /// Digest of the person's identity record; zero exactly for an inbox.
    pub identity_hash: Digest,
    /// What the member does here.
    pub role: MemberRole,
    /// The first epoch that the member may read.
    pub history_from: u32,
}

/// What a member does in an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MemberRole {
    /// Seeks advice.
    Seeker = 1,
    /// An agency's inbox, until somebody accepts.
    Inbox = 2,
    /// Counsels.
    Counsellor = 3,
    /// Counsels too.
    CoCounsellor = 4,
    /// Stands in, as the seeker was told.
    Deputy = 5,
    /// Reads along, visibly: team, supervisor.
    Reader = 6,
    /// Moderates a group.
    Moderator = 7,
    /// Takes part in a group.
    Participant = 8,
}

/// Why an epoch began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// The first message.
    Enquiry = 1,
    /// A counsellor took it.
    Accept = 2,
    /// Time for a new key.
    Rotate = 3,
    /// Somebody came.
    Join = 4,
    /// Somebody went.
    Leave = 5,
    /// Somebody has a new identity.
    KeyChange = 6,
    /// To another person or agency, with consent.
    Handover = 7,
    /// Back to the agency's inbox.
    Return = 8,
}

impl EpochRecord {
    /// The member in a slot.
    pub fn member(&self, slot: u16) -> Option<&Member> {
        self.members.get(usize::from(slot))
    }

    /// Slot and listing of a member.
    pub fn find(&self, id: &MemberId) -> Option<(u16, &Member)> {
        self.members
            .iter()
            .zip(0..)
            .find_map(|(member, slot)| (member.id == *id).then_some((slot, member)))
    }

    /// The author's listing.
    pub fn author(&self) -> Option<&Member> {
        self.member(self.author_slot)
    }

    /// The seeker's listing; staff containers and groups have none.
    pub fn seeker(&self) -> Option<&Member> {
        self.members
            .iter()
            .find(|member| member.role == MemberRole::Seeker)
    }

    /// Whether an inbox is a member: somebody may still accept.
    pub fn has_inbox(&self) -> bool {
        self.inbox().is_some()
    }

    /// The inbox from which somebody may accept, and its listing.
    pub fn inbox(&self) -> Option<(AgencyId, &Member)> {
        self.members.iter().find_map(|member| match member.id {
            MemberId::Inbox(agency) => Some((agency, member)),
            MemberId::Account(_) => None,
        })
    }
}

impl Unverified<EpochRecord> {
    /// The conversation that it says it is about.
    pub fn claimed_conversation(&self) -> ConversationId {
        self.claims().conversation
    }

    /// The number that it says it has.
    pub fn claimed_epoch(&self) -> u32 {
        self.claims().epoch
    }

    /// The accounts that it says are members.
    pub fn claimed_accounts(&self) -> impl Iterator<Item = AccountId> {
        let members = self.claims().members.iter();
        members.filter_map(|member| match member.id {
            MemberId::Account(account) => Some(account),
            MemberId::Inbox(_) => None,
        })
    }

    /// The reason that it names.
    pub fn claimed_reason(&self) -> Reason {
        self.claims().reason
    }

    /// The agency that it names.
    pub fn claimed_agency(&self) -> AgencyId {
        self.claims().agency
    }

    /// The digest of the consent statement that it names; zero for none.
    pub fn claimed_consent(&self) -> Digest {
        self.claims().consent_hash
    }

    /// The digest of the manifest that it names.
    pub fn claimed_manifest(&self) -> Digest {
        self.claims().manifest_hash
    }

    /// The account that it says has made it, to find that account's identity record.
    pub fn claimed_author(&self) -> Option<AccountId> {
        match self.claims().author()?.id {
            MemberId::Account(account) => Some(account),
            MemberId::Inbox(_) => None,
        }
    }

    /// The identity hash that it names for its author. After a key change, and only then, the
    /// record is signed by the author's *old* identity, which has another hash.
    pub fn claimed_author_identity(&self) -> Option<Digest> {
        self.claims().author().map(|author| author.identity_hash)
    }

    /// Checks that `author` is the member in the author's slot and signed it.
    ///
    /// With reason *key change* the signer is the same account under its old identity: that the
    /// old one is the previous record's, the caller checks with the other rules of acceptance.
    ///
    /// # Errors
    /// [`VerifyError::Mismatch`] for another author, [`VerifyError::Signature`].
    pub fn verify(
        self,
        platform: &PlatformId,
        author: &Signed<Identity>,
    ) -> Result<Signed<EpochRecord>, VerifyError> {
        let record = self.claims();
        let fits = record.author().is_some_and(|member| {
            member.id == MemberId::Account(author.account)
                && (member.identity_hash == author.digest() || record.reason == Reason::KeyChange)
        });
        if !fits {
            return Err(VerifyError::Mismatch);
        }
        self.verify_signature(platform, &author.sig_key)
    }
}

secret_key! {
    /// `CK_e`: an epoch's key.
    EpochKey
}

impl EpochKey {
    /// The commitment that the epoch's signed record carries.
    ///
    /// # Errors
    /// None with today's library.
    pub fn derive_commit(
        &self,
        conversation: &ConversationId,
        epoch: u32,
    ) -> Result<Digest, OpenError> {
        let commit = self.derive("ck/commit", conversation, epoch)?;
        Ok(Digest::from_bytes(*commit.expose()))
    }

    /// Whether `record` commits to this key.
    pub fn fits(&self, record: &EpochRecord) -> bool {
        self.derive_commit(&record.conversation, record.epoch)
            .is_ok_and(|commit| commit.as_bytes().ct_eq(record.commit.as_bytes()).into())
    }

    pub(crate) fn derive_message_key(
        &self,
        conversation: &ConversationId,
        epoch: u32,
    ) -> Result<Secret<32>, OpenError> {
        self.derive("ck/msg", conversation, epoch)
    }

    pub(crate) fn derive_mark_key(
        &self,
        conversation: &ConversationId,
        epoch: u32,
    ) -> Result<Secret<32>, OpenError> {
        self.derive("ck/mark", conversation, epoch)
    }

    fn derive(
        &self,
        name: &str,
        conversation: &ConversationId,
        epoch: u32,
    ) -> Result<Secret<32>, OpenError> {
        let context: [&[u8]; 2] = [conversation.as_bytes(), &epoch.to_be_bytes()];
        derive(self.expose(), name, &context)
    }
}

impl Signed<EpochRecord> {
    /// Signs a record; `commit` is filled in from the key.
    ///
    /// # Errors
    /// [`FormatError`] if the record has no encoding.
    pub fn author(
        mut record: EpochRecord,
        key: &EpochKey,
        platform: &PlatformId,
        author: &SigningKey,
    ) -> Result<Self, FormatError> {
        record.commit = key
            .derive_commit(&record.conversation, record.epoch)
            .map_err(|_| FormatError::Value)?;
        Self::sign(record, platform, author)
    }
}

impl Layout for EpochRecord {
    const OBJECT: ObjectType = ObjectType::EpochRecord;
    const NAME: &'static str = "epoch";

    fn write(&self, to: &mut Writer) {
        to.put(self.conversation.as_bytes())
            .u32(self.epoch)
            .put(self.prev_hash.as_bytes())
            .put(self.commit.as_bytes())
            .put(self.agency.as_bytes())
            .put(self.manifest_hash.as_bytes())
            .put(self.consent_hash.as_bytes())
            .u16(self.author_slot)
            .u8(self.reason as u8)
            .count16(self.members.len());
        for member in &self.members {
            match &member.id {
                MemberId::Account(account) => to.u8(1).put(account.as_bytes()),
                MemberId::Inbox(agency) => to.u8(2).put(agency.as_bytes()),
            };
            to.put(member.identity_hash.as_bytes())
                .u8(member.role as u8)
                .u32(member.history_from);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let record = Self {
            conversation: from.conversation()?,
            epoch: from.u32()?,
            prev_hash: from.digest()?,
            commit: from.digest()?,
            agency: from.agency()?,
            manifest_hash: from.digest()?,
            consent_hash: from.digest()?,
            author_slot: from.u16()?,
            reason: Reason::read(from.u8()?)?,
            members: (0..from.u16()?)
                .map(|_| Member::read(from))
                .collect::<Result<_, _>>()?,
        };
        record.check()?;
        Ok(record)
    }
}

impl EpochRecord {
    fn check(&self) -> Result<(), FormatError> {
        if self.members.len() > MEMBERS_LIMIT {
            return Err(FormatError::List);
        }
        let mut ids: Vec<_> = self.members.iter().map(|member| member.id).collect();
        ids.sort_unstable();
        if !ids.is_sorted_by(|a, b| a < b) {
            return Err(FormatError::List);
        }
        let written_by_a_person = self
            .author()
            .is_some_and(|author| matches!(author.id, MemberId::Account(_)));
        let first_is_first = (self.epoch == 0) == self.prev_hash.is_zero();
        let no_future = self
            .members
            .iter()
            .all(|member| member.history_from <= self.epoch);
        if written_by_a_person && first_is_first && no_future {
            Ok(())
        } else {
            Err(FormatError::Value)
        }
    }
}

impl Member {
    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let id = match from.u8()? {
            1 => MemberId::Account(from.account()?),
            2 => MemberId::Inbox(from.agency()?),
            _ => return Err(FormatError::Value),
        };
        let member = Self {
            id,
            identity_hash: from.digest()?,
            role: MemberRole::read(from.u8()?)?,
            history_from: from.u32()?,
        };
        let is_inbox = matches!(id, MemberId::Inbox(_));
        let role_fits = (member.role == MemberRole::Inbox) == is_inbox;
        if role_fits && member.identity_hash.is_zero() == is_inbox {
            Ok(member)
        } else {
            Err(FormatError::Value)
        }
    }
}

impl MemberRole {
    /// The role that is written as this byte.
    ///
    /// # Errors
    /// [`FormatError::Value`] for another byte.
    pub fn read(byte: u8) -> Result<Self, FormatError> {
        Ok(match byte {
            1 => Self::Seeker,
            2 => Self::Inbox,
            3 => Self::Counsellor,
            4 => Self::CoCounsellor,
            5 => Self::Deputy,
            6 => Self::Reader,
            7 => Self::Moderator,
            8 => Self::Participant,
            _ => return Err(FormatError::Value),
        })
    }
}

impl Reason {
    fn read(byte: u8) -> Result<Self, FormatError> {
        Ok(match byte {
            1 => Self::Enquiry,
            2 => Self::Accept,
            3 => Self::Rotate,
            4 => Self::Join,
            5 => Self::Leave,
            6 => Self::KeyChange,
            7 => Self::Handover,
            8 => Self::Return,
            _ => return Err(FormatError::Value),
        })
    }
}
