//! A ciphertext opens where it was put, and nowhere else.

use crypto::draft::{Draft, DraftPlace};
use crypto::epoch::{EpochKey, EpochRecord, MemberRole};
use crypto::keywrap::{KeyWrap, Purpose, split_ikm};
use crypto::local::LocalKey;
use crypto::mark::{READ_MARK_LEN, ReadMark, UpTo};
use crypto::message::{BODY_LIMIT, Content, ContentType, HEADER_LEN, Message, STORED_SIZES};
use crypto::private_label::PrivateLabel;
use crypto::seal::{Cell, ServerKey};
use crypto::vault::{self, Vault};
use crypto::wrap::{EpochWrap, InboxWrap, KemSeed, RootWrap, WRAP_LEN};
use crypto::{AccountKey, Digest, FormatError, OpenError, Secret, Signed};
use domain::id::{AccountId, AgencyId, ConversationId, MessageId, PlatformId, TabId};
use domain::time::Minute;

use crate::common::{Person, Repeatable, World, id, member};

fn text(body: &[u8]) -> Content {
    Content {
        chain: [3; 8],
        seq: 4,
        prev_own_hash: Digest::of(b"own"),
        seen_hash: Digest::of(b"seen"),
        sent: Minute(29_000_000),
        content_type: ContentType::TEXT,
        body: body.to_vec(),
    }
}

fn write(world: &World, content: &Content) -> Message {
    Message::seal(
        &mut Repeatable::new("write"),
        &world.platform,
        &world.epoch_1,
        &world.key_1,
        &world.seeker.keys.sig,
        MessageId::from_bytes(id("message")),
        0,
        content,
    )
    .unwrap()
}

fn read(world: &World, message: &Message) -> Result<Content, OpenError> {
    let sender = &world.seeker.identity;
    message.open(&world.platform, &world.epoch_1, &world.key_1, sender)
}

/// Every byte of an object matters: each changed one is refused, when read or when opened.
fn each_byte_counts(bytes: &[u8], opens: impl Fn(&[u8]) -> bool) {
    assert!(opens(bytes));
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 0x40;
        assert!(!opens(&changed), "byte {at}");
    }
    assert!(!opens(&bytes[..bytes.len() - 1]));
    assert!(!opens(&[bytes, &[0]].concat()));
}

#[test]
fn messages_have_seven_sizes_and_come_back() {
    let world = World::new();
    for len in [
        0, 1, 358, 359, 360, 871, 872, 1895, 7999, 32_614, BODY_LIMIT,
    ] {
        let content = text(&vec![b'a'; len]);
        let message = write(&world, &content);
        let size = message.as_bytes().len();
        let fitting = STORED_SIZES.iter().find(|size| **size >= len + 233);
        assert_eq!(Some(&size), fitting, "{len}");
        assert!(read(&world, &message).unwrap() == content);
    }
    let too_long = Message::seal(
        &mut Repeatable::new("write"),
        &world.platform,
        &world.epoch_1,
        &world.key_1,
        &world.seeker.keys.sig,
        MessageId::from_bytes(id("message")),
        0,
        &text(&vec![b'a'; BODY_LIMIT + 1]),
    );
    assert_eq!(too_long, Err(FormatError::Length));
}

#[test]
fn a_message_opens_only_in_its_place() {
    let world = World::new();
    let message = write(&world, &text(b"hallo"));
    each_byte_counts(message.as_bytes(), |bytes| {
        Message::decode(bytes).is_ok_and(|message| read(&world, &message).is_ok())
    });

    let opened = |platform: &PlatformId, record: &Signed<EpochRecord>, key: &EpochKey| {
        message
            .open(platform, record, key, &world.seeker.identity)
            .is_ok()
    };
    assert!(opened(&world.platform, &world.epoch_1, &world.key_1));
    let elsewhere = PlatformId::from_bytes([0; 16]);
    assert!(!opened(&elsewhere, &world.epoch_1, &world.key_1));
    assert!(!opened(&world.platform, &world.epoch_0, &world.key_0));
    assert!(!opened(&world.platform, &world.epoch_1, &world.key_0));
    // The same members, key and number, but another conversation or another record.
    for change in [
        |record: &mut EpochRecord| record.conversation = ConversationId::from_bytes([0; 16]),
        |record: &mut EpochRecord| record.members[1].role = MemberRole::Reader,
    ] {
        let mut record = (*world.epoch_1).clone();
        change(&mut record);
        let signer = &world.counsellor.keys.sig;
        let record = Signed::author(record, &world.key_1, &world.platform, signer).unwrap();
        assert!(!opened(&world.platform, &record, &world.key_1));
    }
}

#[test]
fn a_message_has_the_sender_that_its_slot_names() {
    let world = World::new();
    let seal = |slot: u16, signer: &Person| {
        Message::seal(
            &mut Repeatable::new("slot"),
            &world.platform,
            &world.epoch_1,
            &world.key_1,
            &signer.keys.sig,
            MessageId::from_bytes(id("message")),
            slot,
            &text(b"hallo"),
        )
    };
    let open = |message: &Message, sender: &Person| {
        message
            .open(
                &world.platform,
                &world.epoch_1,
                &world.key_1,
                &sender.identity,
            )
            .is_ok()
    };
    let forged = seal(1, &world.seeker).unwrap();
    assert!(!open(&forged, &world.seeker) && !open(&forged, &world.counsellor));
    let own = seal(0, &world.seeker).unwrap();
    assert!(open(&own, &world.seeker) && !open(&own, &world.counsellor));
    assert_eq!(seal(3, &world.seeker), Err(FormatError::Value));
    // Epoch 0's second slot is the inbox: nobody writes as an inbox.
    let as_inbox = Message::seal(
        &mut Repeatable::new("slot"),
        &world.platform,
        &world.epoch_0,
        &world.key_0,
        &world.seeker.keys.sig,
        MessageId::from_bytes(id("message")),
        1,
        &text(b"hallo"),
    );
    assert_eq!(as_inbox, Err(FormatError::Value));
    // A sender with new keys is not the one whom the record names.
    let mut renewed = Person::new(&world.platform, "renewed");
    renewed.identity = renewed
        .keys
        .record(
            &world.platform,
            world.seeker.account(),
            world.seeker.identity.created,
            2,
        )
        .unwrap();
    assert!(!open(&seal(0, &renewed).unwrap(), &renewed));
}

#[test]
fn padding_is_zeros_and_the_smallest_that_fits() {
    // Sealed by hand with the epoch's key: what a faulty or hostile member could send.
    use crypto::hazmat::{aead, kdf, signature};
    let world = World::new();
    let honest = write(&world, &text(b"hallo"));
    let header = &honest.as_bytes()[..HEADER_LEN];
    let nonce = header.last_chunk().unwrap();
    let mut key = [0; 32];
    let info: [&[u8]; 3] = [
        b"\x12beistand/v1/ck/msg",
        world.conversation.as_bytes(),
        &[0, 0, 0, 1],
    ];
    kdf::hkdf_sha256(world.key_1.expose(), None, &info, &mut key).unwrap();
    let aad = [header, world.epoch_1.digest().as_bytes()].concat();
    let inner = aead::open(&key, nonce, &aad, &honest.as_bytes()[HEADER_LEN..]).unwrap();
    let verdict = |inner: &[u8]| {
        let sealed = aead::seal(&key, nonce, &aad, inner).unwrap();
        let message = Message::decode(&[header, &sealed].concat()).unwrap();
        read(&world, &message).is_ok()
    };
    assert!(verdict(&inner));
    let mut dirty = inner.clone();
    *dirty.last_mut().unwrap() = 1;
    assert!(!verdict(&dirty));
    let mut larger = inner.clone();
    larger.resize(1024, 0);
    assert!(!verdict(&larger));
    let mut unsigned = inner.clone();
    unsigned[..signature::SIGNATURE_LEN].fill(0);
    assert!(!verdict(&unsigned));
}

fn mark(world: &World, slot: u16, signer: &Person) -> Result<ReadMark, FormatError> {
    let up_to = UpTo {
        message: MessageId::from_bytes(id("message")),
        digest: Digest::of(b"message"),
        read: Minute(29_000_000),
    };
    ReadMark::seal(
        &mut Repeatable::new("mark"),
        &world.platform,
        &world.epoch_1,
        &world.key_1,
        &signer.keys.sig,
        slot,
        7,
        &up_to,
    )
}

#[test]
fn a_read_mark_opens_only_in_its_place() {
    let world = World::new();
    let own = mark(&world, 0, &world.seeker).unwrap();
    assert_eq!(own.as_bytes().len(), READ_MARK_LEN);
    assert_eq!(READ_MARK_LEN, 328);
    let told = (own.conversation(), own.epoch(), own.slot(), own.version());
    assert_eq!(told, (world.conversation, 1, 0, 7));
    let open = |mark: &ReadMark, platform, record, key, person: &Person| {
        mark.open(platform, record, key, &person.identity)
    };
    let here = |mark: &ReadMark, person: &Person| {
        open(mark, &world.platform, &world.epoch_1, &world.key_1, person)
    };
    assert_eq!(here(&own, &world.seeker).unwrap().read, Minute(29_000_000));
    each_byte_counts(own.as_bytes(), |bytes| {
        ReadMark::decode(bytes).is_ok_and(|mark| here(&mark, &world.seeker).is_ok())
    });
    let elsewhere = PlatformId::from_bytes([0; 16]);
    let (key_0, key_1) = (&world.key_0, &world.key_1);
    let seeker = &world.seeker;
    assert!(open(&own, &elsewhere, &world.epoch_1, key_1, seeker).is_err());
    assert!(open(&own, &world.platform, &world.epoch_0, key_0, seeker).is_err());
    assert!(open(&own, &world.platform, &world.epoch_1, key_0, seeker).is_err());
    // Nobody else's, and under nobody else's name.
    assert!(here(&own, &world.counsellor).is_err());
    let forged = mark(&world, 1, &world.seeker).unwrap();
    assert!(here(&forged, &world.seeker).is_err() && here(&forged, &world.counsellor).is_err());
    assert_eq!(mark(&world, 9, &world.seeker), Err(FormatError::Value));
}

#[test]
fn wraps_open_only_in_their_place() {
    let world = World::new();
    let rng = &mut Repeatable::new("wraps");
    let (seeker, counsellor) = (&world.seeker, &world.counsellor);
    let recipient = &seeker.identity.kem_key;
    let wrap = EpochWrap::seal(
        rng,
        &world.platform,
        &world.epoch_0,
        &world.key_0,
        recipient,
    )
    .unwrap();
    assert_eq!(wrap.as_bytes().len(), WRAP_LEN);
    assert_eq!(wrap.recipient(), recipient.digest());
    let opened = |wrap: &EpochWrap, platform, record, person: &Person| {
        wrap.open(platform, record, &person.keys.kem)
    };
    let key = opened(&wrap, &world.platform, &world.epoch_0, seeker).unwrap();
    assert_eq!(key.expose(), world.key_0.expose());
    assert!(opened(&wrap, &world.platform, &world.epoch_0, counsellor).is_err());
    assert!(opened(&wrap, &world.platform, &world.epoch_1, seeker).is_err());
    let elsewhere = PlatformId::from_bytes([0; 16]);
    assert!(opened(&wrap, &elsewhere, &world.epoch_0, seeker).is_err());
    for at in [0, 1, 2, 18, 22, 60, 1000, 1180, 1221] {
        let mut changed = wrap.as_bytes().to_vec();
        changed[at] ^= 1;
        let opens = EpochWrap::decode(&changed)
            .is_ok_and(|wrap| opened(&wrap, &world.platform, &world.epoch_0, seeker).is_ok());
        assert!(!opens, "byte {at}");
    }
    // A key that the record does not commit to is neither wrapped nor unwrapped.
    let foreign = EpochWrap::seal(
        rng,
        &world.platform,
        &world.epoch_0,
        &world.key_1,
        recipient,
    );
    assert_eq!(foreign, Err(FormatError::Value));
}

#[test]
fn a_wrapped_key_must_be_the_committed_one() {
    // Sealed by hand, in the right form and place: what a hostile member could hand out.
    use crypto::hazmat::kem;
    let world = World::new();
    let recipient = &world.seeker.identity.kem_key;
    let record = &world.epoch_0;
    let info = [
        b"\x16beistand/v1/wrap-epoch",
        &world.platform.as_bytes()[..],
        world.conversation.as_bytes(),
        &[0; 4],
        record.digest().as_bytes(),
        recipient.digest().as_bytes(),
    ]
    .concat();
    for (key, right) in [(&world.key_0, true), (&world.key_1, false)] {
        let rng = &mut Repeatable::new("by hand");
        let (encapsulated, ciphertext) =
            kem::seal(rng, recipient.as_bytes(), &info, &[], key.expose()).unwrap();
        let wrap = [
            &[0x0B, 0x01],
            &world.conversation.as_bytes()[..],
            &[0; 4],
            recipient.digest().as_bytes(),
            &encapsulated,
            &ciphertext,
        ]
        .concat();
        let wrap = EpochWrap::decode(&wrap).unwrap();
        let opened = wrap.open(&world.platform, record, &world.seeker.keys.kem);
        assert_eq!(opened.is_ok(), right);
    }
}

#[test]
fn inbox_and_root_wraps_give_only_the_expected_seed() {
    let world = World::new();
    let rng = &mut Repeatable::new("seeds");
    let (agency, platform) = (&world.agency.agency, &world.platform);
    let person = &world.counsellor;
    let recipient = &person.identity.kem_key;
    let inbox_key = &world.manifest.inbox_key;
    let wrap = InboxWrap::seal(rng, platform, agency, 4, &world.inbox, recipient).unwrap();
    let wrap = InboxWrap::decode(wrap.as_bytes()).unwrap();
    assert_eq!((wrap.agency(), wrap.number()), (*agency, 4));
    let seed = &person.keys.kem;
    let opened = wrap.open(platform, agency, 4, inbox_key, seed).unwrap();
    assert_eq!(opened.expose(), world.inbox.expose());
    let other_agency = AgencyId::from_bytes([1; 16]);
    assert!(wrap.open(platform, agency, 5, inbox_key, seed).is_err());
    assert!(
        wrap.open(platform, &other_agency, 4, inbox_key, seed)
            .is_err()
    );
    assert!(wrap.open(platform, agency, 4, recipient, seed).is_err());
    let stranger = KemSeed::make(rng);
    assert!(
        wrap.open(platform, agency, 4, inbox_key, &stranger)
            .is_err()
    );

    let root = &world.agency_root;
    let root_key = root.verifying_key();
    let wrap = RootWrap::seal(rng, platform, agency, 1, root, recipient).unwrap();
    let wrap = RootWrap::decode(wrap.as_bytes()).unwrap();
    let opened = wrap.open(platform, agency, 1, &root_key, seed).unwrap();
    assert_eq!(opened.expose(), root.expose());
    let other_root = world.root.verifying_key();
    assert!(wrap.open(platform, agency, 1, &other_root, seed).is_err());
    assert!(wrap.open(platform, agency, 2, &root_key, seed).is_err());
    // The same bytes under the type of another wrap are not that wrap.
    let mut disguised = wrap.as_bytes().to_vec();
    disguised[0] = 0x0C;
    let disguised = InboxWrap::decode(&disguised).unwrap();
    assert!(
        disguised
            .open(platform, agency, 1, inbox_key, seed)
            .is_err()
    );
}

#[test]
fn a_key_wrap_opens_for_its_purpose_account_and_input() {
    let rng = &mut Repeatable::new("kw");
    let key = AccountKey::make(rng);
    let account = AccountId::from_bytes([1; 16]);
    let wrap = KeyWrap::seal(rng, Purpose::Password, &account, b"input", &key).unwrap();
    each_byte_counts(wrap.as_bytes(), |bytes| {
        KeyWrap::decode(bytes)
            .is_ok_and(|wrap| wrap.open(Purpose::Password, &account, b"input").is_ok())
    });
    let opened = wrap.open(Purpose::Password, &account, b"input").unwrap();
    assert_eq!(opened.expose(), key.expose());
    assert!(wrap.open(Purpose::Password, &account, b"other").is_err());
    assert!(wrap.open(Purpose::Recovery, &account, b"input").is_err());
    let other = AccountId::from_bytes([2; 16]);
    assert!(wrap.open(Purpose::Password, &other, b"input").is_err());
    let (one, two) = (Secret::from_bytes([1; 32]), Secret::from_bytes([2; 32]));
    assert!(!split_ikm(&one, &two).matches(split_ikm(&two, &one).expose()));
}

#[test]
fn a_vault_opens_for_its_account_and_version() {
    let rng = &mut Repeatable::new("vault");
    let key = AccountKey::make(rng);
    let account = AccountId::from_bytes([1; 16]);
    for (len, steps) in [(0, 1), (4092, 1), (4093, 2), (vault::CONTENT_LIMIT, 28)] {
        let content = vec![7; len];
        let vault = Vault::seal(rng, &key, &account, 5, &content).unwrap();
        assert_eq!(vault.as_bytes().len(), 50 + 4096 * steps);
        let vault = Vault::decode(vault.as_bytes()).unwrap();
        assert_eq!(vault.version(), 5);
        assert_eq!(*vault.open(&key, &account).unwrap(), content);
    }
    let too_much = vec![7; vault::CONTENT_LIMIT + 1];
    assert!(Vault::seal(rng, &key, &account, 5, &too_much).is_err());
    let vault = Vault::seal(rng, &key, &account, 5, b"content").unwrap();
    assert!(vault.open(&key, &AccountId::from_bytes([2; 16])).is_err());
    assert!(vault.open(&AccountKey::make(rng), &account).is_err());
    each_byte_counts(vault.as_bytes(), |bytes| {
        Vault::decode(bytes).is_ok_and(|vault| vault.open(&key, &account).is_ok())
    });
}

#[test]
fn labels_and_drafts_open_for_their_account_and_conversation() {
    let rng = &mut Repeatable::new("own");
    let key = AccountKey::make(rng);
    let (account, other) = (
        AccountId::from_bytes([1; 16]),
        AccountId::from_bytes([2; 16]),
    );
    let (here, there) = (
        ConversationId::from_bytes([3; 16]),
        ConversationId::from_bytes([4; 16]),
    );
    let label = PrivateLabel::seal(rng, &key, &account, &here, 9, b"Titel").unwrap();
    assert_eq!((label.conversation(), label.version()), (here, 9));
    assert_eq!(**label.open(&key, &account, &here).unwrap(), *b"Titel");
    assert!(label.open(&key, &account, &there).is_err());
    assert!(label.open(&key, &other, &here).is_err());
    assert!(PrivateLabel::seal(rng, &key, &account, &here, 9, &[0; 1021]).is_err());
    each_byte_counts(label.as_bytes(), |bytes| {
        PrivateLabel::decode(bytes).is_ok_and(|label| label.open(&key, &account, &here).is_ok())
    });

    let place = DraftPlace::of_account(&key, &account, &here).unwrap();
    let draft = Draft::seal(rng, &place, 2, b"Entwurf").unwrap();
    assert_eq!(**draft.open(&place).unwrap(), *b"Entwurf");
    for wrong in [
        DraftPlace::of_account(&key, &account, &there).unwrap(),
        DraftPlace::of_account(&key, &other, &here).unwrap(),
        DraftPlace::of_account(&AccountKey::make(rng), &account, &here).unwrap(),
        DraftPlace::of_tab(Secret::make(rng), &TabId::from_bytes([1; 16])),
    ] {
        assert!(draft.open(&wrong).is_err());
    }
    each_byte_counts(draft.as_bytes(), |bytes| {
        Draft::decode(bytes).is_ok_and(|draft| draft.open(&place).is_ok())
    });
    let tab_key = [5; 32];
    let tab =
        |id: u8| DraftPlace::of_tab(Secret::from_bytes(tab_key), &TabId::from_bytes([id; 16]));
    let draft = Draft::seal(rng, &tab(1), 1, b"").unwrap();
    assert_eq!(**draft.open(&tab(1)).unwrap(), *b"");
    assert!(draft.open(&tab(2)).is_err());
}

#[test]
fn a_local_record_opens_under_its_name() {
    let rng = &mut Repeatable::new("own");
    let key = AccountKey::make(rng);
    let local = |key: &AccountKey, who| {
        LocalKey::of_account(key, &AccountId::from_bytes([who; 16])).unwrap()
    };
    let record = local(&key, 1).seal(rng, "c/1", 3, b"Inhalt").unwrap();
    let (version, content) = local(&key, 1).open("c/1", &record).unwrap();
    assert_eq!((version, &**content), (3, &b"Inhalt"[..]));
    assert!(local(&key, 1).open("c/2", &record).is_err());
    assert!(local(&key, 2).open("c/1", &record).is_err());
    assert!(
        local(&AccountKey::make(rng), 1)
            .open("c/1", &record)
            .is_err()
    );
    each_byte_counts(&record, |bytes| local(&key, 1).open("c/1", bytes).is_ok());
}

#[test]
fn a_server_seal_opens_in_its_cell() {
    let rng = &mut Repeatable::new("seal");
    let key = ServerKey::new(3, Secret::make(rng));
    let cell = Cell {
        table: "account",
        column: "record",
        row: b"1",
    };
    let sealed = key.seal(rng, cell, b"value").unwrap();
    assert_eq!(crypto::seal::key_number(&sealed), Ok(3));
    each_byte_counts(&sealed, |bytes| key.open(cell, bytes).is_ok());
    assert_eq!(**key.open(cell, &sealed).unwrap(), *b"value");
    for wrong in [
        Cell {
            table: "session",
            ..cell
        },
        Cell {
            column: "other",
            ..cell
        },
        Cell { row: b"2", ..cell },
        Cell {
            table: "accountr",
            column: "ecord",
            ..cell
        },
        Cell {
            column: "recor",
            row: b"d1",
            ..cell
        },
    ] {
        assert!(key.open(wrong, &sealed).is_err());
    }
    let same_number = ServerKey::new(3, Secret::make(rng));
    assert!(same_number.open(cell, &sealed).is_err());
}

#[test]
fn nothing_secret_is_printed() {
    let rng = &mut Repeatable::new("debug");
    let person = Person::new(&PlatformId::from_bytes([0; 16]), "printed");
    for printed in [
        format!("{:?}", AccountKey::make(rng)),
        format!("{:?}", EpochKey::make(rng)),
        format!("{:?}", Secret::<64>::make(rng)),
        format!("{:?}", person.keys),
        format!("{:?}", text(b"geheim")),
        format!(
            "{:?}",
            DraftPlace::of_tab(Secret::make(rng), &TabId::from_bytes([1; 16]))
        ),
    ] {
        assert!(printed.contains("[redacted]"), "{printed}");
        assert!(!printed.contains(|c: char| c.is_ascii_digit()), "{printed}");
    }
    assert_eq!(member(&person, MemberRole::Seeker).history_from, 0);
}
