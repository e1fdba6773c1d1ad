//! What an admin's vault keeps of the invitations that were made with it: the keys that their codes became.

use base64ct::{Base64Unpadded, Encoding as _};
use crypto::invitation::InvitationKey;
use domain::id::InvitationId;
use domain::invitation::{LASTS, SHOWN};
use domain::time::Timestamp;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::session::Session;
use crate::world::World;

/// Before the id of each.
const PREFIX: &str = "invitation.";

/// Keeps a key, and forgets those of invitations that cannot be open any more.
pub(super) async fn keep<W: World>(
    session: &Session<W>,
    id: InvitationId,
    key: &InvitationKey,
) -> Result<(), Error> {
    let now = session.client().world().now();
    for (name, value) in session.settings_with(PREFIX) {
        let made = value
            .split_once('.')
            .and_then(|(made, _)| made.parse().ok());
        let is_over = |made| now.since(Timestamp(made)) > LASTS + SHOWN;
        if made.is_none_or(is_over) {
            session.remove_setting(&name);
        }
    }
    let text = Zeroizing::new(Base64Unpadded::encode_string(key.expose()));
    session.set_setting(&name_of(id), &format!("{}.{}", now.0, *text));
    crate::vault::save(session).await
}

/// The key of an invitation that was made, or renewed last, with this account.
pub(super) fn find<W: World>(session: &Session<W>, id: InvitationId) -> Option<InvitationKey> {
    let value = Zeroizing::new(session.setting(&name_of(id))?);
    let (_, text) = value.split_once('.')?;
    let bytes = Zeroizing::new(Base64Unpadded::decode_vec(text).ok()?);
    Some(InvitationKey::from_bytes(bytes.as_slice().try_into().ok()?))
}

/// Forgets it: what was taken up once is not taken up again, whatever a server shows.
pub(super) async fn forget<W: World>(session: &Session<W>, id: InvitationId) -> Result<(), Error> {
    session.remove_setting(&name_of(id));
    crate::vault::save(session).await
}

fn name_of(id: InvitationId) -> String {
    [PREFIX, &id.to_hex()].concat()
}
