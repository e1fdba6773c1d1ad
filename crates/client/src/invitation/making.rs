//! The admin's side: making an invitation, and listing who answered it.

use crypto::identity::Identity;
use crypto::invitation::{InvitationCode, InvitationKey, Offer};
use crypto::random::make_bytes;
use crypto::{Signed, Unverified};
use domain::account::{Confirmation, Secretive};
use domain::agency::Roles;
use domain::id::{AccountId, InvitationId};
use domain::invitation::{
    Answered, CreateInvitations, ListInvitations, NewInvitation, OpenInvitation, Post,
    RenewInvitation, RevokeInvitation,
};
use domain::time::Timestamp;
use domain::{Blob, Refusal};

use super::{InvitationWords, keys, stretch};
use crate::account::confirm;
use crate::call::call;
use crate::error::Error;
use crate::session::Session;
use crate::world::World;

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct NewInvitee {
    /// Where.
    pub post: Post,
    /// The place's name, as it was verified.
    pub place: String,
    /// What the person is to be there.
    pub roles: Roles,
    /// The name to be listed, ≤ 48 bytes.
    pub name: String,
    /// The account whose keys are lost, if it is about that one.
    pub account: Option<AccountId>,
}

/// An invitation that was just made.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// For the link.
    pub id: InvitationId,
    /// For the telephone; shown once, kept nowhere.
    pub code: InvitationWords,
}

/// An open invitation as an admin sees it.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// The name to be listed.
    pub name: String,
    /// What the person is to be.
    pub roles: Roles,
    /// The account whose keys are lost, if it is about that one.
    pub account: Option<AccountId>,
    /// Until when it can be answered.
    pub expires: Option<Timestamp>,
    /// How it stands.
    pub standing: Standing,
}

/// How an invitation stands.
#[derive(Debug, Clone)]
pub enum Standing {
    /// Prepared: nobody was told a code.
    Prepared,
    /// Nobody with the code has answered. So many answered without it.
    Waiting(usize),
    /// Nobody can answer any more: the time is over, or others without the code have answered too often.
    Over,
    /// Who knows the code answered with this identity.
    Answered(Box<Signed<Identity>>),
    /// Somebody answered; whether with the code, knows only who made the invitation.
    Elsewhere,
    /// What the server shows is not what this account offered.
    Untrusted,
}

/// Invites somebody. The password is needed unless it was shown a moment ago.
///
/// # Errors
/// [`Refusal::ConfirmationNeeded`]: ask for the password; [`Refusal::NotAllowed`], [`Refusal::NotFound`],
/// [`Error::Damaged`] for names that are too long; or as [`call`].
pub async fn invite<W: World>(
    session: &Session<W>,
    new: &NewInvitee,
    password: Option<Secretive>,
) -> Result<Made, Error> {
    let id = InvitationId::from_bytes(make_bytes(&mut session.client().world().random()));
    let (code, offer) = put_under_code(session, id, new).await?;
    let create = CreateInvitations {
        confirmation: confirmation(session, password).await?,
        invitations: vec![NewInvitation {
            id,
            post: new.post,
            roles: new.roles,
            name: new.name.clone(),
            account: new.account,
            offer: Some(offer),
        }],
    };
    call(session.client().transport(), create).await?;
    Ok(Made { id, code })
}

/// A new code for an invitation; who answered under the one before is forgotten.
///
/// # Errors
/// As [`invite`].
pub async fn renew<W: World>(
    session: &Session<W>,
    id: InvitationId,
    new: &NewInvitee,
    password: Option<Secretive>,
) -> Result<Made, Error> {
    let (code, offer) = put_under_code(session, id, new).await?;
    let renew = RenewInvitation {
        confirmation: confirmation(session, password).await?,
        id,
        offer,
    };
    call(session.client().transport(), renew).await?;
    Ok(Made { id, code })
}

/// Takes an invitation back. One that is gone already is no error.
///
/// # Errors
/// As [`call`].
pub async fn revoke<W: World>(session: &Session<W>, id: InvitationId) -> Result<(), Error> {
    match call(session.client().transport(), RevokeInvitation { id }).await {
        Ok(_) | Err(Error::Refused(Refusal::NotFound)) => keys::forget(session, id).await,
        Err(error) => Err(error),
    }
}

/// Makes the code, and keeps its key before the server hears of it.
async fn put_under_code<W: World>(
    session: &Session<W>,
    id: InvitationId,
    new: &NewInvitee,
) -> Result<(InvitationWords, Blob), Error> {
    let client = session.client();
    let code = InvitationCode::make(&mut client.world().random());
    let key = stretch(client.world(), &code, id).await?;
    let offer = Offer {
        invitation: id,
        post: new.post,
        roles: new.roles,
        account: new.account,
        place: new.place.clone(),
        name: new.name.clone(),
    };
    let offer = key.seal(&client.platform().id, &offer)?;
    keys::keep(session, id, &key).await?;
    Ok((code.words(), Blob(offer)))
}

async fn confirmation<W: World>(
    session: &Session<W>,
    password: Option<Secretive>,
) -> Result<Option<Confirmation>, Error> {
    match password {
        Some(password) => Ok(Some(confirm(session, password).await?)),
        None => Ok(None),
    }
}

/// The open invitations of a place, by name. What this account offered is shown as it offered it.
///
/// # Errors
/// As [`call`].
pub async fn list<W: World>(session: &Session<W>, post: Post) -> Result<Vec<Invitation>, Error> {
    let client = session.client();
    let open = call(client.transport(), ListInvitations { post }).await?;
    let now = client.world().now();
    let all = open.into_iter();
    Ok(all.map(|one| describe(session, post, one, now)).collect())
}

fn describe<W: World>(
    session: &Session<W>,
    post: Post,
    one: OpenInvitation,
    now: Timestamp,
) -> Invitation {
    let mut shown = Invitation {
        id: one.id,
        name: one.name,
        roles: one.roles,
        account: one.account,
        expires: one.expires,
        standing: Standing::Prepared,
    };
    let is_over = one.expires.is_some_and(|expires| expires <= now) || one.tries == 0;
    let open = if is_over {
        Standing::Over
    } else {
        Standing::Waiting(one.answers.len())
    };
    let platform = &session.client().platform().id;
    shown.standing = match (keys::find(session, one.id), &one.offer) {
        (_, None) => Standing::Prepared,
        (None, Some(_)) if one.answers.is_empty() => open,
        (None, Some(_)) => Standing::Elsewhere,
        (Some(key), Some(offer)) => match key.open(platform, &one.id, offer.as_slice()) {
            Ok(offer) if offer.post == post => {
                let mut known = one.answers.iter();
                let known = known.find_map(|answer| who(session, &key, &offer, answer));
                shown.name = offer.name;
                shown.roles = offer.roles;
                shown.account = offer.account;
                known.map_or(open, |known| Standing::Answered(Box::new(known)))
            }
            _ => Standing::Untrusted,
        },
    };
    shown
}

/// The identity of who answered with the code.
fn who<W: World>(
    session: &Session<W>,
    key: &InvitationKey,
    offer: &Offer,
    answer: &Answered,
) -> Option<Signed<Identity>> {
    let identity = Unverified::<Identity>::decode(answer.identity.as_slice()).ok()?;
    let identity = identity.verify(&session.client().platform().id).ok()?;
    key.verify_answer(&identity, answer.answer.as_slice())
        .ok()?;
    let is_meant = offer.account.is_none_or(|meant| meant == identity.account);
    is_meant.then_some(identity)
}
