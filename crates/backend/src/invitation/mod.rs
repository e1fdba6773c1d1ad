//! Invitations: kept and passed on. What authenticates them, six words told by telephone, the server never has.

mod answer;

use crypto::trust::association::PERSON_LIMIT;
use domain::account::AccountKind;
use domain::agency::Roles;
use domain::id::{AccountId, AssociationId, InvitationId};
use domain::invitation::{
    AT_ONCE, Answered, CreateInvitations, Invited, LASTS, ListInvitations, LookAtInvitation,
    NewInvitation, OpenInvitation, Post, RenewInvitation, RevokeInvitation, SHOWN, TRIES,
};
use domain::policy::{Action, Object};
use domain::time::Timestamp;
use domain::{Blob, Refusal};
use sea_orm::ConnectionTrait;

use crate::Inner;
use crate::account::raised;
use crate::actor::Actor;
use crate::check::{agrees, first, formed, malformed};
use crate::error::Error;
use crate::store::invitation::{self, Invitation};
use crate::store::{Tx, account, agency, manifest};

pub(crate) use answer::{admit, keep, take_up};

/// Invitations.
#[derive(Debug, Clone, Copy)]
pub struct Invitations<'a>(pub(crate) &'a Inner);

/// Whoever may list people at a place may invite to it.
fn may(actor: &Actor, post: Post) -> Result<(), Error> {
    match post {
        Post::Association(_) => actor.may(Action::AdministerPlatform, Object::None),
        Post::Agency(agency) => actor.may(Action::Invite, Object::Agency(agency)),
    }
}

fn may_at_all(actor: &Actor) -> Result<(), Error> {
    actor
        .may(Action::AdministerPlatform, Object::None)
        .or_else(|_| actor.may(Action::Invite, Object::None))
}

impl Invitations<'_> {
    /// Answers [`CreateInvitations`].
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::NotFound`] for a foreign place, [`Refusal::ConfirmationNeeded`],
    /// [`Refusal::Malformed`], [`Refusal::SignatureInvalid`] for an offer that says something else,
    /// [`Refusal::IdTaken`], [`Refusal::TooLarge`].
    pub async fn create(&self, actor: &Actor, request: CreateInvitations) -> Result<(), Error> {
        let inner = self.0;
        may_at_all(actor)?;
        if request.invitations.len() > AT_ONCE {
            return Err(Refusal::TooLarge.into());
        }
        let expires = inner.clock.now().plus(LASTS);
        let mut rows = Vec::with_capacity(request.invitations.len());
        for new in request.invitations {
            may(actor, new.post)?;
            rows.push(row(inner.store.read(), new, expires).await?);
        }
        let raised = raised(inner, actor, request.confirmation.as_ref()).await?;
        inner
            .store
            .write(move |tx| {
                Box::pin(async move {
                    raised.take(tx).await?;
                    for row in rows {
                        let stored = invitation::insert(tx.db(), row).await;
                        first(stored, Refusal::IdTaken)?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Answers [`RenewInvitation`].
    ///
    /// # Errors
    /// As [`Self::create`].
    pub async fn renew(&self, actor: &Actor, request: RenewInvitation) -> Result<(), Error> {
        let inner = self.0;
        let found = self.own(actor, request.id).await?;
        let offer = read_offer(&found, request.offer.as_slice())?;
        let raised = raised(inner, actor, request.confirmation.as_ref()).await?;
        inner
            .store
            .write(move |tx| {
                Box::pin(async move {
                    raised.take(tx).await?;
                    let found = invitation::find_locked(tx.db(), found.id).await?;
                    let id = found.ok_or(Refusal::NotFound)?.id;
                    invitation::forget_answers(tx.db(), id).await?;
                    invitation::renew(tx.db(), id, offer, tx.now().plus(LASTS)).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Answers [`RevokeInvitation`].
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::NotFound`].
    pub async fn revoke(&self, actor: &Actor, request: RevokeInvitation) -> Result<(), Error> {
        let id = self.own(actor, request.id).await?.id;
        self.0
            .store
            .write(move |tx| {
                Box::pin(async move {
                    invitation::delete(tx.db(), id).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Answers [`ListInvitations`], by name.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::NotFound`] for a foreign place.
    pub async fn list(
        &self,
        actor: &Actor,
        request: ListInvitations,
    ) -> Result<Vec<OpenInvitation>, Error> {
        may_at_all(actor)?;
        may(actor, request.post)?;
        let db = self.0.store.read();
        let open = invitation::of(db, request.post).await?;
        let ids: Vec<_> = open.iter().map(|one| one.id).collect();
        let mut answers = invitation::answers(db, &ids).await?;
        let listed = open.into_iter().map(|one| {
            let mine = answers.extract_if(.., |(id, _)| *id == one.id);
            let answers: Vec<_> = mine
                .map(|(_, answer)| Answered {
                    identity: answer.identity.into(),
                    answer: answer.answer.into(),
                })
                .collect();
            let answered = u32::try_from(answers.len()).unwrap_or(u32::MAX);
            OpenInvitation {
                id: one.id,
                roles: one.roles,
                name: one.name,
                account: one.account,
                offer: one.offer.map(Blob::from),
                expires: one.expires,
                tries: TRIES.saturating_sub(answered),
                answers,
            }
        });
        Ok(listed.collect())
    }

    /// Answers [`LookAtInvitation`], alike for every invitation that cannot be answered.
    ///
    /// # Errors
    /// [`Refusal::InvitationInvalid`].
    pub async fn look(&self, actor: &Actor, request: LookAtInvitation) -> Result<Invited, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let db = self.0.store.read();
        let found = invitation::find(db, request.id).await?;
        let found = open(found, self.0.clock.now())?;
        if invitation::tries(db, found.id).await? == 0 {
            return Err(Refusal::InvitationInvalid.into());
        }
        Ok(Invited {
            offer: found.offer.map(Blob::from),
        })
    }

    /// An invitation to a place where the actor may invite.
    async fn own(&self, actor: &Actor, id: InvitationId) -> Result<Invitation, Error> {
        may_at_all(actor)?;
        let found = invitation::find(self.0.store.read(), id).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        may(actor, found.post.ok_or(Refusal::NotFound)?).map_err(|_| Refusal::NotFound)?;
        Ok(found)
    }
}

/// One that can be answered now.
fn open(found: Option<Invitation>, now: Timestamp) -> Result<Invitation, Refusal> {
    found
        .filter(|found| found.expires.is_some_and(|expires| expires > now))
        .ok_or(Refusal::InvitationInvalid)
}

/// A new invitation as it is stored.
async fn row(
    db: &impl ConnectionTrait,
    new: NewInvitation,
    expires: Timestamp,
) -> Result<Invitation, Error> {
    formed(new.roles.0 & !Roles::ALL.0 == 0)?;
    formed(!new.name.is_empty() && new.name.len() <= usize::from(PERSON_LIMIT))?;
    let association = association_of(db, new.post).await?;
    if let Some(account) = new.account {
        check_account(db, new.post, account).await?;
    }
    let mut row = Invitation {
        id: new.id,
        association: Some(association),
        post: Some(new.post),
        account: new.account,
        roles: new.roles,
        name: new.name,
        offer: None,
        expires: None,
    };
    if let Some(offer) = new.offer {
        row.offer = Some(read_offer(&row, offer.as_slice())?);
        row.expires = Some(expires);
    }
    Ok(row)
}

async fn association_of(db: &impl ConnectionTrait, post: Post) -> Result<AssociationId, Error> {
    let found = match post {
        Post::Association(id) => agency::find_association(db, id)
            .await?
            .map(|found| found.id),
        Post::Agency(id) => agency::find(db, id).await?.map(|found| found.association),
    };
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Keys can be lost by somebody whom this place lists.
async fn check_account(
    db: &impl ConnectionTrait,
    post: Post,
    account: AccountId,
) -> Result<(), Error> {
    let Post::Agency(agency) = post else {
        return Err(Refusal::Malformed.into());
    };
    let listed = manifest::listed(db, agency).await?;
    let found = account::find(db, account).await?;
    let is_staff = found.is_some_and(|found| found.kind == AccountKind::Staff);
    if is_staff && listed.iter().any(|(listed, _)| *listed == account) {
        Ok(())
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// The offer says what the row says: nobody is shown one thing and the admins another.
fn read_offer(row: &Invitation, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let read = crypto::invitation::Invitation::decode(bytes).map_err(malformed)?;
    let offer = read.claims();
    agrees(
        offer.invitation == row.id
            && Some(offer.post) == row.post
            && offer.roles == row.roles
            && offer.account == row.account
            && offer.name == row.name,
    )?;
    Ok(bytes.to_vec())
}

/// Forgets invitations that nobody can answer any more.
pub(crate) async fn drop_expired(tx: &Tx) -> Result<(), Error> {
    let now = tx.now();
    for id in invitation::over(tx.db(), now, now.plus(-SHOWN)).await? {
        invitation::delete(tx.db(), id).await?;
    }
    Ok(())
}
