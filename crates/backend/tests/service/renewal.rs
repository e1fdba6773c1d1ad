//! Everything that a password opens, anew; and conversations entered with the new identity.

use crypto::draft::{Draft, DraftPlace};
use crypto::epoch::{EpochKey, EpochRecord, Reason};
use crypto::identity::IdentityKeys;
use crypto::keywrap::{KeyWrap, Purpose};
use crypto::opaque::Parties;
use crypto::opaque::client::Registration;
use crypto::private_label::PrivateLabel;
use crypto::random::SystemRandom;
use crypto::recovery::RecoverySecret;
use crypto::vault::Vault;
use crypto::{AccountKey, Signed};
use domain::Refusal;
use domain::account::{ChangePasswordStart, ResumeSession};
use domain::conversation::{
    LoadConversation, LoadDraft, MemberId, RotateEpoch, SaveDraft, SaveLabel,
};
use domain::id::ConversationId;
use domain::inbox::ListInbox;
use domain::keys::RenewKeys;

use crate::support::case::Case;
use crate::support::person::{confirmation, new_code, sign_in, try_sign_in};
use crate::support::{Person, Scene, World, refused};

crate::on_both! {
    all_is_new_and_everybody_else_is_signed_out,
    what_is_not_whole_changes_nothing,
    only_the_seeker_enters_with_the_new_identity,
    an_enquiry_that_waits_is_accepted_under_the_identity_that_it_names,
}

const NAME: &str = "stiller-bach27";
const PASSWORD: &str = "apfel birne kirsche dattel";
const NEW: &str = "eiche linde ahorn buche";

/// A scene whose seeker has a password.
async fn scene(world: &World) -> Scene {
    let mut scene = Scene::new(world).await;
    let association = scene.agency.association;
    scene.seeker = Person::with_password(world, NAME, PASSWORD, association).await;
    scene
}

/// What comes of a renewal.
struct Next {
    keys: IdentityKeys,
    identity: Signed<crypto::identity::Identity>,
    key: AccountKey,
    code: RecoverySecret,
}

impl Next {
    fn make(world: &World, person: &Person, key_no: u32) -> Self {
        let keys = IdentityKeys::make(&mut SystemRandom);
        let (platform, today) = (&world.trust.platform_id, world.now().day());
        let identity = keys.record(platform, person.account, today, key_no);
        Self {
            keys,
            identity: identity.unwrap(),
            key: AccountKey::make(&mut SystemRandom),
            code: RecoverySecret::make(&mut SystemRandom),
        }
    }

    /// The person afterwards.
    fn person(self, before: Person) -> Person {
        Person {
            keys: self.keys,
            identity: self.identity,
            account_key: self.key,
            code: self.code,
            ..before
        }
    }
}

fn label(key: &AccountKey, of: &Person, id: ConversationId, version: u64) -> SaveLabel {
    let rng = &mut SystemRandom;
    let label = PrivateLabel::seal(rng, key, &of.account, &id, version, b"label").unwrap();
    SaveLabel {
        conversation: id,
        label: label.as_bytes().into(),
    }
}

fn draft(key: &AccountKey, of: &Person, id: ConversationId, version: u64) -> SaveDraft {
    let place = DraftPlace::of_account(key, &of.account, &id).unwrap();
    let draft = Draft::seal(&mut SystemRandom, &place, version, b"cWas").unwrap();
    SaveDraft {
        conversation: id,
        draft: draft.as_bytes().into(),
    }
}

async fn request(world: &World, person: &Person, next: &Next) -> RenewKeys {
    let rng = &mut SystemRandom;
    let (state, start) = Registration::start(rng, NEW).unwrap();
    let start = ChangePasswordStart {
        request: start.to_vec().into(),
    };
    let accounts = world.backend.accounts();
    let started = accounts.change_password_start(&person.actor, start).await;
    let parties = Parties {
        user_name: &person.name,
        platform: &world.trust.platform_id,
    };
    let response = started.unwrap().response;
    let (record, export_key) = state
        .finish(rng, NEW, response.as_slice(), parties)
        .unwrap();
    let (account, ikm) = (&person.account, export_key.expose());
    let wrap = KeyWrap::seal(rng, Purpose::Password, account, ikm, &next.key).unwrap();
    let vault = Vault::seal(rng, &next.key, account, 2, b"content").unwrap();
    RenewKeys {
        confirmation: confirmation(world, &person.name, PASSWORD).await,
        record: record.to_vec().into(),
        key_wrap: wrap.as_bytes().to_vec().into(),
        identity: next.identity.as_bytes().into(),
        vault: vault.as_bytes().into(),
        code: new_code(&next.code, person.account, &next.key),
        labels: vec![],
        drafts: vec![],
    }
}

/// Renews, and gives the person with the new session.
async fn renewed(world: &World, person: Person) -> Person {
    let next = Next::make(world, &person, 2);
    let request = request(world, &person, &next).await;
    let begun = world.backend.keys().renew(&person.actor, request).await;
    let mut after = next.person(person);
    after.token = begun.unwrap().token;
    after.again(world).await;
    after
}

async fn all_is_new_and_everybody_else_is_signed_out(world: &World) {
    let scene = scene(world).await;
    let case = scene.accepted(world).await;
    let seeker = &scene.seeker;
    let conversations = world.backend.conversations();
    let old = label(&seeker.account_key, seeker, case.id, 1);
    conversations.save_label(&seeker.actor, old).await.unwrap();
    let old = draft(&seeker.account_key, seeker, case.id, 1);
    conversations.save_draft(&seeker.actor, old).await.unwrap();
    sign_in(world, NAME, PASSWORD).await.unwrap();

    let next = Next::make(world, seeker, 2);
    let sealed = (
        label(&next.key, seeker, case.id, 2),
        draft(&next.key, seeker, case.id, 2),
    );
    let request = RenewKeys {
        labels: vec![sealed.0.clone()],
        drafts: vec![sealed.1.clone()],
        ..request(world, seeker, &next).await
    };
    let keys = world.backend.keys();
    let begun = keys.renew(&seeker.actor, request.clone()).await.unwrap();
    assert_eq!(begun.reply.vault, request.vault);
    let sessions = world.backend.sessions();
    let old = sessions.resolve(Some(seeker.token.as_str())).await.unwrap();
    let accounts = world.backend.accounts();
    let resumed = accounts.resume(&old, ResumeSession {}).await;
    assert_eq!(refused(resumed), Refusal::NotSignedIn);
    let actor = sessions.resolve(Some(begun.token.as_str())).await.unwrap();
    let resumed = accounts.resume(&actor, ResumeSession {}).await.unwrap();
    assert_eq!(resumed.vault, request.vault);

    let load = LoadConversation {
        conversation: case.id,
    };
    let row = conversations.load(&actor, load.clone()).await.unwrap();
    assert_eq!(row.label, Some(sealed.0.label));
    for identity in [&seeker.identity, &next.identity] {
        let known = |one: &domain::Blob| one.as_slice() == identity.as_bytes();
        assert_eq!(row.identities.iter().filter(|one| known(one)).count(), 1);
    }
    let stored = LoadDraft {
        conversation: case.id,
    };
    let stored = conversations.load_draft(&actor, stored).await.unwrap();
    assert_eq!(stored.draft, Some(sealed.1.draft));
    let wrong = try_sign_in(world, NAME, PASSWORD).await.unwrap();
    assert!(wrong.export_key.is_none(), "the old password is dead");
    let signed_in = sign_in(world, NAME, NEW).await.unwrap();
    assert_eq!(signed_in.reply.key_wrap, request.key_wrap);
    // Sent again it is somebody who is not signed in; with the new session it was used up.
    let again = keys.renew(&old, request.clone()).await;
    assert_eq!(refused(again), Refusal::NotSignedIn);
    let again = keys.renew(&actor, request).await;
    assert_eq!(refused(again), Refusal::SignInExpired);
}

async fn what_is_not_whole_changes_nothing(world: &World) {
    let scene = scene(world).await;
    let case = scene.accepted(world).await;
    let seeker = &scene.seeker;
    let other = world.seeker(scene.agency.association).await;
    let conversations = world.backend.conversations();
    let two = label(&seeker.account_key, seeker, case.id, 2);
    conversations.save_label(&seeker.actor, two).await.unwrap();
    let next = Next::make(world, seeker, 2);
    let honest = request(world, seeker, &next).await;
    let platform = &world.trust.platform_id;
    let record = |keys: &IdentityKeys, account, key_no| {
        let record = keys.record(platform, account, world.now().day(), key_no);
        domain::Blob::from(record.unwrap().as_bytes())
    };
    let account = seeker.account;
    let vault = |version| {
        let rng = &mut SystemRandom;
        let vault = Vault::seal(rng, &next.key, &account, version, b"content").unwrap();
        domain::Blob::from(vault.as_bytes())
    };
    type Case<'a> = (&'a str, RenewKeys, Refusal);
    let with = |change: &dyn Fn(&mut RenewKeys)| {
        let mut request = honest.clone();
        change(&mut request);
        request
    };
    let cases: Vec<Case<'_>> = vec![
        (
            "number left out",
            with(&|new| new.identity = record(&next.keys, account, 3)),
            Refusal::Malformed,
        ),
        (
            "number twice",
            with(&|new| new.identity = record(&next.keys, account, 1)),
            Refusal::Malformed,
        ),
        (
            "another account",
            with(&|new| new.identity = record(&next.keys, other.account, 2)),
            Refusal::SignatureInvalid,
        ),
        (
            "the same keys",
            with(&|new| new.identity = record(&seeker.keys, account, 2)),
            Refusal::Malformed,
        ),
        (
            "identity changed",
            with(&|new| new.identity.0[40] ^= 1),
            Refusal::SignatureInvalid,
        ),
        (
            "vault as before",
            with(&|new| new.vault = vault(1)),
            Refusal::VersionOutdated,
        ),
        (
            "vault too new",
            with(&|new| new.vault = vault(3)),
            Refusal::VersionOutdated,
        ),
        (
            "another's code",
            with(&|new| new.code = new_code(&other.code, account, &next.key)),
            Refusal::IdTaken,
        ),
        (
            "a label that was changed elsewhere",
            with(&|new| new.labels = vec![label(&next.key, seeker, case.id, 2)]),
            Refusal::VersionOutdated,
        ),
        (
            "a draft that was changed elsewhere",
            with(&|new| new.drafts = vec![draft(&next.key, seeker, case.id, 2)]),
            Refusal::VersionOutdated,
        ),
        (
            "a foreign conversation",
            with(&|new| {
                let foreign = ConversationId::from_bytes([9; 16]);
                new.labels = vec![label(&next.key, seeker, foreign, 1)];
            }),
            Refusal::NotFound,
        ),
    ];
    let keys = world.backend.keys();
    for (name, mut request, refusal) in cases {
        request.confirmation = confirmation(world, NAME, PASSWORD).await;
        let refused_with = refused(keys.renew(&seeker.actor, request).await);
        assert_eq!(refused_with, refusal, "{name}");
    }
    let wrong = RenewKeys {
        confirmation: confirmation(world, NAME, "something else 12").await,
        ..honest.clone()
    };
    let wrong = refused(keys.renew(&seeker.actor, wrong).await);
    assert_eq!(wrong, Refusal::WrongCredentials);
    // Nothing has changed: the session lives, the password opens, and the honest one goes through.
    sign_in(world, NAME, PASSWORD).await.unwrap();
    let honest = RenewKeys {
        confirmation: confirmation(world, NAME, PASSWORD).await,
        ..honest
    };
    keys.renew(&seeker.actor, honest).await.unwrap();
}

/// The record with which the seeker enters anew, and wraps for both; signed with `by`.
fn change(
    world: &World,
    case: &Case,
    people: [&Person; 2],
    by: &IdentityKeys,
    edit: impl FnOnce(&mut EpochRecord),
) -> RotateEpoch {
    let (before, _) = case.epochs.last().unwrap();
    let mut record = EpochRecord {
        epoch: before.epoch + 1,
        prev_hash: before.digest(),
        author_slot: 0,
        reason: Reason::KeyChange,
        ..(**before).clone()
    };
    record.members[0].identity_hash = people[0].identity.digest();
    edit(&mut record);
    let key = EpochKey::make(&mut SystemRandom);
    let platform = &world.trust.platform_id;
    let record = Signed::author(record, &key, platform, &by.sig).unwrap();
    let after = Case {
        id: case.id,
        epochs: vec![(record, key)],
    };
    let wrap = |person: &Person| {
        let to = MemberId::Account(person.account);
        after.wrap(world, 0, to, &person.identity.kem_key)
    };
    RotateEpoch {
        conversation: case.id,
        epoch: after.epochs[0].0.as_bytes().into(),
        wraps: people.map(wrap).to_vec(),
    }
}

async fn only_the_seeker_enters_with_the_new_identity(world: &World) {
    let mut scene = scene(world).await;
    let case = scene.accepted(world).await;
    let old = IdentityKeys {
        sig: crypto::SigningKey::from_bytes(*scene.seeker.keys.sig.expose()),
        kem: crypto::wrap::KemSeed::from_bytes(*scene.seeker.keys.kem.expose()),
    };
    let old_hash = scene.seeker.identity.digest();
    let conversations = world.backend.conversations();
    let early = change(world, &case, [&scene.seeker, &scene.first], &old, |_| {});
    let early = conversations.rotate(&scene.seeker.actor, early).await;
    assert_eq!(
        refused(early),
        Refusal::SignatureInvalid,
        "nothing is new yet"
    );
    let before = scene.seeker;
    scene.seeker = renewed(world, before).await;
    let both = [&scene.seeker, &scene.first];
    let seeker = &scene.seeker.actor;
    let new = &scene.seeker.keys;
    type Edit = fn(&mut EpochRecord);
    let lies: &[(&str, Edit)] = &[
        ("called a rotation", |record| record.reason = Reason::Rotate),
        ("alone", |record| record.members.truncate(1)),
        ("by the counsellor", |record| record.author_slot = 1),
    ];
    for (name, lie) in lies {
        let request = change(world, &case, both, &old, *lie);
        let refusal = refused(conversations.rotate(seeker, request).await);
        assert_eq!(refusal, Refusal::SignatureInvalid, "{name}");
    }
    let request = change(world, &case, both, new, |_| {});
    let refusal = refused(conversations.rotate(seeker, request).await);
    assert_eq!(
        refusal,
        Refusal::SignatureInvalid,
        "signed with the new keys"
    );
    // Whoever stays under the old identity begins nothing any more.
    let stays = change(world, &case, both, &old, |record| {
        record.reason = Reason::Rotate;
        record.members[0].identity_hash = old_hash;
    });
    assert_eq!(
        refused(conversations.rotate(seeker, stays).await),
        Refusal::SignatureInvalid
    );
    let request = change(world, &case, both, &old, |_| {});
    let row = conversations.rotate(seeker, request.clone()).await.unwrap();
    assert_eq!(row.epochs.len(), 3);
    let again = conversations.rotate(seeker, request).await;
    assert_eq!(again.unwrap(), row, "asked again it is answered alike");
}

async fn an_enquiry_that_waits_is_accepted_under_the_identity_that_it_names(world: &World) {
    let mut scene = scene(world).await;
    let case = scene.waiting(world).await;
    let old = scene.seeker.identity.clone();
    let (_, request) = case.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
    let before = scene.seeker;
    scene.seeker = renewed(world, before).await;
    let inbox = world.backend.inbox();
    let list = inbox.list(&scene.first.actor, ListInbox {}).await.unwrap();
    let known = &list[0].identities;
    assert!(known.iter().any(|one| one.as_slice() == old.as_bytes()));
    // The counsellor cannot put the new identity in: nobody but the seeker says that it is hers.
    let (_, exchanged) = case.acceptance(world, &scene.seeker, &scene.first, &scene.agency);
    let exchanged = inbox.accept(&scene.first.actor, exchanged).await;
    assert_eq!(refused(exchanged), Refusal::SignatureInvalid);
    let row = inbox.accept(&scene.first.actor, request).await.unwrap();
    assert_eq!(row.epochs.len(), 2);
}
