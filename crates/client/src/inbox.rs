//! What waits at one's agencies, and accepting it. Staff only.

use std::rc::Rc;

use crypto::Signed;
use crypto::epoch::{EpochKey, EpochRecord, MemberId};
use crypto::identity::Identity;
use crypto::trust::Manifest;
use crypto::wrap::{EpochWrap, InboxWrap, KemSeed};
use domain::agency::{ListMine, OwnAgency, Roles};
use domain::conversation::{AddressedWrap, ConversationRow};
use domain::enquiry::EnquiryFields;
use domain::id::{AccountId, AgencyId, ConversationId};
use domain::inbox::{AcceptEnquiry, WaitingEnquiry};
use domain::map::Map;
use domain::time::Timestamp;
use domain::topic::TopicId;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::Body;
use crate::conversation::amend;
use crate::conversation::case::{Case, Epoch, Identities, Read, identities, verify_record};
use crate::conversation::epochs::{acceptance_record, judge};
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

    /// The inbox's seed of the manifest that an enquiry names.
    fn inbox_seed<W: World>(
        &self,
        session: &Session<W>,
        manifest: &Manifest,
    ) -> Result<KemSeed, Untrusted> {
        let platform = &session.client().platform().id;
        let own = session.identity().kem_key.digest();
        self.inbox_wraps
            .iter()
            .filter(|wrap| wrap.recipient() == own)
            .find_map(|wrap| {
                session.with_keys(|keys| {
                    wrap.open(
                        platform,
                        &self.agency.id(),
                        manifest.inbox_epoch,
                        &manifest.inbox_key,
                        &keys.kem,
                    )
                    .ok()
                })
            })
            .ok_or(Untrusted::Key)
    }
}

/// A waiting enquiry that was verified and opened through the inbox.
pub(crate) struct Opened {
    case: Case,
    seeker: Rc<Signed<Identity>>,
}

impl Opened {
    /// At which agency.
    pub(crate) fn agency(&self) -> Option<AgencyId> {
        self.case.newest().map(|epoch| epoch.record.agency)
    }
}

/// Verifies a waiting enquiry and opens it through the inbox.
pub(crate) async fn open<W: World>(
    session: &Session<W>,
    agencies: &Agencies,
    enquiry: &WaitingEnquiry,
) -> Result<Opened, Error> {
    let own = agencies.0.get(&enquiry.agency).ok_or(Untrusted::Agency)?;
    let seeker = identities(session, std::slice::from_ref(&enquiry.seeker));
    let platform = &session.client().platform().id;
    let record = verify_record(platform, &enquiry.epoch, &seeker, None)?;
    if record.conversation != enquiry.conversation || record.agency != enquiry.agency {
        return Err(Error::Untrusted(Untrusted::Epoch));
    }
    let manifest = session
        .book()
        .manifest(session, record.agency, record.manifest_hash)
        .await?;
    judge(None, &record, &manifest)?;
    let seed = own.inbox_seed(session, &manifest)?;
    let key = EpochWrap::decode(enquiry.wrap.as_slice())
        .map_err(|_| Untrusted::Key)?
        .open(platform, &record, &seed)
        .map_err(|_| Untrusted::Key)?;
    let epoch = Epoch::new(record, manifest, Some(key), &seeker);
    let identity = epoch.identity(0).cloned().ok_or(Untrusted::Identity)?;
    Ok(Opened {
        case: Case::waiting(session, epoch),
        seeker: identity,
    })
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
        .filter(|stored| !stored.is_tombstone())
        .map(|stored| (stored.position, opened.case.read(session, &stored.message)))
        .collect();
    let stored: Vec<_> = enquiry.messages.iter().collect();
    let edits = amend::amend(&stored, &mut read);
    for stored in stored {
        let at = edits.get(&stored.position).unwrap_or(&stored.position);
        let is_quiet = |read: &Read| read.is_quiet();
        let one = read.get(&stored.position);
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
            // Gone without a word of its author.
            None => waiting.untrusted = Some(Untrusted::Message),
        }
    }
    let accepts = Roles::INBOX.and(Roles::COUNSELLOR);
    let roles = agency.map(|agency| agency.roles(session.account()));
    waiting.may_accept =
        waiting.untrusted.is_none() && roles.is_some_and(|roles| roles.has(accepts));
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
    deputy: Option<AccountId>,
) -> Result<Attempt, Error> {
    let request = build(session, agencies, opened, deputy)?;
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
    deputy: Option<AccountId>,
) -> Result<AcceptEnquiry, Error> {
    let first = opened.case.newest().ok_or(Untrusted::Epoch)?;
    let first_key = first.key.as_ref().ok_or(Untrusted::Key)?;
    let own = agencies
        .0
        .get(&first.record.agency)
        .ok_or(Untrusted::Agency)?;
    let me = session.account();
    let record = acceptance_record(&first.record, &own.agency.current, me, deputy)
        .ok_or(Refusal::NotAllowed)?;
    let client = session.client();
    let platform = &client.platform().id;
    let rng = &mut client.world().random();
    let key = EpochKey::make(rng);
    let record = session.with_keys(|keys| Signed::author(record, &key, platform, &keys.sig))?;
    let mut wraps = Vec::with_capacity(2 * record.members.len());
    for member in &record.members {
        let identity = recipient(own, opened, &record, member.identity_hash)?;
        for (record, key) in [(&first.record, first_key), (&record, &key)] {
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
