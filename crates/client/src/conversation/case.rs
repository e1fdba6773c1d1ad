//! A conversation whose epochs have been verified, with the keys of this session.

use std::rc::Rc;

use crypto::consent::Consent;
use crypto::epoch::{EpochKey, EpochRecord, Member, MemberId, MemberRole, Reason};
use crypto::identity::Identity;
use crypto::mark::{ReadMark, UpTo};
use crypto::message::{Content, ContentType, Message};
use crypto::trust::Manifest;
use crypto::wrap::EpochWrap;
use crypto::{Digest, Signed, Unverified};
use domain::conversation::{ConversationRow, MemberMark};
use domain::enquiry::EnquiryFields;
use domain::id::{AccountId, ConversationId, MessageId, PlatformId};
use domain::map::Map;
use domain::time::Minute;
use domain::{Blob, Refusal};

use crate::conversation::about::{About, Gone};
use crate::conversation::epochs::{Before, hands_over, judge, may_write};
use crate::conversation::{Body, Person};
use crate::error::{Error, Untrusted};
use crate::form::from_json;
use crate::session::Session;
use crate::world::World;

/// A conversation's verified epochs, oldest first.
pub(crate) struct Case {
    conversation: ConversationId,
    me: AccountId,
    epochs: Vec<Epoch>,
    /// Why a later epoch could not be verified.
    pub(crate) fault: Option<Untrusted>,
    /// What the seeker said at the enquiry.
    pub(crate) fields: Option<EnquiryFields>,
}

/// A verified epoch.
pub(crate) struct Epoch {
    pub(crate) record: Signed<EpochRecord>,
    pub(crate) manifest: Rc<Signed<Manifest>>,
    /// `None` if this epoch is not for us to read.
    pub(crate) key: Option<EpochKey>,
    /// By slot.
    senders: Vec<Option<Rc<Signed<Identity>>>>,
}

/// A message that was opened and whose signature holds.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Read {
    pub(crate) id: MessageId,
    pub(crate) digest: Digest,
    pub(crate) epoch: u32,
    pub(crate) sender: AccountId,
    pub(crate) own: bool,
    pub(crate) chain: [u8; 8],
    pub(crate) seq: u32,
    pub(crate) prev_own: Digest,
    pub(crate) seen: Digest,
    pub(crate) sent: Minute,
    pub(crate) kind: ContentType,
    pub(crate) body: Body,
    /// The message that it is about; of one that was taken back, what took it back.
    pub(crate) about: Option<(MessageId, Digest)>,
    /// What a deletion takes back.
    pub(crate) gone: Vec<Gone>,
}

/// Who took something back, and with which message.
#[derive(Clone, Copy)]
pub(crate) struct By {
    pub(crate) sender: AccountId,
    pub(crate) own: bool,
    pub(crate) name: Option<(MessageId, Digest)>,
}

/// Identity records by their digests; those that do not verify are of no use.
pub(crate) type Identities = Map<Digest, Rc<Signed<Identity>>>;

/// A conversation as the server tells it.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) conversation: ConversationId,
    pub(crate) epochs: &'a [Blob],
    pub(crate) identities: &'a [Blob],
    pub(crate) consents: &'a [Blob],
}

/// The key of an epoch, as far as it is ours to have.
type KeyOf<'a> = &'a dyn Fn(&Signed<EpochRecord>) -> Result<Option<EpochKey>, Untrusted>;

impl Case {
    /// Verifies a row's epochs and unwraps their keys. Only a missing connection is an error: what
    /// does not verify is kept as [`Case::fault`], and nothing behind it is believed.
    pub(crate) async fn open<W: World>(
        session: &Session<W>,
        row: &ConversationRow,
    ) -> Result<Self, Error> {
        let told = Told {
            conversation: row.conversation,
            epochs: &row.epochs,
            identities: &row.identities,
            consents: &row.consents,
        };
        let key_of = |record: &Signed<EpochRecord>| match own_listing(session, record)? {
            Some(me) => own_key(session, record, &row.wraps, &me).map(Some),
            // Epochs before ours: we have the keys that we were given with the first of ours.
            None => Ok(own_key(session, record, &row.wraps, &session.identity().digest()).ok()),
        };
        let mut case = Self::verify(session, told, &key_of).await?;
        let right_agency = case
            .newest()
            .is_some_and(|epoch| epoch.record.agency == row.agency);
        if case.fault.is_none() && !right_agency {
            case.fault = Some(Untrusted::Epoch);
        }
        // Anybody can write an epoch 0 and wrap its key for us: only a record that lists us makes
        // a conversation ours.
        let me = MemberId::Account(case.me);
        if !case
            .epochs
            .iter()
            .any(|epoch| epoch.record.find(&me).is_some())
        {
            case.epochs.clear();
            case.fault = case.fault.or(Some(Untrusted::Epoch));
        }
        for stored in &row.opening {
            // In epoch 0 only the seeker writes: nobody else can give the seeker another name.
            if let Ok(Read {
                epoch: 0,
                body: Body::Enquiry(fields),
                ..
            }) = case.read(session, &stored.message)
            {
                case.fields = Some(fields);
            }
        }
        Ok(case)
    }

    /// Verifies epochs, each after the one before, as far as they hold.
    pub(crate) async fn verify<W: World>(
        session: &Session<W>,
        told: Told<'_>,
        key_of: KeyOf<'_>,
    ) -> Result<Self, Error> {
        let identities = identities(session, told.identities);
        let mut case = Self {
            conversation: told.conversation,
            me: session.account(),
            epochs: Vec::with_capacity(told.epochs.len()),
            fault: None,
            fields: None,
        };
        for bytes in told.epochs {
            match case.next(session, told, bytes, &identities, key_of).await {
                Ok(epoch) => case.epochs.push(epoch),
                Err(Error::Untrusted(why)) => {
                    case.fault = Some(why);
                    break;
                }
                // The manifest that the epoch names is not to be had: nothing proves it.
                Err(Error::Refused(Refusal::NotFound) | Error::Damaged) => {
                    case.fault = Some(Untrusted::Manifest);
                    break;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(case)
    }

    async fn next<W: World>(
        &self,
        session: &Session<W>,
        told: Told<'_>,
        bytes: &Blob,
        identities: &Identities,
        key_of: KeyOf<'_>,
    ) -> Result<Epoch, Error> {
        let platform = &session.client().platform().id;
        let record = verify_record(platform, bytes, identities, self.newest())?;
        if record.conversation != self.conversation {
            return Err(Error::Untrusted(Untrusted::Epoch));
        }
        let book = session.book();
        let manifest = book
            .manifest(session, record.agency, record.manifest_hash)
            .await?;
        let before = self.newest().map(|epoch| Before {
            record: &epoch.record,
            manifest: &epoch.manifest,
        });
        // One that an epoch named before is used up.
        let mut consents = self.agreed(session, told.consents);
        let consent = consents.find(|consent| consent.digest() == record.consent_hash);
        judge(before, &record, &manifest, consent.as_ref())?;
        let key = key_of(&record)?;
        Ok(Epoch::new(record, manifest, key, identities))
    }

    /// The seeker's statements about this conversation that no epoch has named yet.
    pub(crate) fn agreed<W: World>(
        &self,
        session: &Session<W>,
        consents: &[Blob],
    ) -> impl Iterator<Item = Signed<Consent>> {
        let platform = &session.client().platform().id;
        let seeker = self.newest().and_then(|epoch| {
            let (slot, _) = epoch.record.find(&epoch.record.seeker()?.id)?;
            epoch.identity(slot.into())
        });
        consents.iter().filter_map(move |bytes| {
            let consent = Unverified::<Consent>::decode(bytes.as_slice()).ok()?;
            let consent = consent.verify(platform, &self.conversation, seeker?).ok()?;
            let is_named = |epoch: &Epoch| epoch.record.consent_hash == consent.digest();
            (!self.epochs.iter().any(is_named)).then_some(consent)
        })
    }

    /// A case of one epoch.
    #[cfg(test)]
    pub(crate) fn of<W: World>(session: &Session<W>, epoch: Epoch) -> Self {
        Self {
            conversation: epoch.record.conversation,
            me: session.account(),
            epochs: vec![epoch],
            fault: None,
            fields: None,
        }
    }

    /// The newest verified epoch.
    pub(crate) fn newest(&self) -> Option<&Epoch> {
        self.epochs.last()
    }

    /// All verified epochs, the oldest first.
    pub(crate) fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// Whether a message is of an epoch before ours, which we were not given.
    pub(crate) fn is_closed(&self, message: &Blob) -> bool {
        let me = MemberId::Account(self.me);
        let message = Message::decode(message.as_slice()).ok();
        let at = message.and_then(|message| usize::try_from(message.epoch()).ok());
        let epoch = at.and_then(|at| self.epochs.get(at));
        epoch.is_some_and(|epoch| epoch.key.is_none() && epoch.record.find(&me).is_none())
    }

    /// How many epochs are verified.
    pub(crate) fn len(&self) -> usize {
        self.epochs.len()
    }

    /// Whether oneself is the author of the newest acceptance, and nobody else was asked since.
    pub(crate) fn is_accepted_by_me(&self) -> bool {
        let mut epochs = self.epochs.iter().rev();
        let passed = |epoch: &&Epoch| {
            let reason = epoch.record.reason;
            matches!(reason, Reason::Accept | Reason::Enquiry | Reason::Return)
        };
        let author = epochs
            .find(passed)
            .filter(|epoch| epoch.record.reason == Reason::Accept);
        let author = author.and_then(|epoch| epoch.record.author());
        author.is_some_and(|author| author.id == MemberId::Account(self.me))
    }

    /// Whether every epoch that both have is the same one.
    pub(crate) fn agrees_with(&self, before: &Self) -> bool {
        let both = self.epochs.iter().zip(&before.epochs);
        both.into_iter()
            .all(|(now, before)| now.record.digest() == before.record.digest())
    }

    /// The epoch and slot in which to write; `None` where nothing may be sent.
    pub(crate) fn writable(&self) -> Option<(&Epoch, &EpochKey, u16)> {
        let (epoch, key, slot) = self.readable()?;
        let me = epoch.record.member(slot)?;
        // Who has handed over to somebody says no more.
        (may_write(me) && !hands_over(&epoch.record, me)).then_some((epoch, key, slot))
    }

    /// The newest epoch and the own slot in it; `None` where nothing may be said any more.
    pub(crate) fn readable(&self) -> Option<(&Epoch, &EpochKey, u16)> {
        if self.fault.is_some() {
            return None;
        }
        let epoch = self.newest()?;
        let (slot, _) = epoch.record.find(&MemberId::Account(self.me))?;
        Some((epoch, epoch.key.as_ref()?, slot))
    }

    /// Opens a message and checks its signature against the epoch that it names.
    pub(crate) fn read<W: World>(
        &self,
        session: &Session<W>,
        message: &Blob,
    ) -> Result<Read, Untrusted> {
        let message = Message::decode(message.as_slice()).map_err(|_| Untrusted::Message)?;
        if message.conversation() != self.conversation {
            return Err(Untrusted::Message);
        }
        let at = usize::try_from(message.epoch()).map_err(|_| Untrusted::Epoch)?;
        let epoch = self.epochs.get(at).ok_or(Untrusted::Epoch)?;
        let key = epoch.key.as_ref().ok_or(Untrusted::Key)?;
        let slot = usize::from(message.sender_slot());
        let writer = epoch
            .record
            .members
            .get(slot)
            .filter(|member| may_write(member));
        let sender = epoch.senders.get(slot).and_then(Option::as_ref);
        let (Some(_), Some(sender)) = (writer, sender) else {
            return Err(Untrusted::Identity);
        };
        let platform = &session.client().platform().id;
        let content = message
            .open(platform, &epoch.record, key, sender)
            .map_err(|_| Untrusted::Message)?;
        let own = sender.account == self.me;
        Ok(Read::new(&message, content, sender.account, own))
    }

    /// Opens a read mark and checks that it is `account`'s; gives its version too.
    pub(crate) fn read_mark<W: World>(
        &self,
        session: &Session<W>,
        told: &MemberMark,
    ) -> Option<(u64, UpTo)> {
        let mark = ReadMark::decode(told.mark.as_slice()).ok()?;
        let epoch = self.epochs.get(usize::try_from(mark.epoch()).ok()?)?;
        let reader = epoch.identity(usize::from(mark.slot()))?;
        let platform = &session.client().platform().id;
        let up_to = mark.open(platform, &epoch.record, epoch.key.as_ref()?, reader);
        let is_theirs = mark.conversation() == self.conversation && reader.account == told.account;
        is_theirs.then_some((mark.version(), up_to.ok()?))
    }

    /// The name by which somebody is shown in the epoch of a message.
    pub(crate) fn person(&self, epoch: u32, account: AccountId) -> Option<Person> {
        let epoch = self.epochs.get(usize::try_from(epoch).ok()?)?;
        let (_, member) = epoch.record.find(&MemberId::Account(account))?;
        Some(self.describe(epoch, member, account))
    }

    /// The persons of the newest epoch.
    pub(crate) fn persons(&self) -> Vec<Person> {
        let Some(epoch) = self.newest() else {
            return Vec::new();
        };
        let members = epoch.record.members.iter();
        members
            .filter_map(|member| match member.id {
                MemberId::Account(account) => Some(self.describe(epoch, member, account)),
                MemberId::Inbox(_) => None,
            })
            .collect()
    }

    fn describe(&self, epoch: &Epoch, member: &Member, account: AccountId) -> Person {
        let name = if member.role == MemberRole::Seeker {
            self.fields.as_ref().map(|fields| fields.pseudonym.clone())
        } else {
            epoch
                .manifest
                .staff(&account)
                .map(|staff| staff.name.clone())
        };
        Person {
            account,
            name: name.unwrap_or_default(),
            role: member.role,
            own: account == self.me,
        }
    }
}

impl Epoch {
    pub(crate) fn new(
        record: Signed<EpochRecord>,
        manifest: Rc<Signed<Manifest>>,
        key: Option<EpochKey>,
        identities: &Identities,
    ) -> Self {
        let sender = |member: &Member| {
            let identity = identities.get(&member.identity_hash)?;
            (member.id == MemberId::Account(identity.account)).then(|| Rc::clone(identity))
        };
        let senders = record.members.iter().map(sender).collect();
        Self {
            record,
            manifest,
            key,
            senders,
        }
    }

    /// The verified identity of a member, by slot.
    pub(crate) fn identity(&self, slot: usize) -> Option<&Rc<Signed<Identity>>> {
        self.senders.get(slot)?.as_ref()
    }
}

impl Read {
    fn new(message: &Message, content: Content, sender: AccountId, own: bool) -> Self {
        let kind = content.content_type;
        let (mut about, mut gone) = (None, Vec::new());
        let body = match kind {
            ContentType::TEXT => String::from_utf8(content.body).ok().map(Body::Text),
            ContentType::ENQUIRY => from_json(&content.body).ok().map(Body::Enquiry),
            ContentType::DELETE | ContentType::EDIT | ContentType::REPLY | ContentType::CONSENT => {
                About::read(kind, &content.body).map(|read| {
                    about = Some((read.target, read.hash));
                    gone = read.gone;
                    Body::Text(read.text)
                })
            }
            _ => Some(Body::Newer),
        };
        Self {
            id: message.id(),
            digest: message.digest(),
            epoch: message.epoch(),
            sender,
            own,
            chain: content.chain,
            seq: content.seq,
            prev_own: content.prev_own_hash,
            seen: content.seen_hash,
            sent: content.sent,
            kind,
            body: body.unwrap_or(Body::Unverified(Untrusted::Message)),
            about,
            gone,
        }
    }

    /// What a deletion leaves of a message; its kind is left open.
    pub(crate) fn gone(gone: &Gone, by: By) -> Self {
        Self {
            id: gone.id,
            digest: gone.digest,
            epoch: gone.epoch,
            sender: by.sender,
            own: by.own,
            chain: gone.chain,
            seq: gone.seq,
            prev_own: gone.prev_own,
            seen: Digest::ZERO,
            sent: gone.sent,
            kind: ContentType::TEXT,
            body: Body::Deleted,
            about: by.name,
            gone: Vec::new(),
        }
    }

    /// By what other messages name it.
    pub(crate) const fn name(&self) -> Option<(MessageId, Digest)> {
        Some((self.id, self.digest))
    }

    /// Whether it says something of its own, and can be changed and taken back.
    pub(crate) fn is_said(&self) -> bool {
        self.kind == ContentType::TEXT || self.kind == ContentType::REPLY
    }

    /// Whether it only changes another message or takes it back, or is a step of a handover. One that
    /// must not is shown.
    pub(crate) fn is_quiet(&self) -> bool {
        matches!(
            self.kind,
            ContentType::DELETE | ContentType::EDIT | ContentType::CONSENT
        ) && !matches!(self.body, Body::Unverified(_))
    }
}

/// Identity records that are signed by themselves; whose they are, a record or manifest says.
pub(crate) fn identities<W: World>(session: &Session<W>, records: &[Blob]) -> Identities {
    let platform = &session.client().platform().id;
    records
        .iter()
        .filter_map(|bytes| {
            let identity = Unverified::<Identity>::decode(bytes.as_slice()).ok()?;
            let identity = identity.verify(platform).ok()?;
            Some((identity.digest(), Rc::new(identity)))
        })
        .collect()
}

/// An epoch's record, signed by the identity that it names for its author. Whoever has a new
/// identity since the epoch `before` signs with the one that `before` names (crypto.md 3.7).
pub(crate) fn verify_record(
    platform: &PlatformId,
    bytes: &Blob,
    identities: &Identities,
    before: Option<&Epoch>,
) -> Result<Signed<EpochRecord>, Untrusted> {
    let record =
        Unverified::<EpochRecord>::decode(bytes.as_slice()).map_err(|_| Untrusted::Epoch)?;
    let named = record.claimed_author_identity();
    let author = named.and_then(|hash| identities.get(&hash));
    let author = author.ok_or(Untrusted::Identity)?;
    let me = MemberId::Account(author.account);
    let was = before.and_then(|before| Some((before, before.record.find(&me)?)));
    let signer = match was {
        Some((before, (slot, was))) if was.identity_hash != author.digest() => before
            .identity(slot.into())
            // Numbers rise: nobody goes back to an identity that somebody may know.
            .filter(|was| was.key_no < author.key_no)
            .ok_or(Untrusted::Identity)?,
        _ => author,
    };
    record
        .verify(platform, signer)
        .map_err(|_| Untrusted::Epoch)
}

/// The identity under which a record lists us, the present one or one before; under another it is
/// somebody else.
fn own_listing<W: World>(
    session: &Session<W>,
    record: &EpochRecord,
) -> Result<Option<Digest>, Untrusted> {
    let Some((_, member)) = record.find(&MemberId::Account(session.account())) else {
        return Ok(None);
    };
    session.with_identity(&member.identity_hash, |_, _| Some(member.identity_hash))
}

/// Our key of an epoch: the wrap that opens to what the record commits to.
fn own_key<W: World>(
    session: &Session<W>,
    record: &Signed<EpochRecord>,
    wraps: &[Blob],
    me: &Digest,
) -> Result<EpochKey, Untrusted> {
    let platform = &session.client().platform().id;
    let found = session.with_identity(me, |own, keys| {
        let own = own.kem_key.digest();
        wraps
            .iter()
            .filter_map(|bytes| EpochWrap::decode(bytes.as_slice()).ok())
            .filter(|wrap| wrap.epoch() == record.epoch && wrap.recipient() == own)
            .find_map(|wrap| wrap.open(platform, record, &keys.kem).ok())
    })?;
    found.ok_or(Untrusted::Key)
}
