//! What a seeker agrees to: kept beside the epochs, until one names it.

use crypto::consent::{Consent, ConsentTo};
use crypto::{Signed, Unverified};
use domain::Refusal;
use domain::conversation::{CONSENT_DAYS, GiveConsent, State};
use domain::live::Event;
use domain::policy::Action;
use domain::time::Day;

use super::persons;
use crate::Inner;
use crate::actor::Actor;
use crate::check::{agrees, formed, malformed, unbelievable};
use crate::error::Error;
use crate::store::{Tx, conversation, epoch as epochs, handover};

pub(super) async fn give(inner: &Inner, actor: &Actor, request: &GiveConsent) -> Result<(), Error> {
    let by = actor.account()?;
    let consent = Unverified::<Consent>::decode(request.consent.as_slice()).map_err(malformed)?;
    let id = consent.claimed_conversation();
    let db = inner.store.read();
    let (found, _) = super::own(db, actor, Action::GiveConsent, id).await?;
    inner.limits.message(by)?;
    let own = super::joining::seeker(inner, &found).await?;
    let consent = consent
        .verify(&inner.trust.platform_id, &id, &own)
        .map_err(unbelievable)?;
    let today = inner.clock.now().day();
    let latest = Day(today.0.saturating_add(CONSENT_DAYS));
    agrees((today..=latest).contains(&consent.expires))?;
    formed(consent.epoch_to <= found.epoch.saturating_add(1))?;
    if found.state == State::Waiting {
        return Err(Refusal::WrongState.into());
    }
    let actor = actor.clone();
    inner
        .store
        .write(move |tx| Box::pin(async move { store(tx, &actor, &consent).await }))
        .await
}

async fn store(tx: &Tx, actor: &Actor, consent: &Signed<Consent>) -> Result<(), Error> {
    let db = tx.db();
    let found = conversation::find_locked(db, consent.conversation).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let members = super::members(db, actor, Action::GiveConsent, &found).await?;
    if let ConsentTo::Account(to) = consent.to {
        // Who is a member needs none.
        formed(persons(&members).all(|(account, _)| account != to))?;
    }
    let hash = *consent.digest().as_bytes();
    if handover::find(db, found.id, &hash).await?.is_some() {
        return Ok(());
    }
    handover::put(db, &found, hash, consent.as_bytes().to_vec()).await?;
    // The row has something new; the same words as of an epoch make all fetch it.
    let newest = epochs::of(db, &[found.id]).await?;
    let newest = newest.last().ok_or(Refusal::WrongState)?;
    let told = Event::Epoch {
        conversation: found.id,
        state: found.state,
        epoch: newest.record.as_slice().into(),
    };
    let members = persons(&members).map(|(account, _)| account);
    tx.emit(members, Some(found.association), &told)
}
