//! 0E: a seeker's agreement to a handover.

use domain::id::{AccountId, AgencyId, ConversationId, PlatformId};
use domain::time::Day;

use crate::codec::{ObjectType, Reader, Writer};
use crate::error::{FormatError, VerifyError};
use crate::identity::Identity;
use crate::signed::{Layout, Signed, Unverified};

/// Bytes of a consent statement.
pub const CONSENT_LEN: usize = 111;

/// That somebody may join a conversation and read the named epochs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Who may join.
    pub to: ConsentTo,
    /// The first epoch that may be read.
    pub epoch_from: u32,
    /// The last one.
    pub epoch_to: u32,
    /// The last day on which it may be used; at most 30 days ahead.
    pub expires: Day,
}

/// To whom a conversation may be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentTo {
    /// One person, listed by the same agency.
    Account(AccountId),
    /// Another agency.
    Agency(AgencyId),
}

impl Unverified<Consent> {
    /// The conversation that it says it is about.
    pub fn claimed_conversation(&self) -> ConversationId {
        self.claims().conversation
    }

    /// Checks that `seeker` signed it for this conversation. That this is the conversation's
    /// seeker, its epoch record says.
    ///
    /// # Errors
    /// [`VerifyError::Mismatch`] for another conversation, [`VerifyError::Signature`].
    pub fn verify(
        self,
        platform: &PlatformId,
        conversation: &ConversationId,
        seeker: &Signed<Identity>,
    ) -> Result<Signed<Consent>, VerifyError> {
        if self.claims().conversation != *conversation {
            return Err(VerifyError::Mismatch);
        }
        self.verify_signature(platform, &seeker.sig_key)
    }
}

impl Layout for Consent {
    const OBJECT: ObjectType = ObjectType::Consent;
    const NAME: &'static str = "consent";

    fn write(&self, to: &mut Writer) {
        to.put(self.conversation.as_bytes());
        match &self.to {
            ConsentTo::Account(account) => to.u8(1).put(account.as_bytes()),
            ConsentTo::Agency(agency) => to.u8(2).put(agency.as_bytes()),
        };
        to.u32(self.epoch_from)
            .u32(self.epoch_to)
            .u32(self.expires.0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let conversation = from.conversation()?;
        let to = match from.u8()? {
            1 => ConsentTo::Account(from.account()?),
            2 => ConsentTo::Agency(from.agency()?),
            _ => return Err(FormatError::Value),
        };
        let epoch_from = from.u32()?;
        let epoch_to = from.u32()?;
        if epoch_from > epoch_to {
            return Err(FormatError::Value);
        }
        Ok(Self {
            conversation,
            to,
            epoch_from,
            epoch_to,
            expires: from.day()?,
        })
    }
}
