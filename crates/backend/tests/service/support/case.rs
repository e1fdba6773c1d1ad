//! A conversation as clients make it.

use crypto::epoch::{EpochKey, EpochRecord, Member, MemberRole, Reason};
use crypto::message::{Content, ContentType, Message};
use crypto::random::SystemRandom;
use crypto::wrap::{EpochWrap, KemPublicKey};
use crypto::{Digest, Signed};
use domain::conversation::{AddressedWrap, MemberId};
use domain::enquiry::SubmitEnquiry;
use domain::id::{ConversationId, MessageId};
use domain::inbox::AcceptEnquiry;
use domain::topic::TopicId;
use domain::work::Purpose;

use super::{Agency, Person, World, random};

/// A conversation's epochs and keys, as its members know them.
pub(crate) struct Case {
    pub(crate) id: ConversationId,
    pub(crate) epochs: Vec<(Signed<EpochRecord>, EpochKey)>,
}

pub(crate) fn member(person: &Person, role: MemberRole) -> Member {
    Member {
        id: MemberId::Account(person.account),
        identity_hash: person.identity.digest(),
        role,
        history_from: 0,
    }
}

pub(crate) fn inbox_member(agency: &Agency) -> Member {
    Member {
        id: MemberId::Inbox(agency.id),
        identity_hash: Digest::ZERO,
        role: MemberRole::Inbox,
        history_from: 0,
    }
}

/// Epoch record 0 as an honest seeker makes it, unsigned.
pub(crate) fn first_record(id: ConversationId, seeker: &Person, agency: &Agency) -> EpochRecord {
    EpochRecord {
        conversation: id,
        epoch: 0,
        prev_hash: Digest::ZERO,
        commit: Digest::ZERO,
        agency: agency.id,
        manifest_hash: agency.manifest().digest(),
        consent_hash: Digest::ZERO,
        author_slot: 0,
        reason: Reason::Enquiry,
        members: vec![member(seeker, MemberRole::Seeker), inbox_member(agency)],
    }
}

impl Case {
    /// A new enquiry, and the request that sends it.
    pub(crate) fn enquiry(
        world: &World,
        seeker: &Person,
        agency: &Agency,
    ) -> (Self, SubmitEnquiry) {
        let id = ConversationId::from_bytes(random());
        Self::enquiry_with(world, seeker, agency, first_record(id, seeker, agency))
    }

    /// The same with a record of one's own.
    pub(crate) fn enquiry_with(
        world: &World,
        seeker: &Person,
        agency: &Agency,
        record: EpochRecord,
    ) -> (Self, SubmitEnquiry) {
        let platform = &world.trust.platform_id;
        let id = record.conversation;
        let key = EpochKey::make(&mut SystemRandom);
        let record = Signed::author(record, &key, platform, &seeker.keys.sig).unwrap();
        let this = Self {
            id,
            epochs: vec![(record, key)],
        };
        let own = MemberId::Account(seeker.account);
        let inbox_key = agency.inbox.public_key().unwrap();
        let request = SubmitEnquiry {
            conversation: id,
            agency: agency.id,
            topic: TopicId(0),
            wish: None,
            epoch: this.epochs[0].0.as_bytes().into(),
            wraps: vec![
                this.wrap(world, 0, own, &seeker.identity.kem_key),
                this.wrap(world, 0, MemberId::Inbox(agency.id), &inbox_key),
            ],
            messages: vec![
                this.message(world, seeker, ContentType::ENQUIRY, b"{}"),
                this.message(world, seeker, ContentType::TEXT, b"Hallo"),
            ],
            work: world.work(Purpose::Enquiry),
        };
        (this, request)
    }

    pub(crate) fn wrap(
        &self,
        world: &World,
        epoch: usize,
        to: MemberId,
        key: &KemPublicKey,
    ) -> AddressedWrap {
        let (record, epoch_key) = &self.epochs[epoch];
        let platform = &world.trust.platform_id;
        let wrap = EpochWrap::seal(&mut SystemRandom, platform, record, epoch_key, key);
        AddressedWrap {
            to,
            wrap: wrap.unwrap().as_bytes().into(),
        }
    }

    /// A message in the newest epoch.
    pub(crate) fn message(
        &self,
        world: &World,
        sender: &Person,
        content_type: ContentType,
        body: &[u8],
    ) -> domain::Blob {
        let id = MessageId::from_bytes(random());
        self.message_with(world, sender, content_type, body, id)
    }

    pub(crate) fn message_with(
        &self,
        world: &World,
        sender: &Person,
        content_type: ContentType,
        body: &[u8],
        id: MessageId,
    ) -> domain::Blob {
        let (record, key) = self.epochs.last().unwrap();
        let (slot, _) = record.find(&MemberId::Account(sender.account)).unwrap();
        let content = Content {
            chain: [1; 8],
            seq: 0,
            prev_own_hash: Digest::ZERO,
            seen_hash: Digest::ZERO,
            sent: world.now().minute(),
            content_type,
            body: body.to_vec(),
        };
        let platform = &world.trust.platform_id;
        let rng = &mut SystemRandom;
        let signer = &sender.keys.sig;
        Message::seal(rng, platform, record, key, signer, id, slot, &content)
            .unwrap()
            .as_bytes()
            .into()
    }

    /// Epoch record 1 as an honest counsellor makes it, unsigned.
    pub(crate) fn second_record(
        &self,
        seeker: &Person,
        by: &Person,
        agency: &Agency,
    ) -> EpochRecord {
        EpochRecord {
            conversation: self.id,
            epoch: 1,
            prev_hash: self.epochs[0].0.digest(),
            commit: Digest::ZERO,
            agency: agency.id,
            manifest_hash: agency.manifest().digest(),
            consent_hash: Digest::ZERO,
            author_slot: 1,
            reason: Reason::Accept,
            members: vec![
                member(seeker, MemberRole::Seeker),
                member(by, MemberRole::Counsellor),
            ],
        }
    }

    /// The acceptance by one counsellor, and the conversation afterwards.
    pub(crate) fn acceptance(
        &self,
        world: &World,
        seeker: &Person,
        by: &Person,
        agency: &Agency,
    ) -> (Self, AcceptEnquiry) {
        let record = self.second_record(seeker, by, agency);
        self.acceptance_with(world, seeker, &[by], record)
    }

    /// The same with a record of one's own, signed by the first of `staff`.
    pub(crate) fn acceptance_with(
        &self,
        world: &World,
        seeker: &Person,
        staff: &[&Person],
        record: EpochRecord,
    ) -> (Self, AcceptEnquiry) {
        let platform = &world.trust.platform_id;
        let key = EpochKey::make(&mut SystemRandom);
        let record = Signed::author(record, &key, platform, &staff[0].keys.sig).unwrap();
        let (first, first_key) = &self.epochs[0];
        let after = Self {
            id: self.id,
            epochs: vec![
                (first.clone(), EpochKey::from_bytes(*first_key.expose())),
                (record, key),
            ],
        };
        let mut wraps = Vec::new();
        for person in staff.iter().chain([&seeker]) {
            let to = MemberId::Account(person.account);
            for epoch in [0, 1] {
                wraps.push(after.wrap(world, epoch, to, &person.identity.kem_key));
            }
        }
        let request = AcceptEnquiry {
            conversation: self.id,
            epoch: after.epochs[1].0.as_bytes().into(),
            wraps,
        };
        (after, request)
    }
}
