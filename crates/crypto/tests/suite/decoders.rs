//! Bytes from anywhere never break a decoder; what it takes, it gives back unchanged.

use crypto::consent::Consent;
use crypto::draft::Draft;
use crypto::epoch::EpochRecord;
use crypto::identity::Identity;
use crypto::invitation::Invitation;
use crypto::keywrap::KeyWrap;
use crypto::mark::ReadMark;
use crypto::message::Message;
use crypto::opaque::{client, server};
use crypto::private_label::PrivateLabel;
use crypto::trust::{AdminList, AgencyEntry, AssociationEntry, Freshness, Head, Manifest};
use crypto::vault::Vault;
use crypto::work::{Challenge, WorkKey};
use crypto::wrap::{EpochWrap, InboxWrap, RootWrap};
use crypto::{Secret, Unverified};
use domain::id::PlatformId;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::common::{Repeatable, unhex, vectors};

/// Gives the bytes to every decoder; the names of those that took them, with what they kept.
fn decode_all(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut taken = Vec::new();
    macro_rules! decode {
        ($($name:ty => $decoded:expr;)+) => {$(
            if let Ok(object) = $decoded {
                taken.push((stringify!($name), object.as_bytes().to_vec()));
            }
        )+};
    }
    decode! {
        Identity => Unverified::<Identity>::decode(bytes);
        KeyWrap => KeyWrap::decode(bytes);
        Vault => Vault::decode(bytes);
        AdminList => Unverified::<AdminList>::decode(bytes);
        AssociationEntry => Unverified::<AssociationEntry>::decode(bytes);
        AgencyEntry => Unverified::<AgencyEntry>::decode(bytes);
        Head => Unverified::<Head>::decode(bytes);
        Manifest => Unverified::<Manifest>::decode(bytes);
        Freshness => Unverified::<Freshness>::decode(bytes);
        EpochRecord => Unverified::<EpochRecord>::decode(bytes);
        EpochWrap => EpochWrap::decode(bytes);
        InboxWrap => InboxWrap::decode(bytes);
        RootWrap => RootWrap::decode(bytes);
        Consent => Unverified::<Consent>::decode(bytes);
        Message => Message::decode(bytes);
        ReadMark => ReadMark::decode(bytes);
        PrivateLabel => PrivateLabel::decode(bytes);
        Draft => Draft::decode(bytes);
        Invitation => Invitation::decode(bytes);
    }
    taken
}

/// The golden object of each type.
fn golden() -> Vec<(String, Vec<u8>)> {
    let vectors = vectors("golden.json");
    let objects = vectors["objects"].as_object().unwrap();
    objects
        .iter()
        .filter(|(name, _)| name.starts_with(['0', '1']))
        .map(|(name, value)| (name.clone(), unhex(value.as_str().unwrap())))
        .collect()
}

#[test]
fn each_golden_object_is_one_type_only() {
    let golden = golden();
    assert!(golden.len() >= 20);
    for (name, bytes) in golden {
        let taken = decode_all(&bytes);
        // Values that only a server with its key reads, and a device with its account's.
        if ["14", "15", "16"].iter().any(|kind| name.starts_with(kind)) {
            assert!(taken.is_empty());
            continue;
        }
        assert_eq!(taken.len(), 1, "{name}: {taken:?}");
        assert!(taken[0].1 == bytes, "{name}");
    }
}

#[test]
fn other_types_suites_and_lengths_are_refused() {
    for (name, bytes) in golden() {
        for (at, value) in [(0, 0x7F), (1, 0x02), (1, 0x00)] {
            let mut changed = bytes.clone();
            changed[at] = value;
            assert!(decode_all(&changed).is_empty(), "{name}");
        }
        assert!(
            decode_all(&[&bytes[..], &[0]].concat()).is_empty(),
            "{name}"
        );
        for len in 0..bytes.len().min(200) {
            assert!(decode_all(&bytes[..len]).is_empty(), "{name} {len}");
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..700)) {
        for (name, kept) in decode_all(&bytes) {
            prop_assert_eq!(&kept, &bytes, "{}", name);
        }
    }

    #[test]
    fn random_bytes_behind_a_good_start_never_panic(
        object in 0_u8..0x18,
        len in prop::sample::select(vec![111, 130, 138, 150, 207, 328, 343, 562, 592, 1090, 1222, 1338, 1500, 4146]),
        fill in any::<u64>(),
    ) {
        let mut bytes = vec![object, 1];
        let mut state = fill;
        while bytes.len() < len {
            // xorshift: cheap variety, for zeros and small counts reach further than noise.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.push(if state & 0x300 == 0 { 0 } else { state.to_be_bytes()[7] });
        }
        for (name, kept) in decode_all(&bytes) {
            prop_assert_eq!(&kept, &bytes, "{}", name);
        }
    }

    #[test]
    fn changed_objects_never_panic(
        which in any::<prop::sample::Index>(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        thread_local!(static GOLDEN: Vec<(String, Vec<u8>)> = golden());
        let mut bytes = GOLDEN.with(|golden| which.get(golden).1.clone());
        for (at, value) in changes {
            *at.get_mut(&mut bytes) = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        for (name, kept) in decode_all(&bytes) {
            prop_assert_eq!(&kept, &bytes, "{}", name);
        }
    }

    #[test]
    fn proofs_of_work_never_panic(bytes in vec(any::<u8>(), 0..90), begins in any::<bool>(), len in prop::sample::select(vec![63, 79])) {
        let key = WorkKey::make(&mut Repeatable::new("fuzz"));
        let mut fitted = bytes.clone();
        fitted.resize(len, 1);
        if begins {
            // Little work, so that it is looked at.
            fitted[..7].copy_from_slice(&[0x16, 1, 1, 0, 0, 0, 4]);
        }
        for bytes in [bytes, fitted] {
            prop_assert!(Challenge::verify(&key, &bytes).is_err());
            let _ = crypto::work::is_done(&bytes);
        }
    }

    #[test]
    fn opaque_messages_never_panic(bytes in vec(any::<u8>(), 0..400), len in prop::sample::select(vec![32, 64, 96, 128, 192, 320])) {
        let platform = PlatformId::from_bytes([0; 16]);
        let parties = crypto::opaque::Parties { user_name: "name", platform: &platform };
        let rng = &mut Repeatable::new("fuzz");
        let mut fitted = bytes.clone();
        fitted.resize(len, 1);
        let setup = server::Setup::make(rng);
        for bytes in [bytes, fitted] {
            let _ = setup.register(&bytes, b"id");
            let _ = setup.login(rng, None, &bytes, b"id", parties);
            let _ = server::Record::<crypto::opaque::core::Argon2id>::from_slice(&bytes);
            let _ = server::Setup::<crypto::opaque::core::Argon2id>::from_slice(&bytes);
            if let Ok(state) = server::LoginState::<crypto::opaque::core::Argon2id>::from_slice(&bytes) {
                prop_assert!(state.finish(&[0; 64]).is_err());
            }
        }
        let state = client::Login::from_secret(Secret::from_bytes([0; 192]));
        prop_assert!(state.finish(rng, "password", &[0; 320], parties).is_err());
    }
}
