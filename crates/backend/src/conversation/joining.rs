//! Who may join a conversation: the inbox to which it is given back, and to whom the seeker agreed.

use crypto::consent::{Consent, ConsentTo};
use crypto::epoch::{EpochRecord, Member, MemberRole, Reason};
use crypto::identity::Identity;
use crypto::trust::Manifest;
use crypto::{Digest, Signed, Unverified};
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{AddressedWrap, Command, MemberId, State};
use domain::id::AgencyId;
use domain::live::Event;

use super::epoch::{Identities, check_wraps, identities, identity_of, key_of};
use crate::Inner;
use crate::check::{agrees, formed, platform_fault, unbelievable};
use crate::error::Error;
use crate::store::conversation::{self, Conversation};
use crate::store::wraps::NewWrap;
use crate::store::{Tx, agency, epoch as epochs, handover, manifest as manifests};

/// The reasons that let somebody in.
pub(super) const LETS_IN: [Reason; 2] = [Reason::Return, Reason::Handover];

/// Who joins, and what that asks of the rest.
pub(super) struct Joins {
    member: Member,
    /// The epochs before that may be read, both included; and the first one in any case.
    from: u32,
    to: u32,
    first: bool,
    /// Of an inbox: its agency, the manifest in force, and the inbox's key.
    inbox: Option<(AgencyId, [u8; 32], Digest)>,
    /// The statement that allows it.
    consent: Option<[u8; 32]>,
}

impl Joins {
    pub(super) async fn check(
        inner: &Inner,
        found: &Conversation,
        record: &Signed<EpochRecord>,
        manifest: &Signed<Manifest>,
    ) -> Result<Self, Error> {
        let author = record.author().ok_or(Refusal::SignatureInvalid)?;
        let by_seeker = author.role == MemberRole::Seeker;
        let member = record.members.last().ok_or(Refusal::SignatureInvalid)?;
        let member = member.clone();
        match record.reason {
            Reason::Return => {
                found.state.after(Command::Return)?;
                agrees(record.consent_hash.is_zero())?;
                agrees(member.id == MemberId::Inbox(record.agency))?;
                agrees(by_seeker || member.history_from == record.epoch)?;
                Ok(Self {
                    from: member.history_from,
                    to: record.epoch,
                    first: true,
                    inbox: Some(inbox(inner, found, record.agency).await?),
                    consent: None,
                    member,
                })
            }
            _ => {
                agrees(!by_seeker)?;
                let consent = consent(inner, found, record).await?;
                agrees(
                    member.history_from == consent.epoch_from.min(record.epoch)
                        && manifest.day <= consent.expires,
                )?;
                let inbox = match (consent.to, member.id) {
                    (ConsentTo::Account(to), MemberId::Account(id)) => {
                        let staff = manifest.staff(&id).ok_or(Refusal::SignatureInvalid)?;
                        agrees(
                            to == id
                                && staff.identity_hash == member.identity_hash
                                && staff.roles.has(Roles::COUNSELLOR)
                                && !staff.roles.has(Roles::PEER),
                        )?;
                        None
                    }
                    (ConsentTo::Agency(to), MemberId::Inbox(id)) => {
                        found.state.after(Command::Return)?;
                        agrees(to == id && id != record.agency)?;
                        Some(inbox(inner, found, id).await?)
                    }
                    _ => return Err(Refusal::SignatureInvalid.into()),
                };
                Ok(Self {
                    from: consent.epoch_from,
                    to: consent.epoch_to,
                    first: false,
                    inbox,
                    consent: Some(*record.consent_hash.as_bytes()),
                    member,
                })
            }
        }
    }

    /// Those who stay, and who joins, as the record has to list them.
    pub(super) fn expected(&self, record: &EpochRecord, mut stay: Vec<Member>) -> Vec<Member> {
        if self.inbox.is_none() {
            // Who hands over goes on as one who counsels too, until the next epoch.
            for member in &mut stay {
                if member.role == MemberRole::Counsellor {
                    member.role = MemberRole::CoCounsellor;
                }
            }
        }
        let role = match self.inbox {
            Some(_) => MemberRole::Inbox,
            None => MemberRole::Counsellor,
        };
        stay.push(Member {
            role,
            history_from: self.member.history_from.min(record.epoch),
            ..self.member.clone()
        });
        stay
    }

    /// The wraps: the new key for all, and for who joins those that were agreed.
    pub(super) fn wraps(
        &self,
        record: &Signed<EpochRecord>,
        wraps: &[AddressedWrap],
        identities: &Identities,
    ) -> Result<Vec<NewWrap>, Error> {
        let of_person = key_of(identities);
        let key = |member: &Member| match (&self.inbox, member.id) {
            (Some((_, _, key)), MemberId::Inbox(_)) => Some(*key),
            _ => of_person(member),
        };
        let may_have = |member: &Member, epoch| {
            let agreed = (self.from..=self.to).contains(&epoch) || self.first && epoch == 0;
            epoch == record.epoch || member.id == self.member.id && agreed
        };
        check_wraps(record, wraps, key, may_have)
    }

    /// Stores what comes of it; gives the state afterwards.
    pub(super) async fn store(
        &self,
        tx: &Tx,
        now: &Conversation,
        record: &EpochRecord,
    ) -> Result<State, Error> {
        let db = tx.db();
        if let Some(hash) = &self.consent
            && !handover::set_used(db, now.id, hash, record.epoch).await?
        {
            return Err(Refusal::NotFound.into());
        }
        let Some((at, manifest, _)) = &self.inbox else {
            // Whoever writes next begins an epoch without the one who handed over.
            conversation::set_due(db, now.id).await?;
            return Ok(now.state);
        };
        let state = now.state.after(Command::Return)?;
        let agency = agency::find_unchanging(db, *at).await?;
        if agency.and_then(|agency| agency.manifest_hash).as_ref() != Some(manifest) {
            return Err(Refusal::ManifestOutdated.into());
        }
        conversation::set_waiting(db, now.id, *at).await?;
        let arrived = Event::EnquiryArrived {
            conversation: now.id,
            agency: *at,
        };
        let readers = manifests::inbox_of(db, *at).await?;
        tx.emit(readers, Some(now.association), &arrived)?;
        Ok(state)
    }
}

/// An agency's inbox: of the same association, which answers for both.
async fn inbox(
    inner: &Inner,
    found: &Conversation,
    at: AgencyId,
) -> Result<(AgencyId, [u8; 32], Digest), Error> {
    let db = inner.store.read();
    let agency = agency::find(db, at).await?.ok_or(Refusal::NotFound)?;
    if agency.association != found.association {
        return Err(Refusal::NotFound.into());
    }
    let hash = agency.manifest_hash.ok_or(Refusal::NotFound)?;
    let stored = manifests::manifest(db, at, &hash).await?;
    let (_, stored) = stored.ok_or(Refusal::ManifestOutdated)?;
    let manifest = Unverified::<Manifest>::decode(&stored).map_err(platform_fault)?;
    let root = manifest.claimed_root();
    let manifest = manifest
        .verify(&inner.trust.platform_id, &at, &root)
        .map_err(platform_fault)?;
    Ok((at, hash, manifest.inbox_key.digest()))
}

/// The seeker, as whom the newest epoch knows them.
pub(super) async fn seeker(inner: &Inner, found: &Conversation) -> Result<Signed<Identity>, Error> {
    let listing = epochs::listing(inner.store.read(), found.id, found.epoch).await?;
    let seeker = listing
        .iter()
        .find(|member| member.role == MemberRole::Seeker);
    let seeker = seeker.ok_or(Refusal::WrongState)?;
    let identities = identities(inner, [found.seeker].into_iter()).await?;
    let identity = identity_of(&identities, seeker).ok_or(Refusal::SignatureInvalid)?;
    Ok(identity.clone())
}

/// The statement that a record names: the seeker's, not used, and not too old.
async fn consent(
    inner: &Inner,
    found: &Conversation,
    record: &EpochRecord,
) -> Result<Consent, Error> {
    let db = inner.store.read();
    let stored = handover::find(db, found.id, record.consent_hash.as_bytes()).await?;
    let (stored, used) = stored.ok_or(Refusal::NotFound)?;
    let seeker = seeker(inner, found).await?;
    let consent = Unverified::<Consent>::decode(&stored).map_err(platform_fault)?;
    // Of an identity that the seeker has no more: as good as none.
    let consent = consent
        .verify(&inner.trust.platform_id, &found.id, &seeker)
        .map_err(unbelievable)?;
    let today = inner.clock.now().day();
    formed(!used && today <= consent.expires)?;
    Ok((*consent).clone())
}
