//! Listing who answered.

use domain::Refusal;
use domain::agency::Roles;

use super::{Invitation, Standing, keys};
use crate::admin::{AgencyRoot, Change, StaffChange, change_manifest};
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::trust::Agency;
use crate::world::World;

/// Lists who answered: signs and publishes the next manifest after `seen`.
///
/// # Errors
/// [`Refusal::InvitationInvalid`] if nobody with the code has answered; or as [`change_manifest`].
pub async fn admit<W: World>(
    session: &Session<W>,
    root: &AgencyRoot,
    seen: &Agency,
    invitation: &Invitation,
) -> Result<(), Error> {
    let Standing::Answered(identity) = &invitation.standing else {
        return Err(Error::Refused(Refusal::InvitationInvalid));
    };
    let before = invitation.account.map(|account| seen.roles(account));
    let change = Change {
        staff: vec![StaffChange::Join {
            identity: identity.clone(),
            // Whoever comes back is what the person was, and nothing more.
            roles: before.unwrap_or(invitation.roles),
            name: invitation.name.clone(),
        }],
        ..Change::default()
    };
    if before.is_some_and(|roles| roles == Roles::default()) {
        return Err(Error::Untrusted(Untrusted::Manifest));
    }
    change_manifest(session, root, seen, &change).await?;
    keys::forget(session, invitation.id).await
}
