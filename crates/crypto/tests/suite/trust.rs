//! The chain of trust: what is believed, and what is not.

use crypto::epoch::{EpochRecord, MemberId, MemberRole, Reason};
use crypto::identity::IDENTITY_LEN;
use crypto::trust::merkle::{verify_agency, verify_association};
use crypto::trust::{Admin, Directory, Freshness, Head, Manifest};
use crypto::{Digest, FormatError, Signed, SigningKey, Statement, Unverified, VerifyError};
use domain::Blob;
use domain::agency::{InclusionProof, Roles};
use domain::id::{AgencyId, PlatformId};
use domain::time::Day;
use proptest::prelude::*;

use crate::common::{Person, Repeatable, World};

fn again<T: Statement>(signed: &Signed<T>) -> Unverified<T> {
    Unverified::decode(signed.as_bytes()).unwrap()
}

#[test]
fn sizes_are_those_of_the_specification() {
    let world = World::new();
    assert_eq!(world.seeker.identity.as_bytes().len(), IDENTITY_LEN);
    assert_eq!(world.admins.as_bytes().len(), 107 + 100);
    let names = world.association.name.len() + world.association.admins[0].name.len();
    assert_eq!(world.association.as_bytes().len(), 124 + 49 + names);
    let names = world.agency.name.len() + world.agency.place.len();
    assert_eq!(world.agency.as_bytes().len(), 141 + names);
    assert_eq!(world.head.as_bytes().len(), 150);
    let names: usize = world
        .manifest
        .staff
        .iter()
        .map(|staff| staff.name.len())
        .sum();
    assert_eq!(world.manifest.as_bytes().len(), 1452 + 2 * 55 + names);
    assert_eq!(world.freshness.as_bytes().len(), 130);
    assert_eq!(world.epoch_0.as_bytes().len(), 235 + 2 * 54);
    assert_eq!(world.consent.as_bytes().len(), 111);
}

#[test]
fn the_whole_chain_is_believed() {
    let world = World::new();
    let platform = &world.platform;
    let admins = again(&world.admins)
        .verify(platform, &world.root.verifying_key())
        .unwrap();
    let head = again(&world.head).verify(platform, &admins).unwrap();
    let agency = again(&world.agency).verify(platform, &admins).unwrap();
    let association = again(&world.association).verify(platform, &admins).unwrap();
    let proof = world.directory.prove_agency(&agency.agency).unwrap();
    verify_agency(&head, &agency, &proof).unwrap();
    let proof = world
        .directory
        .prove_association(&association.association)
        .unwrap();
    verify_association(&head, &association, &proof).unwrap();
    let manifest = again(&world.manifest)
        .verify(platform, &agency.agency, &agency.root_key)
        .unwrap();
    let lead = again(&world.lead.identity).verify(platform).unwrap();
    let fresh = again(&world.freshness)
        .verify(platform, &manifest, &lead)
        .unwrap();
    assert_eq!(fresh.day, Day(20_010));
    assert_eq!(manifest.staff(&lead.account).unwrap().name, "Frau Lindner");
    assert_eq!(manifest.staff_with(Roles::INBOX).count(), 1);
    again(&world.consent)
        .verify(platform, &world.conversation, &world.seeker.identity)
        .unwrap();
}

#[test]
fn another_platform_or_signer_is_not_believed() {
    let world = World::new();
    let other = PlatformId::from_bytes([1; 16]);
    let signature = Some(VerifyError::Signature);
    let root = world.root.verifying_key();
    assert_eq!(again(&world.admins).verify(&other, &root).err(), signature);
    let wrong = world.agency_root.verifying_key();
    let refused = again(&world.admins).verify(&world.platform, &wrong);
    assert_eq!(refused.err(), signature);
    let refused = again(&world.head).verify(&other, &world.admins);
    assert_eq!(refused.err(), signature);
    let refused = again(&world.seeker.identity).verify(&other);
    assert_eq!(refused.err(), signature);
    let agency = &world.agency;
    let refused = again(&world.manifest).verify(&other, &agency.agency, &agency.root_key);
    assert_eq!(refused.err(), signature);
    let elsewhere = AgencyId::from_bytes([1; 16]);
    let refused = again(&world.manifest).verify(&world.platform, &elsewhere, &agency.root_key);
    assert_eq!(refused.err(), Some(VerifyError::Mismatch));
    let refused = again(&world.manifest).verify(&world.platform, &agency.agency, &root);
    assert_eq!(refused.err(), Some(VerifyError::Mismatch));
}

#[test]
fn a_head_counts_only_from_an_admin_in_office() {
    let world = World::new();
    let mut list = (*world.admins).clone();
    list.admins[0].from_head = 5;
    list.admins[0].until_head = 8;
    let admins = Signed::sign(list, &world.platform, &world.root).unwrap();
    for (seq, counts) in [(4, false), (5, true), (7, true), (8, false)] {
        let head = Head {
            seq,
            ..(*world.head).clone()
        };
        let head = Signed::sign(head, &world.platform, &world.admin.keys.sig).unwrap();
        let verified = again(&head).verify(&world.platform, &admins);
        assert_eq!(verified.is_ok(), counts, "{seq}");
    }
    // Entries outlive their admin: the head decides about them.
    assert!(
        again(&world.agency)
            .verify(&world.platform, &admins)
            .is_ok()
    );
    let unknown = Head {
        admin_serial: 2,
        ..(*world.head).clone()
    };
    let unknown = Signed::sign(unknown, &world.platform, &world.admin.keys.sig).unwrap();
    let refused = again(&unknown).verify(&world.platform, &world.admins);
    assert_eq!(refused.err(), Some(VerifyError::Mismatch));
}

#[test]
fn freshness_needs_a_listed_lead() {
    let world = World::new();
    let sign = |change: &dyn Fn(&mut Freshness), author: &Person| {
        let mut fresh = (*world.freshness).clone();
        change(&mut fresh);
        let signed = Signed::sign(fresh, &world.platform, &author.keys.sig).unwrap();
        again(&signed)
            .verify(&world.platform, &world.manifest, &author.identity)
            .err()
    };
    let mismatch = Some(VerifyError::Mismatch);
    assert_eq!(sign(&|_| (), &world.lead), None);
    assert_eq!(sign(&|fresh| fresh.serial = 2, &world.counsellor), mismatch);
    assert_eq!(sign(&|fresh| fresh.serial = 2, &world.lead), mismatch);
    assert_eq!(sign(&|_| (), &world.seeker), mismatch);
    assert_eq!(sign(&|fresh| fresh.seq = 2, &world.lead), mismatch);
    let other = Digest::of(b"other");
    assert_eq!(
        sign(&|fresh| fresh.manifest_hash = other, &world.lead),
        mismatch
    );
}

#[test]
fn an_epoch_record_is_its_authors() {
    let world = World::new();
    let verify = |author: &Person| {
        again(&world.epoch_1)
            .verify(&world.platform, &author.identity)
            .err()
    };
    assert_eq!(verify(&world.counsellor), None);
    assert_eq!(verify(&world.seeker), Some(VerifyError::Mismatch));
    let claimed = again(&world.epoch_1);
    assert_eq!(claimed.claimed_author(), Some(world.counsellor.account()));
    // Signed by somebody else in the author's name.
    let forged = Signed::sign(
        (*world.epoch_1).clone(),
        &world.platform,
        &world.lead.keys.sig,
    )
    .unwrap();
    let refused = again(&forged).verify(&world.platform, &world.counsellor.identity);
    assert_eq!(refused.err(), Some(VerifyError::Signature));
    // New keys of the same account: only with the reason for it, signed by the old ones.
    let new_keys = Person::new(&world.platform, "new keys");
    let mut record = (*world.epoch_1).clone();
    record.members[1].identity_hash = new_keys.identity.digest();
    for (reason, believed) in [(Reason::Rotate, false), (Reason::KeyChange, true)] {
        record.reason = reason;
        let signer = &world.counsellor.keys.sig;
        let record = Signed::sign(record.clone(), &world.platform, signer).unwrap();
        let verified = again(&record).verify(&world.platform, &world.counsellor.identity);
        assert_eq!(verified.is_ok(), believed, "{reason:?}");
    }
}

#[test]
fn epoch_records_have_one_form() {
    let world = World::new();
    let sign = |change: &dyn Fn(&mut EpochRecord)| {
        let mut record = (*world.epoch_0).clone();
        change(&mut record);
        Signed::sign(record, &world.platform, &world.seeker.keys.sig).err()
    };
    let value = Some(FormatError::Value);
    assert_eq!(sign(&|_| ()), None);
    assert_eq!(sign(&|record| record.author_slot = 2), value);
    assert_eq!(sign(&|record| record.author_slot = 1), value, "an inbox");
    assert_eq!(sign(&|record| record.epoch = 1), value, "without a former");
    assert_eq!(sign(&|record| record.prev_hash = Digest::of(b"x")), value);
    assert_eq!(sign(&|record| record.members[0].history_from = 1), value);
    assert_eq!(
        sign(&|record| record.members[0].identity_hash = Digest::ZERO),
        value
    );
    assert_eq!(
        sign(&|record| record.members[0].role = MemberRole::Inbox),
        value
    );
    assert_eq!(
        sign(&|record| record.members[1].role = MemberRole::Reader),
        value
    );
    assert_eq!(sign(&|record| record.members.clear()), value);
    let list = Some(FormatError::List);
    assert_eq!(
        sign(&|record| record.members.push(record.members[0].clone())),
        list
    );
    let crowd = |record: &mut EpochRecord, members: u8| {
        record
            .members
            .resize(members.into(), record.members[0].clone());
        for (member, at) in record.members.iter_mut().zip(0..) {
            member.id = MemberId::Account(domain::id::AccountId::from_bytes([at; 16]));
            member.role = MemberRole::Participant;
            member.identity_hash = Digest::of(&[at]);
        }
    };
    assert_eq!(sign(&|record| crowd(record, 200)), None);
    assert_eq!(sign(&|record| crowd(record, 201)), list);
}

#[test]
fn lists_have_one_order_and_names_one_form() {
    let world = World::new();
    let sign = |change: &dyn Fn(&mut Manifest)| {
        let mut manifest = (*world.manifest).clone();
        change(&mut manifest);
        Signed::sign(manifest, &world.platform, &world.agency_root).err()
    };
    let (list, text) = (Some(FormatError::List), Some(FormatError::Text));
    assert_eq!(sign(&|manifest| manifest.staff.reverse()), list);
    assert_eq!(sign(&|manifest| manifest.staff[1].serial = 1), list);
    assert_eq!(
        sign(&|manifest| manifest.staff[1].account = manifest.staff[0].account),
        list
    );
    assert_eq!(
        sign(&|manifest| manifest.staff[0].name = "ä".repeat(24)),
        None
    );
    assert_eq!(
        sign(&|manifest| manifest.staff[0].name = "ä".repeat(25)),
        text
    );
    assert_eq!(
        sign(&|manifest| manifest.staff[0].name = String::new()),
        text
    );
    assert_eq!(
        sign(&|manifest| manifest.staff[0].name = "a\nb".into()),
        text
    );
    assert_eq!(
        sign(&|manifest| manifest.staff[0].name = "a\u{202E}b".into()),
        text
    );
    let value = Some(FormatError::Value);
    assert_eq!(
        sign(&|manifest| manifest.staff[0].roles = Roles(1 << 9)),
        value
    );

    let mut admins = (*world.admins).clone();
    admins.admins.push(Admin {
        serial: 1,
        ..admins.admins[0].clone()
    });
    let twice = Signed::sign(admins, &world.platform, &world.root);
    assert_eq!(twice.err(), list);
}

#[test]
fn a_proof_is_for_one_entry_of_one_head() {
    let world = World::new();
    let proof = world.directory.prove_agency(&world.agency.agency).unwrap();
    assert!(verify_agency(&world.head, &world.agency, &proof).is_ok());
    let refused = |proof: &InclusionProof| {
        assert_eq!(
            verify_agency(&world.head, &world.agency, proof),
            Err(VerifyError::Mismatch)
        );
    };
    let changed = |change: &dyn Fn(&mut InclusionProof)| {
        let mut proof = proof.clone();
        change(&mut proof);
        proof
    };
    refused(&changed(&|proof| proof.index = 0));
    refused(&changed(&|proof| proof.index = 2));
    refused(&changed(&|proof| proof.hashes.clear()));
    refused(&changed(&|proof| proof.hashes.push(Blob(vec![0; 32]))));
    refused(&changed(&|proof| proof.hashes[0].0[0] ^= 1));
    refused(&changed(&|proof| proof.hashes[0].0.truncate(31)));
    let elsewhere = AgencyId::from_bytes([1; 16]);
    assert!(world.directory.prove_agency(&elsewhere).is_none());
    // Another version of the entry, rightly signed, that the head does not contain.
    let mut entry = (*world.agency).clone();
    entry.name = "Andere Stelle".into();
    let entry = Signed::sign(entry, &world.platform, &world.admin.keys.sig).unwrap();
    assert!(verify_agency(&world.head, &entry, &proof).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Every entry of a directory of any size has a proof, and only its own.
    #[test]
    fn every_entry_has_its_proof(count in 1_u8..40, seed: u8) {
        let world = World::new();
        let signer = SigningKey::make(&mut Repeatable::new("signer"));
        let mut directory = Directory::default();
        let entries: Vec<_> = (0..count)
            .map(|at| {
                let mut entry = (*world.agency).clone();
                entry.agency = AgencyId::from_bytes([at.wrapping_mul(37).wrapping_add(seed); 16]);
                Signed::sign(entry, &world.platform, &signer).unwrap()
            })
            .collect();
        for entry in &entries {
            directory.put_agency(entry);
        }
        let head = Head {
            merkle_root: directory.root(),
            count: directory.count().try_into().unwrap(),
            ..(*world.head).clone()
        };
        let head = Signed::sign(head, &world.platform, &signer).unwrap();
        for entry in &entries {
            let proof = directory.prove_agency(&entry.agency).unwrap();
            for other in &entries {
                let fits = verify_agency(&head, other, &proof).is_ok();
                prop_assert_eq!(fits, other.agency == entry.agency);
            }
        }
    }
}
