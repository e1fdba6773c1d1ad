//! A seeker enters with new keys, signed by those before; whatever else looks like it is refused.

use std::rc::Rc;

use super::*;
use crate::conversation::case::{Epoch, Identities, verify_record};
use crate::sample::{AGENCY, PLATFORM, account, manifest};
use crypto::identity::{Identity, IdentityKeys};
use crypto::random::SystemRandom;
use crypto::wrap::KemSeed;
use crypto::{Digest, SigningKey, epoch::EpochKey};
use domain::Blob;
use domain::id::ConversationId;
use domain::time::Day;

const SEEKER: u8 = 1;
const COUNSELLOR: u8 = 2;
/// Listed, and no member.
const COLLEAGUE: u8 = 3;

struct Known {
    keys: IdentityKeys,
    record: Rc<Signed<Identity>>,
}

/// An identity of an account; `which` keys, with this number.
fn identity(of: u8, which: u8, key_no: u32) -> Known {
    let keys = IdentityKeys {
        sig: SigningKey::from_bytes([which; 32]),
        kem: KemSeed::from_bytes([which; 32]),
    };
    let record = keys.record(&PLATFORM, account(of), Day(1), key_no).unwrap();
    Known {
        keys,
        record: Rc::new(record),
    }
}

fn sign(record: EpochRecord, by: &Known) -> Signed<EpochRecord> {
    let key = EpochKey::make(&mut SystemRandom);
    Signed::author(record, &key, &PLATFORM, &by.keys.sig).unwrap()
}

/// A seeker and a counsellor in an epoch, and what the seeker's clients know.
struct Before {
    manifest: Rc<Signed<Manifest>>,
    epoch: Epoch,
    old: Known,
    counsellor: Known,
}

fn before(identities: &[&Known]) -> Before {
    let (old, counsellor) = (identity(SEEKER, 11, 1), identity(COUNSELLOR, 12, 1));
    let accepts = Roles::COUNSELLOR.and(Roles::INBOX);
    let mut listed = manifest(1, 0, &[(COUNSELLOR, 1, accepts), (COLLEAGUE, 2, accepts)]);
    let mut lists = (*listed).clone();
    lists.staff[0].identity_hash = counsellor.record.digest();
    listed = Signed::sign(lists, &PLATFORM, &crate::sample::key(7)).unwrap();
    let manifest = Rc::new(listed);
    let first = enquiry_record(
        ConversationId::from_bytes([4; 16]),
        AGENCY,
        manifest.digest(),
        account(SEEKER),
        old.record.digest(),
    );
    let first = sign(first, &old);
    let second = acceptance_record(
        &first,
        &manifest,
        account(COUNSELLOR),
        Acceptance::default(),
    )
    .unwrap();
    let known: Identities = [&old, &counsellor]
        .into_iter()
        .chain(identities.iter().copied())
        .map(|one| (one.record.digest(), Rc::clone(&one.record)))
        .collect();
    let second = sign(second, &counsellor);
    Before {
        epoch: Epoch::new(second, Rc::clone(&manifest), None, &known),
        manifest,
        old,
        counsellor,
    }
}

impl Before {
    /// The record with which the seeker enters as `new`.
    fn change(&self, new: &Known) -> EpochRecord {
        let record = rotation_record(&self.epoch.record, &self.manifest, account(SEEKER));
        with_identity(record.unwrap(), new.record.digest())
    }

    /// What a client says to it that is given these identities beside the two of before.
    fn judge(&self, record: EpochRecord, by: &Known, given: &[&Known]) -> Result<(), Untrusted> {
        let record = sign(record, by);
        let known: Identities = [&self.old, &self.counsellor]
            .into_iter()
            .chain(given.iter().copied())
            .map(|one| (one.record.digest(), Rc::clone(&one.record)))
            .collect();
        let bytes = Blob::from(record.as_bytes());
        let record = verify_record(&PLATFORM, &bytes, &known, Some(&self.epoch))?;
        let earlier = super::Before {
            record: &self.epoch.record,
            manifest: &self.manifest,
        };
        super::judge(Some(earlier), &record, &self.manifest, None)
    }
}

#[test]
fn the_keys_before_sign_for_the_keys_after() {
    let now = before(&[]);
    let new = identity(SEEKER, 13, 2);
    let record = now.change(&new);
    assert_eq!(record.reason, Reason::KeyChange);
    assert_eq!(now.judge(record.clone(), &now.old, &[&new]), Ok(()));
    // The new keys alone prove nothing, and nobody else's do.
    for by in [&new, &now.counsellor] {
        assert!(now.judge(record.clone(), by, &[&new]).is_err());
    }
    assert_eq!(
        now.judge(record, &now.old, &[]),
        Err(Untrusted::Identity),
        "the new identity withheld"
    );
    // The same identity is no change.
    let unchanged = EpochRecord {
        reason: Reason::KeyChange,
        ..now.change(&now.old)
    };
    assert!(now.judge(unchanged, &now.old, &[]).is_err());
}

/// The server makes up an identity for the seeker's account and signs with it.
#[test]
fn an_identity_made_up_by_the_server_is_refused() {
    for key_no in [0, 1, 2, 7] {
        let made_up = identity(SEEKER, 66, key_no);
        let now = before(&[]);
        let record = now.change(&made_up);
        for record in [
            EpochRecord {
                reason: Reason::Rotate,
                ..record.clone()
            },
            record,
        ] {
            let judged = now.judge(record, &made_up, &[&made_up]);
            assert!(judged.is_err(), "number {key_no}");
        }
    }
    // Nor by a client that is not given the identity before.
    let made_up = identity(SEEKER, 66, 2);
    let mut now = before(&[]);
    let record = now.change(&made_up);
    let blind: Identities = [(made_up.record.digest(), Rc::clone(&made_up.record))]
        .into_iter()
        .collect();
    let known = Epoch::new(
        now.epoch.record.clone(),
        Rc::clone(&now.manifest),
        None,
        &blind,
    );
    now.epoch = known;
    assert_eq!(
        now.judge(record, &made_up, &[&made_up]),
        Err(Untrusted::Identity)
    );
}

#[test]
fn with_new_keys_nothing_else_changes() {
    let now = before(&[]);
    let new = identity(SEEKER, 13, 2);
    type Lie = fn(&mut EpochRecord);
    let lies: &[(&str, Lie)] = &[
        ("a listed colleague joins", |record| {
            record.members.push(Member {
                id: MemberId::Account(account(COLLEAGUE)),
                identity_hash: Digest::of(&[COLLEAGUE]),
                role: MemberRole::CoCounsellor,
                history_from: 0,
            });
        }),
        ("the counsellor is left out", |record| {
            record.members.truncate(1);
        }),
        ("more history", |record| record.members[0].history_from = 1),
        ("called a rotation", |record| record.reason = Reason::Rotate),
        ("called a join", |record| record.reason = Reason::Join),
        ("called a leaving", |record| record.reason = Reason::Leave),
    ];
    for (name, lie) in lies {
        let mut record = now.change(&new);
        lie(&mut record);
        assert!(now.judge(record, &now.old, &[&new]).is_err(), "{name}");
    }
    // The counsellor cannot change the seeker's keys.
    let by_counsellor = EpochRecord {
        author_slot: 1,
        ..now.change(&new)
    };
    assert!(now.judge(by_counsellor, &now.counsellor, &[&new]).is_err());
}
