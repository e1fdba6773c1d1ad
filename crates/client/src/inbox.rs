//! What waits at one's agencies, and accepting it. Staff only.

use std::rc::Rc;

use crypto::epoch::{EpochKey, EpochRecord, MemberId};
use crypto::identity::Identity;
use crypto::trust::Manifest;
use crypto::wrap::{EpochWrap, InboxWrap, KemSeed};
use crypto::{Signed, Unverified};
use domain::agency::{ListMine, OwnAgency, Roles};
use domain::conversation::{AddressedWrap, ConversationRow};
use domain::enquiry::EnquiryFields;
use domain::id::{AccountId, AgencyId, ConversationId};
use domain::inbox::{AcceptEnquiry, Assigned, WaitingEnquiry};
use domain::map::Map;
use domain::time::Timestamp;
use domain::topic::TopicId;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::Body;
use crate::conversation::amend;
use crate::conversation::case::{Case, Identities, Read, Told, identities};
use crate::conversation::epochs::Acceptance;
use crate::conversation::epochs::acceptance_record;
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::trust::Agency;
use crate::world::World;

/// An enquiry that nobody has taken, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its conversation.
    pub conversation: ConversationId,
    /// At which agency.
    pub agency: AgencyId,
    /// The agency's verified name.
    pub agency_name: String,
    /// About what.
    pub topic: TopicId,
    /// When it arrived.
    pub received: Timestamp,
    /// The verified name of the counsellor wished for.
    pub wish: Option<String>,
    /// Whether the wish is for oneself.
    pub for_me: bool,
    /// Who of the agency is to take it, and who says so.
    pub assigned: Option<Assigned>,
    /// Whether it waits again: it was given back, or handed over by another agency.
    pub again: bool,
    /// Pseudonym and answers.
    pub fields: Option<EnquiryFields>,
    /// The texts written so far.
    pub text: String,
    /// Whether one may accept it.
    pub may_accept: bool,
    /// Why it could not be verified, if so: then it cannot be accepted either.
    pub untrusted: Option<Untrusted>,
}

/// How an acceptance ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// It is one's own now.
    Mine,
    /// Somebody was faster.
    Taken {
        /// Who, by the verified manifest; `None` if it lists nobody of that account.
        by: Option<String>,
    },
}

/// One's own agencies and the keys to their inboxes.
#[derive(Default)]
pub(crate) struct Agencies(Map<AgencyId, Own>);

struct Own {
    agency: Rc<Agency>,
    colleagues: Identities,
    inbox_wraps: Vec<InboxWrap>,
}

impl Agencies {
    /// Loads and verifies one's agencies. One that does not verify is left out; the first reason
    /// is given beside.
    pub(crate) async fn load<W: World>(
        session: &Session<W>,
    ) -> Result<(Self, Option<Untrusted>), Error> {
        let mine = call(session.client().transport(), ListMine {}).await?;
        let mut own = Map::new();
        let mut fault = None;
        for one in mine {
            match Own::verify(session, one).await {
                Ok(one) => {
                    own.insert(one.agency.id(), one);
                }
                Err(Error::Untrusted(why)) => fault = fault.or(Some(why)),
                Err(error) => return Err(error),
            }
        }
        Ok((Self(own), fault))
    }

    /// The identity record of somebody of an agency, by its digest.
    pub(crate) fn identity(
        &self,
        agency: AgencyId,
        hash: &crypto::Digest,
    ) -> Option<Rc<Signed<Identity>>> {
        self.0.get(&agency)?.colleagues.get(hash).cloned()
    }

    /// One's agencies.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Rc<Agency>> {
        self.0.values().map(|own| &own.agency)
    }
}

impl Own {
    async fn verify<W: World>(session: &Session<W>, own: OwnAgency) -> Result<Self, Error> {
        let entry =
            crypto::Unverified::<crypto::trust::AgencyEntry>::decode(own.chain.entry.as_slice())
                .map_err(|_| Untrusted::Agency)?;
        let client = session.client();
        let admins = crate::trust::verify_admins(client.platform(), &own.chain.admins, None)?;
        let id = entry
            .verify(&client.platform().id, &admins)
            .map_err(|_| Untrusted::Agency)?
            .agency;
        // With a pin the whole way from it to now must be seen; that answer asks for it.
        let agency = match session.pins().manifests.contains_key(&id) {
            true => session.book().renew(session, id).await?,
            false => session.book().take(session, id, &own.chain)?,
        };
        let inbox_wraps = own
            .inbox_wraps
            .iter()
            .filter_map(|bytes| InboxWrap::decode(bytes.as_slice()).ok())
            .collect();
        Ok(Self {
            agency,
            colleagues: identities(session, &own.identities),
            inbox_wraps,
        })
    }

    /// The key of an epoch through the inbox: by the seed of whichever inbox key it was wrapped for.
    fn key<W: World>(
        &self,
        session: &Session<W>,
        manifests: &[Rc<Signed<Manifest>>],
        wraps: &[EpochWrap],
        record: &Signed<EpochRecord>,
    ) -> Option<EpochKey> {
        let platform = &session.client().platform().id;
        let here = wraps.iter().filter(|wrap| wrap.epoch() == record.epoch);
        let mut opened = here.filter_map(|wrap| {
            let mut manifests = manifests.iter();
            let named = manifests.find(|one| one.inbox_key.digest() == wrap.recipient())?;
            let seed = self.inbox_seed(session, named)?;
            wrap.open(platform, record, &seed).ok()
        });
        opened.next()
    }

    /// The inbox's seed of a manifest.
    fn inbox_seed<W: World>(&self, session: &Session<W>, manifest: &Manifest) -> Option<KemSeed> {
        let platform = &session.client().platform().id;
        let own = session.identity().kem_key.digest();
        let mut wraps = self.inbox_wraps.iter();
        wraps.find_map(|wrap| {
            session.with_keys(|keys| {
                let (number, key) = (manifest.inbox_epoch, &manifest.inbox_key);
                (wrap.recipient() == own)
                    .then(|| wrap.open(platform, &self.agency.id(), number, key, &keys.kem))?
                    .ok()
            })
        })
    }
}

/// A waiting enquiry that was verified and opened through the inbox.
pub(crate) struct Opened {
    case: Case,
    seeker: Rc<Signed<Identity>>,
}

impl Opened {
    /// How many epochs it had.
    pub(crate) fn epochs(&self) -> usize {
        self.case.len()
    }

    /// At which agency.
    pub(crate) fn agency(&self) -> Option<AgencyId> {
        let (agency, _) = self.case.newest()?.record.inbox()?;
        Some(agency)
    }
}

/// Verifies a waiting enquiry and opens it through the inbox.
pub(crate) async fn open<W: World>(
    session: &Session<W>,
    agencies: &Agencies,
    enquiry: &WaitingEnquiry,
) -> Result<Opened, Error> {
    let own = agencies.0.get(&enquiry.agency).ok_or(Untrusted::Agency)?;
    let mut manifests = own.agency.manifests.clone();
    for bytes in &enquiry.epochs {
        // An older one than those at hand; whether the record itself holds is judged below.
        let record = Unverified::<EpochRecord>::decode(bytes.as_slice());
        let record = record.map_err(|_| Untrusted::Epoch)?;
        if record.claimed_agency() == enquiry.agency {
            let named = record.claimed_manifest();
            let book = session.book();
            manifests.push(book.manifest(session, enquiry.agency, named).await?);
        }
    }
    let wraps = enquiry.wraps.iter();
    let wraps: Vec<_> = wraps
        .filter_map(|bytes| EpochWrap::decode(bytes.as_slice()).ok())
        .collect();
    let told = Told {
        conversation: enquiry.conversation,
        epochs: &enquiry.epochs,
        identities: &enquiry.identities,
        consents: &enquiry.consents,
    };
    let key_of = |record: &_| Ok(own.key(session, &manifests, &wraps, record));
    let case = Case::verify(session, told, &key_of).await?;
    if let Some(fault) = case.fault {
        return Err(Error::Untrusted(fault));
    }
    let newest = case.newest().ok_or(Untrusted::Epoch)?;
    let waits_here = newest.record.inbox().map(|(agency, _)| agency) == Some(enquiry.agency);
    if !waits_here {
        return Err(Error::Untrusted(Untrusted::Epoch));
    }
    if newest.key.is_none() {
        return Err(Error::Untrusted(Untrusted::Key));
    }
    let seeker = newest.record.seeker().and_then(|seeker| {
        let (slot, _) = newest.record.find(&seeker.id)?;
        newest.identity(slot.into()).cloned()
    });
    let seeker = seeker.ok_or(Untrusted::Identity)?;
    Ok(Opened { case, seeker })
}

/// What is shown of a waiting enquiry.
pub(crate) fn describe<W: World>(
    session: &Session<W>,
    agencies: &Agencies,
    enquiry: &WaitingEnquiry,
    opened: Result<&Opened, Untrusted>,
) -> Waiting {
    let agency = agencies.0.get(&enquiry.agency).map(|own| &own.agency);
    let mut waiting = Waiting {
        conversation: enquiry.conversation,
        agency: enquiry.agency,
        agency_name: agency.map_or(String::new(), |agency| agency.name().to_owned()),
        topic: enquiry.topic,
        received: enquiry.received,
        wish: enquiry
            .wish
            .and_then(|wish| agency?.person(wish).map(str::to_owned)),
        for_me: enquiry.wish == Some(session.account()),
        assigned: enquiry.assigned,
        again: enquiry.epochs.len() > 1,
        fields: None,
        text: String::new(),
        may_accept: false,
        untrusted: None,
    };
    let opened = match opened {
        Ok(opened) => opened,
        Err(why) => {
            waiting.untrusted = Some(why);
            return waiting;
        }
    };
    let mut read: amend::Opened = enquiry
        .messages
        .iter()
        .filter(|stored| !stored.is_tombstone() && !opened.case.is_closed(&stored.message))
        .map(|stored| (stored.position, opened.case.read(session, &stored.message)))
        .collect();
    let stored: Vec<_> = enquiry.messages.iter().collect();
    let edits = amend::amend(&stored, &mut read);
    for stored in stored {
        let at = edits.get(&stored.position).unwrap_or(&stored.position);
        let is_quiet = |read: &Read| read.is_quiet();
        let one = read.get(&stored.position);
        if opened.case.is_closed(&stored.message) {
            continue;
        }
        if one.is_some_and(|read| read.as_ref().is_ok_and(is_quiet)) {
            continue;
        }
        match read
            .get(at)
            .map(|read| read.as_ref().map(|read| &read.body))
        {
            Some(Ok(Body::Enquiry(fields))) => waiting.fields = Some(fields.clone()),
            Some(Ok(Body::Text(text))) if waiting.text.is_empty() => waiting.text = text.clone(),
            Some(Ok(Body::Text(text))) => waiting.text = format!("{}\n\n{text}", waiting.text),
            Some(Ok(Body::Newer | Body::Deleted)) => {}
            Some(Ok(Body::Unverified(why)) | Err(why)) => waiting.untrusted = Some(*why),
            // Of one that waits again the word may be in an epoch that is not the inbox's to read.
            None if waiting.again => {}
            // Gone without a word of its author.
            None => waiting.untrusted = Some(Untrusted::Message),
        }
    }
    let accepts = Roles::INBOX.and(Roles::COUNSELLOR);
    let me = session.account();
    let roles = agency.map(|agency| agency.roles(me));
    let is_mine = enquiry.assigned.is_some_and(|assigned| assigned.to == me);
    // Volunteers take what somebody gives them.
    let may = |roles: Roles| roles.has(accepts) && (is_mine || !roles.has(Roles::PEER));
    waiting.may_accept = waiting.untrusted.is_none() && roles.is_some_and(may);
    waiting
}

/// What came of trying to accept.
pub(crate) enum Attempt {
    /// It is one's own now.
    Row(Box<ConversationRow>),
    /// Somebody was faster.
    Taken(AccountId),
    /// The agency has a new manifest: load and verify it, then try again.
    Renew,
}

/// Accepts: epoch 1 for the seeker, oneself, and whom the agency's rules name; the new key and
/// the first one for each of them.
pub(crate) async fn accept<W: World>(
    session: &Session<W>,
    agencies: &Agencies,
    opened: &Opened,
    named: Acceptance,
) -> Result<Attempt, Error> {
    let request = build(session, agencies, opened, named)?;
    match call(session.client().transport(), request).await {
        Ok(row) => Ok(Attempt::Row(Box::new(row))),
        Err(Error::Refused(Refusal::AlreadyAccepted { by })) => Ok(Attempt::Taken(by)),
        Err(Error::Refused(Refusal::ManifestOutdated)) => Ok(Attempt::Renew),
        Err(error) => Err(error),
    }
}

fn build<W: World>(
    session: &Session<W>,
    agencies: &Agencies,
    opened: &Opened,
    named: Acceptance,
) -> Result<AcceptEnquiry, Error> {
    let before = &opened.case.newest().ok_or(Untrusted::Epoch)?.record;
    let agency = opened.agency().ok_or(Untrusted::Epoch)?;
    let own = agencies.0.get(&agency).ok_or(Untrusted::Agency)?;
    let me = session.account();
    let record =
        acceptance_record(before, &own.agency.current, me, named).ok_or(Refusal::NotAllowed)?;
    let client = session.client();
    let platform = &client.platform().id;
    let rng = &mut client.world().random();
    let key = EpochKey::make(rng);
    let record = session.with_keys(|keys| Signed::author(record, &key, platform, &keys.sig))?;
    // What the inbox was given.
    let given = opened.case.epochs().iter();
    let given = given.filter_map(|epoch| Some((&epoch.record, epoch.key.as_ref()?)));
    let given: Vec<_> = given.collect();
    let mut wraps = Vec::with_capacity((given.len() + 1) * record.members.len());
    for member in &record.members {
        let identity = recipient(own, opened, &record, member.identity_hash)?;
        // Who was a member before has the keys of then.
        let is_new = before.find(&member.id).is_none();
        let before = given.iter().copied().filter(|_| is_new);
        for (record, key) in before.chain([(&record, &key)]) {
            let wrap = EpochWrap::seal(rng, platform, record, key, &identity.kem_key)?;
            wraps.push(AddressedWrap {
                to: member.id,
                wrap: Blob::from(wrap.as_bytes()),
            });
        }
    }
    Ok(AcceptEnquiry {
        conversation: record.conversation,
        epoch: Blob::from(record.as_bytes()),
        wraps,
    })
}

/// The identity of a member: exactly the one whose hash the record names.
fn recipient<'a>(
    own: &'a Own,
    opened: &'a Opened,
    record: &EpochRecord,
    hash: crypto::Digest,
) -> Result<&'a Signed<Identity>, Untrusted> {
    let identity = if opened.seeker.digest() == hash {
        Some(&opened.seeker)
    } else {
        own.colleagues.get(&hash)
    };
    identity
        .filter(|identity| record.find(&MemberId::Account(identity.account)).is_some())
        .map(|identity| &**identity)
        .ok_or(Untrusted::Identity)
}
