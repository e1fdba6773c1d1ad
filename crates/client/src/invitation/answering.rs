//! The side of who is invited.

use std::rc::Rc;

use crypto::invitation::{InvitationCode, InvitationKey, Offer};
use crypto::recovery::RecoverySecret;
use domain::account::{Secretive, UserName};
use domain::agency::Roles;
use domain::id::InvitationId;
use domain::invitation::{LookAtInvitation, Post};
use domain::{Blob, Refusal};

use super::{InvitationWords, stretch};
use crate::account::{self, NewAccount};
use crate::agency;
use crate::call::call;
use crate::error::Error;
use crate::session::{Client, Session};
use crate::trust::Pins;
use crate::world::World;

/// What a link leads to.
#[derive(Debug)]
pub enum Looked {
    /// The operator's own invitation: an account with which nobody can do anything until the platform's root, or
    /// an admin, has certified its code.
    Operator(Welcome),
    /// An admin's: the code is asked for.
    Code(Blob),
}

/// An invitation that was found to be genuine.
#[derive(Debug, Clone)]
pub struct Welcome {
    id: InvitationId,
    key: Option<Rc<InvitationKey>>,
    /// Name of the agency or association, verified.
    pub place: Option<String>,
    /// What the person is to be there.
    pub roles: Roles,
    /// The name to be listed.
    pub name: String,
    pins: Pins,
}

/// Asks what a link leads to.
///
/// # Errors
/// [`Refusal::InvitationInvalid`] if it cannot be answered, or as [`call`].
pub async fn look<W: World>(client: &Client<W>, id: InvitationId) -> Result<Looked, Error> {
    let invited = call(client.transport(), LookAtInvitation { id }).await?;
    Ok(match invited.offer {
        Some(offer) => Looked::Code(offer),
        None => Looked::Operator(Welcome {
            id,
            key: None,
            place: None,
            roles: Roles::default(),
            name: String::new(),
            pins: Pins::default(),
        }),
    })
}

/// Checks that whoever told the code made the offer, and verifies the agency from the platform's root down.
///
/// # Errors
/// [`Refusal::WrongCode`] if the code is another one, or the offer was changed: the two cannot be told apart;
/// [`Error::Untrusted`] for the agency; or as [`call`].
pub async fn open<W: World>(
    client: &Client<W>,
    id: InvitationId,
    offer: &Blob,
    code: InvitationWords,
) -> Result<Welcome, Error> {
    let code = InvitationCode::from_words(code);
    let key = stretch(client.world(), &code, id).await?;
    let offer = key
        .open(&client.platform().id, &id, offer.as_slice())
        .map_err(|_| Refusal::WrongCode)?;
    let (place, pins) = place(client, &offer).await?;
    Ok(Welcome {
        id,
        key: Some(Rc::new(key)),
        place: Some(place),
        roles: offer.roles,
        name: offer.name,
        pins,
    })
}

/// The place's name as the directory proves it. Of an agency that nobody works at yet, and of an association, it is
/// what the inviting person vouches for by the code.
async fn place<W: World>(client: &Client<W>, offer: &Offer) -> Result<(String, Pins), Error> {
    let Post::Agency(id) = offer.post else {
        return Ok((offer.place.clone(), Pins::default()));
    };
    match agency::load(client, id).await {
        Ok(agency) => Ok((agency.name().to_owned(), agency.pins().clone())),
        Err(Error::Refused(Refusal::NotFound)) => Ok((offer.place.clone(), Pins::default())),
        Err(error) => Err(error),
    }
}

/// Makes the account and answers with its identity. May be repeated with the same words after any error: `again` says
/// that it was tried before, and then an account that is there is signed in to.
///
/// # Errors
/// [`Refusal::InvitationInvalid`], [`Refusal::UserNameTaken`], or as [`account::register`].
pub async fn register<W: World>(
    client: &Client<W>,
    welcome: &Welcome,
    user_name: UserName,
    password: Secretive,
    code: Rc<RecoverySecret>,
    again: bool,
) -> Result<Session<W>, Error> {
    let new = NewAccount {
        user_name: user_name.clone(),
        password: password.clone(),
        consent: None,
        invitation: Some((welcome.id, welcome.key.clone())),
        code,
        reference: None,
        pins: welcome.pins.clone(),
    };
    match account::register(client, new).await {
        Err(Error::Refused(Refusal::UserNameTaken)) if again => {
            match account::sign_in(client, &user_name, password).await {
                Err(Error::Refused(Refusal::WrongCredentials)) => {
                    Err(Error::Refused(Refusal::UserNameTaken))
                }
                other => other,
            }
        }
        other => other,
    }
}
