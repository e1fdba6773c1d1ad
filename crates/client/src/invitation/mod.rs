//! Invitations: how somebody comes to work here (crypto.md 3.9). Staff only.
//!
//! An admin's client makes six words and a link. The words are told by telephone; the link, and everything that the
//! server is given, is worth nothing without them. They authenticate both ways: the offer to who is invited, and the
//! identity of who answers to the admin's client, which lists it.

mod admitting;
mod answering;
mod keys;
mod making;

pub use admitting::admit;
pub use answering::{Looked, Welcome, look, open, register};
pub use making::{Invitation, Made, NewInvitee, Standing, invite, list, renew, revoke};

use crypto::invitation::{CODE_WORDS, InvitationCode, InvitationKey};
use domain::Blob;
use domain::id::InvitationId;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::form::{from_cbor, to_cbor};
use crate::world::World;

/// The words of a code, as numbers.
pub type InvitationWords = [u16; CODE_WORDS];

/// What only the staff's worker is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum StaffJob {
    /// Stretches a code; about 0.2 s of Argon2id.
    StretchInvitation {
        /// The words' numbers, two bytes each.
        words: Blob,
        /// For this invitation.
        invitation: InvitationId,
    },
}

/// Has a code stretched by the worker.
async fn stretch<W: World>(
    world: &W,
    code: &InvitationCode,
    invitation: InvitationId,
) -> Result<InvitationKey, Error> {
    let words: Vec<u8> = code
        .words()
        .iter()
        .flat_map(|word| word.to_be_bytes())
        .collect();
    let job = StaffJob::StretchInvitation {
        words: Blob(words),
        invitation,
    };
    let answer = Zeroizing::new(world.work(to_cbor(&job)?).await?);
    let key: Blob = from_cbor(&answer)?;
    let key = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| Error::Worker)?;
    Ok(InvitationKey::from_bytes(key))
}
