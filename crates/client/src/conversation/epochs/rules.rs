//! Every rule of crypto.md 3.7, by a record that breaks it alone.

use super::*;
use crate::sample::{AGENCY, PLATFORM, account, key, manifest};
use crypto::Digest;
use crypto::epoch::EpochKey;
use crypto::random::SystemRandom;
use domain::id::{AgencyId, ConversationId};

const SEEKER: u8 = 1;
const AUTHOR: u8 = 2;
const DEPUTY: u8 = 3;
const OTHER_DEPUTY: u8 = 4;
/// Counsels, without the inbox.
const COLLEAGUE: u8 = 5;
const STRANGER: u8 = 6;

type Lie = (&'static str, fn(&mut EpochRecord));

fn listed(seq: u64, day: u32) -> Signed<Manifest> {
    let accepts = Roles::COUNSELLOR.and(Roles::INBOX);
    let staff = [
        (AUTHOR, 1, accepts),
        (DEPUTY, 2, accepts.and(Roles::DEPUTY)),
        (OTHER_DEPUTY, 3, accepts.and(Roles::DEPUTY)),
        (COLLEAGUE, 4, Roles::COUNSELLOR),
    ];
    manifest(seq, day, &staff)
}

fn sign(record: EpochRecord) -> Signed<EpochRecord> {
    let epoch_key = EpochKey::make(&mut SystemRandom);
    Signed::author(record, &epoch_key, &PLATFORM, &key(1)).unwrap()
}

fn member(who: u8, role: MemberRole) -> Member {
    Member {
        id: MemberId::Account(account(who)),
        identity_hash: Digest::of(&[who]),
        role,
        history_from: 0,
    }
}

fn enquiry(manifest: &Signed<Manifest>) -> EpochRecord {
    let conversation = ConversationId::from_bytes([4; 16]);
    let seeker = Digest::of(&[SEEKER]);
    enquiry_record(
        conversation,
        AGENCY,
        manifest.digest(),
        account(SEEKER),
        seeker,
    )
}

fn acceptance(first: &Signed<EpochRecord>, manifest: &Signed<Manifest>) -> EpochRecord {
    let named = Acceptance {
        deputy: Some(account(DEPUTY)),
        companion: None,
    };
    acceptance_record(first, manifest, account(AUTHOR), named).unwrap()
}

/// The same members under a new key.
fn rotation(before: &Signed<EpochRecord>, manifest: &Signed<Manifest>) -> EpochRecord {
    rotation_record(before, manifest, account(AUTHOR)).unwrap()
}

fn refused(
    lies: &[Lie],
    honest: &EpochRecord,
    before: Option<Before<'_>>,
    manifest: &Signed<Manifest>,
) {
    assert_eq!(judge(before, &sign(honest.clone()), manifest, None), Ok(()));
    for (name, lie) in lies {
        let mut record = honest.clone();
        lie(&mut record);
        assert_eq!(
            judge(before, &sign(record), manifest, None),
            Err(Untrusted::Epoch),
            "{name}"
        );
    }
}

#[test]
fn an_enquiry_has_a_seeker_and_an_inbox() {
    let manifest = listed(1, 0);
    let lies: &[Lie] = &[
        ("a third member", |record| {
            record.members.push(member(AUTHOR, MemberRole::Counsellor))
        }),
        ("no inbox", |record| {
            record.members.pop();
        }),
        ("another agency's inbox", |record| {
            record.members[1].id = MemberId::Inbox(AgencyId::from_bytes([7; 16]));
        }),
        ("another agency", |record| {
            record.agency = AgencyId::from_bytes([7; 16])
        }),
        ("no seeker", |record| {
            record.members[0].role = MemberRole::Counsellor
        }),
        ("another reason", |record| record.reason = Reason::Accept),
        ("another manifest", |record| {
            record.manifest_hash = Digest::of(b"other")
        }),
        ("a consent", |record| {
            record.consent_hash = Digest::of(b"consent")
        }),
    ];
    refused(lies, &enquiry(&manifest), None, &manifest);
}

#[test]
fn an_acceptance_adds_its_author_and_one_deputy() {
    let manifest = listed(1, 0);
    let first = sign(enquiry(&manifest));
    let before = Before {
        record: &first,
        manifest: &manifest,
    };
    let lies: &[Lie] = &[
        ("a second counsellor", |record| {
            record
                .members
                .push(member(COLLEAGUE, MemberRole::Counsellor))
        }),
        ("a co-counsellor", |record| {
            record
                .members
                .push(member(COLLEAGUE, MemberRole::CoCounsellor))
        }),
        ("a second deputy", |record| {
            record
                .members
                .push(member(OTHER_DEPUTY, MemberRole::Deputy))
        }),
        ("a reader without the policy", |record| {
            record.members.push(member(COLLEAGUE, MemberRole::Reader))
        }),
        ("a stranger", |record| {
            record.members[2] = member(STRANGER, MemberRole::Deputy)
        }),
        ("a deputy who is none", |record| {
            record.members[2] = member(COLLEAGUE, MemberRole::Deputy)
        }),
        ("a deputy with other keys", |record| {
            record.members[2].identity_hash = Digest::of(b"other")
        }),
        ("an author without the inbox", |record| {
            record.members[1] = member(COLLEAGUE, MemberRole::Counsellor)
        }),
        ("an author who is a stranger", |record| {
            record.members[1] = member(STRANGER, MemberRole::Counsellor)
        }),
        ("an author with other keys", |record| {
            record.members[1].identity_hash = Digest::of(b"other")
        }),
        ("an author who is the deputy", |record| {
            record.author_slot = 2
        }),
        ("an author who is the seeker", |record| {
            record.author_slot = 0
        }),
        ("the inbox stays", |record| {
            record.members.push(Member {
                id: MemberId::Inbox(AGENCY),
                identity_hash: Digest::ZERO,
                role: MemberRole::Inbox,
                history_from: 0,
            });
        }),
        ("no seeker", |record| {
            record.members.remove(0);
            record.author_slot = 0;
        }),
        ("another seeker", |record| {
            record.members[0] = member(STRANGER, MemberRole::Seeker)
        }),
        ("two seekers", |record| {
            record.members.push(member(STRANGER, MemberRole::Seeker))
        }),
        ("the seeker's place", |record| {
            record.members.swap(0, 1);
            record.author_slot = 0;
        }),
        ("the seeker's keys", |record| {
            record.members[0].identity_hash = Digest::of(b"other")
        }),
        ("a participant", |record| {
            record
                .members
                .push(member(COLLEAGUE, MemberRole::Participant))
        }),
        ("another before", |record| {
            record.prev_hash = Digest::of(b"other")
        }),
        ("a number left out", |record| record.epoch = 2),
        ("another conversation", |record| {
            record.conversation = ConversationId::from_bytes([5; 16])
        }),
        ("another agency", |record| {
            record.agency = AgencyId::from_bytes([7; 16])
        }),
        ("another reason", |record| record.reason = Reason::Rotate),
        ("a handover", |record| record.reason = Reason::Handover),
        ("a key change", |record| record.reason = Reason::KeyChange),
        ("a consent", |record| {
            record.consent_hash = Digest::of(b"consent")
        }),
    ];
    refused(
        lies,
        &acceptance(&first, &manifest),
        Some(before),
        &manifest,
    );
}

#[test]
fn nobody_comes_unseen_and_nobody_leaves_the_seeker_out() {
    let manifest = listed(1, 0);
    let first = sign(enquiry(&manifest));
    let second = sign(acceptance(&first, &manifest));
    let before = Before {
        record: &second,
        manifest: &manifest,
    };
    let lies: &[Lie] = &[
        ("a colleague joins", |record| {
            record
                .members
                .push(member(COLLEAGUE, MemberRole::CoCounsellor))
        }),
        ("a colleague takes over", |record| {
            record.members[1] = member(COLLEAGUE, MemberRole::Counsellor)
        }),
        ("accepted again, without an inbox", |record| {
            record.reason = Reason::Accept
        }),
        ("back to the inbox, with more than it is given", |record| {
            record.reason = Reason::Return;
            record.members.push(Member {
                id: MemberId::Inbox(AGENCY),
                identity_hash: Digest::ZERO,
                role: MemberRole::Inbox,
                history_from: 1,
            });
        }),
        ("less history", |record| record.members[2].history_from = 1),
        ("the deputy left out", |record| {
            record.members.truncate(2);
        }),
        ("the deputy left out, said aloud", |record| {
            record.members.truncate(2);
            record.reason = Reason::Leave;
        }),
        ("the deputy alone", |record| {
            record.members.truncate(1);
            record
                .members
                .push(member(OTHER_DEPUTY, MemberRole::Deputy));
        }),
        ("without the seeker", |record| {
            record.members.remove(0);
            record.author_slot = 0;
        }),
    ];
    refused(lies, &rotation(&second, &manifest), Some(before), &manifest);
    let by_deputy = EpochRecord {
        author_slot: 2,
        ..rotation(&second, &manifest)
    };
    assert_eq!(
        judge(Some(before), &sign(by_deputy), &manifest, None),
        Ok(())
    );
    // The seeker's own signature is the consent, for listed persons only.
    for (who, allowed) in [(COLLEAGUE, true), (STRANGER, false)] {
        let mut record = EpochRecord {
            author_slot: 0,
            reason: Reason::Join,
            ..rotation(&second, &manifest)
        };
        record.members.push(member(who, MemberRole::CoCounsellor));
        assert_eq!(
            judge(Some(before), &sign(record), &manifest, None).is_ok(),
            allowed
        );
    }
}

#[test]
fn the_manifest_named_is_never_lower_and_never_another() {
    let newer = listed(2, 0);
    let first = sign(enquiry(&newer));
    let before = Before {
        record: &first,
        manifest: &newer,
    };
    for (manifest, allowed) in [
        (newer.clone(), true),
        (listed(3, 0), true),
        (listed(1, 0), false),
        (listed(2, 1), false),
    ] {
        let record = sign(acceptance(&first, &manifest));
        assert_eq!(
            judge(Some(before), &record, &manifest, None).is_ok(),
            allowed,
            "{}",
            manifest.seq
        );
    }
}

#[test]
fn who_is_listed_no_more_is_left_out_by_whoever_writes_next() {
    let before = listed(1, 0);
    let first = sign(enquiry(&before));
    let second = sign(acceptance(&first, &before));
    let accepts = Roles::COUNSELLOR.and(Roles::INBOX);
    let without_author = manifest(2, 0, &[(DEPUTY, 2, accepts.and(Roles::DEPUTY))]);
    let earlier = Before {
        record: &second,
        manifest: &before,
    };
    for who in [SEEKER, DEPUTY] {
        let record = rotation_record(&second, &without_author, account(who)).unwrap();
        assert_eq!(record.reason, Reason::Leave);
        assert_eq!(record.members.len(), 2);
        let lies: &[Lie] = &[
            ("the leaver stays", |record| {
                record
                    .members
                    .insert(1, member(AUTHOR, MemberRole::Counsellor));
            }),
            ("called a mere rotation", |record| {
                record.reason = Reason::Rotate
            }),
            ("the deputy becomes the counsellor", |record| {
                record.members[1].role = MemberRole::Counsellor;
                record.members[1].id = MemberId::Account(account(OTHER_DEPUTY));
            }),
        ];
        refused(lies, &record, Some(earlier), &without_author);
    }
    // Who has left begins nothing, and a seeker does not write to nobody.
    assert_eq!(
        rotation_record(&second, &without_author, account(AUTHOR)),
        None
    );
    let nobody = manifest(2, 0, &[]);
    assert_eq!(rotation_record(&second, &nobody, account(SEEKER)), None);
}
