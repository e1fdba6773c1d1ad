//! Golden vectors of every format of our own: made again from fixed randomness and compared.
//!
//! `GOLDEN=write cargo test -p crypto --test suite golden` writes them anew: only together with a
//! decision record, for a format never changes under its type byte.

use std::collections::BTreeSet;

use crate::common::{Person, Repeatable, World, hex, id, vectors};
use crate::golden_inputs::{
    DEV, IDENTIFIER, LOCAL_NAME, PASSWORD, PRF, PW, RC, USER_NAME, account_key, put_inputs, secret,
    tab_ikm,
};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use crypto::Digest;
use crypto::account::NextRootSecret;
use crypto::draft::{Draft, DraftPlace};
use crypto::fingerprint::{Code, make_passphrase};
use crypto::invitation::{InvitationCode, Offer};
use crypto::keywrap::{KeyWrap, Purpose};
use crypto::local::LocalKey;
use crypto::mark::{ReadMark, UpTo};
use crypto::message::{Content, ContentType, Message};
use crypto::opaque::{Parties, client, server};
use crypto::private_label::PrivateLabel;
use crypto::recovery::RecoverySecret;
use crypto::seal::{Cell, CredentialKey, NameKey, ServerKey};
use crypto::vault::Vault;
use crypto::work::{self, Challenge, WorkKey};
use crypto::wrap::{EpochWrap, InboxWrap, RootWrap};
use domain::agency::Roles;
use domain::id::{InvitationId, MessageId, TabId};
use domain::invitation::Post;
use domain::time::{Minute, Timestamp};
use serde_json::{Map, Value, json};

/// Names and their bytes.
pub(crate) struct Golden(Map<String, Value>);

impl Golden {
    pub(crate) fn put(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        let old = self.0.insert(name.into(), hex(bytes.as_ref()).into());
        assert!(old.is_none(), "{name} twice");
    }
}

#[test]
fn formats_have_not_changed() {
    let world = World::new();
    let mut inputs = Golden(Map::new());
    let mut objects = Golden(Map::new());
    put_inputs(&world, &mut inputs);
    put_signed(&world, &mut objects);
    put_wraps(&world, &mut objects);
    put_own(&world, &mut objects);
    put_messages(&world, &mut objects);
    put_server(&mut inputs, &mut objects);
    put_work(&mut inputs, &mut objects);
    put_derived(&world, &mut objects);
    put_invitation(&world, &mut inputs, &mut objects);
    put_opaque(&world, &mut objects);
    let made = json!({ "inputs": inputs.0, "objects": objects.0 });
    if std::env::var("GOLDEN").is_ok_and(|golden| golden == "write") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/golden.json");
        std::fs::write(path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let golden = vectors("golden.json");
    for group in ["inputs", "objects"] {
        let (made, golden) = (
            made[group].as_object().unwrap(),
            golden[group].as_object().unwrap(),
        );
        let names = |map: &Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(made), names(golden));
        for (name, value) in made {
            assert_eq!(value, &golden[name], "{name}");
        }
    }
}

fn put_signed(world: &World, to: &mut Golden) {
    to.put("01 identity", world.seeker.identity.as_bytes());
    to.put("04 admins", world.admins.as_bytes());
    to.put("05 association", world.association.as_bytes());
    to.put("06 agency", world.agency.as_bytes());
    to.put("07 head", world.head.as_bytes());
    to.put("08 manifest", world.manifest.as_bytes());
    to.put("09 fresh", world.freshness.as_bytes());
    to.put("0A epoch 0", world.epoch_0.as_bytes());
    to.put("0A epoch 1", world.epoch_1.as_bytes());
    to.put("0E consent", world.consent.as_bytes());
    let proof = world.directory.prove_agency(&world.agency.agency).unwrap();
    assert_eq!(proof.index, 1);
    to.put("proof of agency", &proof.hashes[0]);
}

fn put_wraps(world: &World, to: &mut Golden) {
    let rng = &mut Repeatable::new("wraps");
    let inbox_key = &world.manifest.inbox_key;
    let epoch_wrap = EpochWrap::seal(
        rng,
        &world.platform,
        &world.epoch_0,
        &world.key_0,
        inbox_key,
    )
    .unwrap();
    to.put("0B wrap-epoch 0 for the inbox", epoch_wrap.as_bytes());
    let counsellor = &world.counsellor.identity.kem_key;
    let agency = &world.agency.agency;
    let inbox_wrap =
        InboxWrap::seal(rng, &world.platform, agency, 1, &world.inbox, counsellor).unwrap();
    to.put("0C wrap-inbox for the counsellor", inbox_wrap.as_bytes());
    let lead = &world.lead.identity.kem_key;
    let root_wrap =
        RootWrap::seal(rng, &world.platform, agency, 1, &world.agency_root, lead).unwrap();
    to.put("0D wrap-root for the lead", root_wrap.as_bytes());
}

fn put_own(world: &World, to: &mut Golden) {
    let rng = &mut Repeatable::new("own");
    let key = account_key();
    let account = world.seeker.account();
    let tab = tab_ikm();
    for (name, purpose, ikm) in [
        ("pw", Purpose::Password, PW),
        ("rc", Purpose::Recovery, RC),
        ("prf", Purpose::Passkey, PRF),
        ("tab", Purpose::Tab, tab.expose()),
        ("dev", Purpose::Device, DEV),
    ] {
        let wrap = KeyWrap::seal(rng, purpose, &account, ikm, &key).unwrap();
        to.put(&format!("02 kw/{name}"), wrap.as_bytes());
    }
    let vault = Vault::seal(rng, &key, &account, 7, b"content").unwrap();
    to.put("03 vault 7", vault.as_bytes());
    let label =
        PrivateLabel::seal(rng, &key, &account, &world.conversation, 3, b"content").unwrap();
    to.put("12 private label 3", label.as_bytes());
    let place = DraftPlace::of_account(&key, &account, &world.conversation).unwrap();
    let draft = Draft::seal(rng, &place, 2, b"content").unwrap();
    to.put("13 draft 2", draft.as_bytes());
    let place = DraftPlace::of_tab(secret("tab key"), &TabId::from_bytes(id("tab")));
    let draft = Draft::seal(rng, &place, 1, b"content").unwrap();
    to.put("13 tab draft 1", draft.as_bytes());
    let rng = &mut Repeatable::new("local");
    let local = LocalKey::of_account(&key, &account).unwrap();
    let record = local.seal(rng, LOCAL_NAME, 1, b"content").unwrap();
    to.put("14 local record 1", &record);
}

fn put_messages(world: &World, to: &mut Golden) {
    let rng = &mut Repeatable::new("messages");
    let first = Content {
        chain: [1; 8],
        seq: 0,
        prev_own_hash: Digest::ZERO,
        seen_hash: Digest::ZERO,
        sent: Minute(28_800_000),
        content_type: ContentType::TEXT,
        body: "Guten Tag, ich weiß nicht weiter.".into(),
    };
    let message = Message::seal(
        rng,
        &world.platform,
        &world.epoch_0,
        &world.key_0,
        &world.seeker.keys.sig,
        MessageId::from_bytes(id("first")),
        0,
        &first,
    )
    .unwrap();
    to.put("10 message in epoch 0", message.as_bytes());
    let answer = Content {
        seen_hash: message.digest(),
        body: vec![b'x'; 360],
        ..first
    };
    let message = Message::seal(
        rng,
        &world.platform,
        &world.epoch_1,
        &world.key_1,
        &world.counsellor.keys.sig,
        MessageId::from_bytes(id("second")),
        1,
        &answer,
    )
    .unwrap();
    to.put("10 message in epoch 1", message.as_bytes());
    put_mark(world, rng, &message, to);
    put_amendments(world, &message, to);
}

/// Contents about the message in epoch 1 (crypto.md 3.6, record 0419): the seeker answers it, its
/// author changes it and takes both back.
fn put_amendments(world: &World, about: &Message, to: &mut Golden) {
    let rng = &mut Repeatable::new("amendments");
    let text = Base64UrlUnpadded::encode_string;
    let target = text(about.id().as_bytes());
    let hash = text(about.digest().as_bytes());
    let said = |said: &str| format!(r#"{{"target":"{target}","hash":"{hash}","text":"{said}"}}"#);
    let mut put = |name, kind, seq: u32, author: (&Person, u16), prev, body: String| {
        to.put(&format!("body of {name}"), &body);
        let content = Content {
            chain: [1; 8],
            seq,
            prev_own_hash: prev,
            seen_hash: Digest::ZERO,
            sent: Minute(28_800_000 + u64::from(seq)),
            content_type: kind,
            body: body.into_bytes(),
        };
        let message = Message::seal(
            rng,
            &world.platform,
            &world.epoch_1,
            &world.key_1,
            &author.0.keys.sig,
            MessageId::from_bytes(id(name)),
            author.1,
            &content,
        )
        .unwrap();
        to.put(&format!("10 {name}"), message.as_bytes());
        message
    };
    let (seeker, author) = ((&world.seeker, 0), (&world.counsellor, 1));
    let answer = said(r#"Ja: \"gern\", danke."#);
    put("reply", ContentType::REPLY, 0, seeker, Digest::ZERO, answer);
    let change = said("Schön.");
    let first = about.digest();
    let edit = put("edit", ContentType::EDIT, 1, author, first, change);
    let mut gone = Vec::new();
    for (message, seq, prev) in [(about, 0_u32, Digest::ZERO), (&edit, 1, first)] {
        gone.extend_from_slice(message.id().as_bytes());
        gone.extend_from_slice(message.digest().as_bytes());
        gone.extend_from_slice(&1_u32.to_be_bytes());
        gone.extend_from_slice(&[1; 8]);
        gone.extend_from_slice(&seq.to_be_bytes());
        gone.extend_from_slice(prev.as_bytes());
        gone.extend_from_slice(&(28_800_000 + u64::from(seq)).to_be_bytes());
    }
    let gone = text(&gone);
    let body = format!(r#"{{"target":"{target}","hash":"{hash}","gone":"{gone}"}}"#);
    put(
        "delete",
        ContentType::DELETE,
        2,
        author,
        edit.digest(),
        body,
    );
}

/// The seeker has read the answer, an hour after it was sent.
fn put_mark(world: &World, rng: &mut Repeatable, answer: &Message, to: &mut Golden) {
    let up_to = UpTo {
        message: answer.id(),
        digest: answer.digest(),
        read: Minute(28_800_060),
    };
    let mark = ReadMark::seal(
        rng,
        &world.platform,
        &world.epoch_1,
        &world.key_1,
        &world.seeker.keys.sig,
        0,
        5,
        &up_to,
    )
    .unwrap();
    to.put("11 read mark 5", mark.as_bytes());
}

fn put_server(inputs: &mut Golden, to: &mut Golden) {
    let rng = &mut Repeatable::new("server");
    let key = ServerKey::new(1, secret("server key"));
    let cell = Cell {
        table: "account",
        column: "opaque_record",
        row: &id("row"),
    };
    to.put("15 seal", key.seal(rng, cell, b"value").unwrap());
    let key = CredentialKey::make(rng);
    inputs.put("credential key", key.expose());
    let identifier = key.derive_identifier(USER_NAME).unwrap();
    to.put("credential identifier", identifier);
    let key = NameKey::make(rng);
    inputs.put("name key", key.expose());
    to.put("name look-up", key.derive_lookup(USER_NAME).unwrap());
}

fn put_work(inputs: &mut Golden, to: &mut Golden) {
    let key = WorkKey::make(&mut Repeatable::new("work"));
    inputs.put("work key", key.expose());
    inputs.put("work", id("work"));
    let challenge = Challenge {
        purpose: 2,
        tries: 10,
        expires: Timestamp(1_789_000_300_000),
        id: id("work"),
    };
    let signed = challenge.sign(&key).unwrap();
    let proof = work::solve(&signed).unwrap();
    assert_eq!(Challenge::verify(&key, &proof), Ok(challenge));
    to.put("16 challenge", signed);
    to.put("16 proof", proof);
}

fn put_derived(world: &World, to: &mut Golden) {
    let recovery = RecoverySecret(secret("recovery"));
    to.put("rc/id", recovery.derive_id().unwrap());
    to.put("rc/auth", recovery.derive_proof().unwrap().expose());
    to.put("rc/wrap", recovery.derive_wrap().unwrap().expose());
    to.put("rc as text", recovery.to_text().as_bytes());
    let next = NextRootSecret::from(secret("ns"));
    let root = next.derive_root(&world.agency.agency, 2).unwrap();
    to.put("ns/next-root 2", root.expose());
    let code = Code::of_identity(&world.seeker.identity).words();
    to.put("code of identity", words(&code));
    let code = Code::of_agency(&world.agency.agency, &world.agency.root_key).words();
    to.put("code of agency", words(&code));
    let passphrase = make_passphrase(&mut Repeatable::new("passphrase"));
    to.put("passphrase", words(&passphrase));
}

fn put_invitation(world: &World, inputs: &mut Golden, to: &mut Golden) {
    let invitation = InvitationId::from_bytes(id("invitation"));
    let code = InvitationCode::make(&mut Repeatable::new("invitation code"));
    inputs.put("invitation", invitation.as_bytes());
    inputs.put("invitation code", words(&code.words()));
    let key = code.stretch(&invitation).unwrap();
    let offer = Offer {
        invitation,
        post: Post::Agency(world.agency.agency),
        roles: Roles::COUNSELLOR.and(Roles::INBOX),
        account: Some(world.counsellor.account()),
        place: world.agency.name.clone(),
        name: "Frau Käfer".to_owned(),
    };
    let sealed = key.seal(&world.platform, &offer).unwrap();
    assert_eq!(key.open(&world.platform, &invitation, &sealed), Ok(offer));
    to.put("invitation key", key.expose());
    to.put("17 invitation", sealed);
    let answer = key.answer(&world.counsellor.identity).unwrap();
    to.put("answer to invitation", answer);
}

fn put_opaque(world: &World, to: &mut Golden) {
    let rng = &mut Repeatable::new("opaque");
    let parties = Parties {
        user_name: USER_NAME,
        platform: &world.platform,
    };
    let setup = server::Setup::make(rng);
    let (registration, request) = client::Registration::start(rng, PASSWORD).unwrap();
    let response = setup.register(&request, &IDENTIFIER).unwrap();
    let (record, export_key) = registration
        .finish(rng, PASSWORD, &response, parties)
        .unwrap();
    to.put("opaque setup", setup.to_secret().unwrap().expose());
    to.put("opaque request", request);
    to.put("opaque response", response);
    to.put("opaque record", record);
    to.put("opaque export key", export_key.expose());
    let record = server::Record::from_slice(&record).unwrap();
    let (login, ke1) = client::Login::start(rng, PASSWORD).unwrap();
    let (state, ke2) = setup
        .login(rng, Some(record), &ke1, &IDENTIFIER, parties)
        .unwrap();
    let done = login.finish(rng, PASSWORD, &ke2, parties).unwrap();
    assert!(done.export_key.matches(export_key.expose()));
    let session_key = state.finish(&done.finalization).unwrap();
    assert!(session_key.matches(done.session_key.expose()));
    to.put("opaque KE1", ke1);
    to.put("opaque KE2", ke2);
    to.put("opaque KE3", done.finalization);
    to.put("opaque session key", session_key.expose());
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}
