//! Invitations: how somebody comes to work here, without the server being able to take their place (crypto.md 3.9).
//!
//! The link holds only an id; six words are told by telephone. What the words authenticate, the offer and the answer,
//! passes through the server and cannot be made by it.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::account::Confirmation;
use crate::agency::Roles;
use crate::id::{AccountId, AgencyId, AssociationId, InvitationId};
use crate::time::{HOUR, Timestamp};

/// How many may answer an invitation before it is dead: only one of them knows the code.
pub const TRIES: u32 = 3;

/// How long an invitation can be answered, in milliseconds.
pub const LASTS: i64 = 72 * HOUR;

/// How long an invitation that nobody can answer any more is still shown, in milliseconds.
pub const SHOWN: i64 = 30 * 24 * HOUR;

/// The most invitations in one request.
pub const AT_ONCE: usize = 200;

/// Where somebody is to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    /// As an admin of an association.
    Association(AssociationId),
    /// At an agency.
    Agency(AgencyId),
}

/// An invitation to be stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewInvitation {
    /// Chosen at random by the admin's client: the salt of the code's stretch.
    pub id: InvitationId,
    /// Where.
    pub post: Post,
    /// What the person is to be there.
    pub roles: Roles,
    /// The name to be listed, ≤ 48 bytes.
    pub name: String,
    /// The account whose keys are lost, if it is about that one.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// Offer (type 17). Without one the invitation is prepared: nobody can answer it until
    /// [`RenewInvitation`] brings one.
    #[serde(default)]
    pub offer: Option<Blob>,
}

/// Admins: stores invitations, all or none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateInvitations {
    /// Who sits here; not asked again within five minutes ([`crate::Refusal::ConfirmationNeeded`]).
    #[serde(default)]
    pub confirmation: Option<Confirmation>,
    /// At most [`AT_ONCE`].
    pub invitations: Vec<NewInvitation>,
}

/// Admins: puts an invitation under a new code. Who answered under the code before is forgotten, the 72 hours and the
/// tries begin anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenewInvitation {
    /// As in [`CreateInvitations`].
    #[serde(default)]
    pub confirmation: Option<Confirmation>,
    /// Which.
    pub id: InvitationId,
    /// Offer (type 17) under the new code.
    pub offer: Blob,
}

/// Admins: takes an invitation back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeInvitation {
    /// Which.
    pub id: InvitationId,
}

/// Admins: asks for the open invitations of a place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListInvitations {
    /// Of which.
    pub post: Post,
}

/// An invitation that is open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenInvitation {
    /// Which.
    pub id: InvitationId,
    /// What the person is to be there.
    pub roles: Roles,
    /// The name to be listed.
    pub name: String,
    /// The account whose keys are lost, if it is about that one.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// Offer (type 17); none while it is prepared. Who has the key believes it, not what stands beside.
    #[serde(default)]
    pub offer: Option<Blob>,
    /// Until when it can be answered; none while it is prepared.
    #[serde(default)]
    pub expires: Option<Timestamp>,
    /// How many may still answer.
    pub tries: u32,
    /// Who answered. The server cannot tell which of them knows the code.
    #[serde(default)]
    pub answers: Vec<Answered>,
}

/// Somebody answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answered {
    /// Identity record (type 01).
    pub identity: Blob,
    /// HMAC over it under the code, 32 bytes.
    pub answer: Blob,
}

/// Anybody with a link: asks what it leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LookAtInvitation {
    /// Which.
    pub id: InvitationId,
}

/// What a link leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invited {
    /// Offer (type 17); none for the operator's own invitation, which asks no code: its person is certified by the
    /// platform's root.
    #[serde(default)]
    pub offer: Option<Blob>,
}

/// The invitation with which a registration of staff comes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accepting {
    /// Which.
    pub id: InvitationId,
    /// HMAC over the identity record under the code, 32 bytes; empty for the operator's own invitation.
    #[serde(default)]
    pub answer: Blob,
}
