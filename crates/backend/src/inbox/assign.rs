//! Saying who is to take what waits: a wish, which keeps nobody from taking it.

use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::State;
use domain::inbox::{AssignEnquiry, Assigned};
use domain::live::Event;
use domain::policy::{Action, Object};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;
use crate::store::{conversation, manifest as manifests};

pub(super) async fn assign(
    inner: &Inner,
    actor: &Actor,
    request: AssignEnquiry,
) -> Result<(), Error> {
    let by = actor.account()?;
    let actor = actor.clone();
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.db();
                let found = conversation::find_locked(db, request.conversation).await?;
                let found = found.ok_or(Refusal::NotFound)?;
                let at = found.inbox.unwrap_or(found.agency);
                actor.may(Action::AssignEnquiry, Object::Agency(at))?;
                if found.state != State::Waiting {
                    return Err(Refusal::WrongState.into());
                }
                let listed = manifests::listed(db, at).await?;
                let roles = |who| {
                    let mut listed = listed.iter();
                    let found = listed.find(|(account, _)| *account == who);
                    found.map_or(Roles::default(), |(_, roles)| *roles)
                };
                if let Some(to) = request.to {
                    let takes = roles(to).has(Roles::INBOX.and(Roles::COUNSELLOR));
                    // Who gives something to a volunteer accompanies them.
                    let own = roles(by);
                    let accompanies = own.has(Roles::COUNSELLOR) && !own.has(Roles::PEER);
                    if !takes || roles(to).has(Roles::PEER) && !accompanies {
                        return Err(Refusal::NotAllowed.into());
                    }
                }
                let assigned = request.to.map(|to| Assigned { to, by });
                conversation::set_assigned(db, found.id, assigned).await?;
                let arrived = Event::EnquiryArrived {
                    conversation: found.id,
                    agency: at,
                };
                let readers = manifests::inbox_of(db, at).await?;
                tx.emit(readers, Some(found.association), &arrived)
            })
        })
        .await
}
